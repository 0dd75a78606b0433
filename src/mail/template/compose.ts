import { createTransport, type SendMailOptions } from 'nodemailer'
import { ownFields } from '../../util/own.js'

/** Composes a mail, with CRLF at the end of each line. */
export type Compose = (mail: SendMailOptions) => Promise<Buffer>

/** Returns a function that composes mails as a transporter with these options does, but does not sign or send them. */
export function composerLike(options: unknown): Compose {
  const composer = createTransport({
    ...ownFields(options, ['normalizeHeaderKey', 'attachDataUrls']),
    ...{ streamTransport: true, buffer: true, newline: 'windows' },
  } as const)
  // As for every other mail: it holds only texts.
  Object.assign(composer.options, { disableFileAccess: true, disableUrlAccess: true })
  return async (mail) => (await composer.sendMail(mail)).message as Buffer
}
