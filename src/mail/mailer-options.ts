import type { Catalogue } from '../languages/catalogue.js'
import type { Request } from '../passport/types.js'
import type { FromAddress } from './from-address.js'
import type { WriteMessage } from './own-message.js'
import type { MailTransport } from './transporter.js'

/** Options of `mailer`, validated once, at construction. */
export interface MailerOptions<Req = Request> {
  /**
   * The mail server: `smtps://`, or `smtp://` with STARTTLS. With a user name, TLS is required unless the host is this
   * machine (`localhost`, 127.0.0.0/8, ::1); without one, STARTTLS is used if the server offers it (`?requireTLS=true`
   * requires it). A URL and options become a pool of at most five connections, unless they set `pool: false`.
   *
   * Options are those of nodemailer's `createTransport`. `close()` does not close a transporter of yours.
   * @range an SMTP URL, nodemailer's options, or a transporter
   * @see docs/guides/send-mail.md
   */
  readonly transport: MailTransport | undefined
  /**
   * The sender of the mails. Its address is also the envelope's sender, so bounces are sent to it.
   * @range `'Acme <login@acme.example>'`, `'login@acme.example'`, or `{ name, address }`
   */
  readonly from: string | FromAddress | undefined
  /**
   * The name of your application in the mail. Without one, the mail names no application. If it holds digits, phones
   * may not offer the code.
   * @defaultValue the name in `from`
   * @range 1 to 100 characters
   */
  readonly appName?: string | undefined
  /**
   * Whether the subject begins with the code. Notifications and logs of mail servers show subjects.
   *
   * The preview text always shows the code.
   * @defaultValue `true`
   */
  readonly codeInSubject?: boolean | undefined
  /**
   * The URL of your sign-in page. The mail of a sign-in then has a link to it that fills in the code, and the user
   * presses the button.
   *
   * The code and the id of its request are in the fragment: `https://app.example.com/login#…`.
   * @range a URL on the strategy's `origin`
   * @see docs/guides/one-click-link.md
   */
  readonly link?: string | undefined
  /**
   * Whether user name and password may be sent without TLS too, where anyone on the way can read them.
   *
   * Without it, a server on another machine that does not offer TLS gets neither login nor mail. Applies to a URL
   * and to options. Your own transporter follows its own options.
   * @defaultValue `false`
   */
  readonly allowUnencryptedPassword?: boolean | undefined
  /**
   * The languages of mails that reach the mailer without a strategy, such as by a queue: the mail's `locale` chooses
   * among them. A strategy passes the texts of its own `languages`.
   * @defaultValue English
   * @range an array of catalogues
   * @see docs/operations/queue.md
   */
  readonly languages?: readonly Catalogue[] | undefined
  /**
   * Writes the mail in your own words. May be async.
   * @defaultValue the texts of this package
   * @see docs/guides/what-a-mail-says.md
   */
  readonly message?: WriteMessage<Req> | undefined
}

const NAMES: Record<keyof MailerOptions, true> = {
  transport: true,
  from: true,
  appName: true,
  codeInSubject: true,
  link: true,
  allowUnencryptedPassword: true,
  languages: true,
  message: true,
}

export const MAILER_OPTION_NAMES: readonly string[] = Object.keys(NAMES)
