import { createTransport, type SendMailOptions } from 'nodemailer'
import { own } from '../../util/own.js'

/** Composes a mail, with CRLF at the end of each line. */
export type Compose = (mail: SendMailOptions) => Promise<string>

/**
 * Returns a function that composes mails as a transporter with these options does, but does not sign or send them.
 * `undefined` if the options have a function that may write each header field in another way.
 */
export function composerLike(options: unknown): Compose | undefined {
  if (own(options, 'normalizeHeaderKey') !== undefined) return undefined
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  // As for every other mail: it holds only texts.
  Object.assign(composer.options, { disableFileAccess: true, disableUrlAccess: true })
  return async (mail) => String((await composer.sendMail(mail)).message)
}
