import { parseEmail } from '../../challenge/email.js'
import { startMailCatcher } from '../../mail/catcher.js'
import { checkNames, optionReader } from '../../util/option-reader.js'
import { findCode } from './find-code.js'
import { type Inbox, openInbox } from './inbox.js'
import { requireTestEnvironment } from './require-test-environment.js'

/** A mail that the application has sent. Parts that it does not have are empty. */
export interface CaughtMail {
  /** The recipient of the envelope. A mail to several recipients is there once for each. */
  readonly to: string
  /**
   * The code in the text, or in the HTML if the text has none; empty for other mails. It has 6 to 10 digits, outside of
   * URLs and e-mail addresses. Of several such numbers it is the one in the header `OTP-Token`, else one that the subject
   * has too, else one that is a paragraph of its own, else the first.
   */
  readonly code: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Options of {@link catchMail}. */
export interface CatchMailOptions {
  /** The port on 127.0.0.1, where the application has to know it before. Default: a free one. */
  readonly port?: number | undefined
}

/** The mails that an application has sent to the catcher. `next` returns those that hold a code. */
export interface CaughtMails extends Inbox<CaughtMail> {
  /** The SMTP URL for the application, such as `smtp://127.0.0.1:2525`. */
  readonly url: string
  /** Ends the mail server. A `next` that still waits rejects. */
  close(): Promise<void>
}

/**
 * Starts an SMTP server on this machine that catches all mails, for an application that runs in another process.
 * Needs the packages smtp-server and postal-mime.
 *
 * @throws Error unless `NODE_ENV` is `test`, without those packages, or if the port is in use; TypeError for a wrong
 * option
 */
export async function catchMail(options: CatchMailOptions = {}): Promise<CaughtMails> {
  requireTestEnvironment('catchMail')
  checkNames('catchMail', options, ['port'])
  const limits = { fallback: 0, min: 0, max: 65_535 }
  const port = optionReader('catchMail', options).wholeNumber('port', limits)
  const { inbox, add, end } = openInbox<CaughtMail>()
  const { url, close } = await startMailCatcher({
    port,
    onMail: (mail, recipients) => {
      const { subject = '', text = '', html = '' } = mail
      const code = findCode(mail)
      for (const address of recipients) {
        // The server shows domains decoded.
        const to = parseEmail(address) ?? address
        add({ to, code, subject, text, html })
      }
    },
  }).catch((err: NodeJS.ErrnoException) => {
    throw err.code === 'EADDRINUSE' ? portInUse(port, err) : err
  })
  return {
    ...inbox,
    url,
    async close() {
      end('close()')
      await close()
    },
  }
}

function portInUse(port: number, cause: NodeJS.ErrnoException): Error {
  const message =
    `catchMail: port ${port} of 127.0.0.1 is in use. Was an earlier catchMail() closed, and has each worker of the ` +
    'tests a port of its own? Without "port", a free one is used'
  return Object.assign(new Error(message, { cause }), { code: cause.code })
}
