import { parseEmail } from '../challenge/email.js'
import { checkNames, describe, optionReader, wrongOption } from '../util/option-reader.js'
import { checkTransport } from './check-transport.js'
import { type FromAddress, isDisplayName, parseFrom } from './from-address.js'
import { handOver } from './hand-over.js'
import { type Message, minutesUntil, writeMessage } from './message.js'
import { checkMessage, type MessageDetails, type WriteMessage } from './own-message.js'
import type { CodeMail, SendCode } from './send-code.js'
import { english } from './texts.js'
import { type MailTransport, openTransport } from './transporter.js'

/** Options of {@link mailer}, all read and checked at construction. */
export interface MailerOptions {
  /**
   * Where mails go. Required.
   *
   * - an SMTP URL: `smtps://`, or `smtp://` with STARTTLS where the server offers it
   *   (`?requireTLS=true` insists)
   * - options for nodemailer's `createTransport`
   * - a nodemailer transporter, which `close()` then leaves alone
   *
   * A URL and options become a pool of at most five connections, unless they say `pool: false`.
   */
  readonly transport?: MailTransport | undefined
  /**
   * Who the mails are from: `'Acme <login@acme.example>'`, `'login@acme.example'` or
   * `{ name, address }`. Required. The address is the envelope's sender too, so bounces come back to it.
   */
  readonly from?: string | FromAddress | undefined
  /**
   * What the mail calls your application, 1 to 100 characters. Default: the display name of `from`;
   * without one the texts do without. Digits in it may keep phones from offering the code.
   */
  readonly appName?: string | undefined
  /**
   * Whether the subject begins with the code. Default `true`. Notifications and logs of mail servers
   * show subjects; the preview text shows the code either way.
   */
  readonly codeInSubject?: boolean | undefined
  /** Writes the mail in your own words; may be async. Default: the texts of this package. */
  readonly message?: WriteMessage | undefined
}

/** A `sendCode` that mails. `close()` ends the connections that the mailer made. */
export type Mailer = SendCode & {
  /**
   * Ends idle connections at once and busy ones after their mail. Later sends fail. Without it an
   * idle connection keeps the process alive until it is closed after four minutes.
   */
  close(): void
  /**
   * Connects, logs in and leaves, and answers with what to mend; nothing is sent. `undefined` where the
   * transport can't be checked: only those over SMTP and SES can.
   */
  check(): Promise<readonly string[] | undefined>
}

const OPTIONS = ['transport', 'from', 'appName', 'codeInSubject', 'message']

/** RFC 3834: no vacation notes in return. The second is what Exchange listens to. */
const HEADERS = {
  'Auto-Submitted': 'auto-generated',
  'X-Auto-Response-Suppress': 'All',
}

/**
 * Makes the `sendCode` that mails codes over SMTP.
 *
 * ```ts
 * mailer({ transport: process.env.SMTP_URL, from: 'Acme <login@acme.example>' })
 * ```
 *
 * Its errors are nodemailer's own, with `notSent: true` where it is certain that nothing left.
 *
 * @throws TypeError for a wrong, missing or unknown option.
 */
export function mailer(options: MailerOptions): Mailer {
  checkNames('mailer', options, OPTIONS)
  const read = optionReader('mailer', options)
  const from = parseFrom(options.from)
  const appName = readAppName(options.appName) ?? (from.name || undefined)
  const codeInSubject = read.flag('codeInSubject', true)
  const ownMessage = read.optionalFunction('message')
  const { transporter, close } = openTransport(options.transport)

  async function write(details: MessageDetails): Promise<Message> {
    if (ownMessage) return checkMessage(await ownMessage(details))
    return writeMessage(english, details, codeInSubject)
  }

  async function send(mail: CodeMail): Promise<void> {
    const { to, code, digits, purpose, purposeText, account, signal } = mail
    if (parseEmail(to) !== to) {
      throw new TypeError('mailer: "to" must be one plain address, as it was parsed')
    }
    const minutesLeft = minutesUntil(mail.expiresAt)
    const words = { code, digits, minutesLeft, purpose, purposeText, account, appName }
    const message = await write(words)
    await handOver(transporter, {
      ...message,
      from,
      // An object and an envelope, because nodemailer reads a string as a list of addresses.
      to: { name: '', address: to },
      envelope: { from: from.address, to: [to] },
      headers: HEADERS,
      signal,
    })
  }

  return Object.assign(send, { close, check: () => checkTransport(transporter) })
}

function readAppName(appName: unknown): string | undefined {
  if (appName === undefined) return undefined
  if (isDisplayName(appName) && appName.trim() !== '') return appName.trim()
  throw wrongOption(
    'mailer',
    'appName',
    describe(appName),
    'a name of 1 to 100 characters in one line',
  )
}
