import type { Catalogue } from '../languages/catalogue.js'
import type { Request } from '../passport/types.js'
import type { FromAddress } from './from-address.js'
import type { WriteMessage } from './own-message.js'
import type { MailTransport } from './transporter.js'

/** Options of `mailer`, validated once, at construction. */
export interface MailerOptions<Req = Request> {
  /**
   * The mail server. Required.
   *
   * - an SMTP URL: `smtps://`, or `smtp://` with STARTTLS. With a user name, TLS is required unless the host
   *   is this machine (`localhost`, 127.0.0.0/8, ::1). Without one, STARTTLS is used if the server offers it
   *   (`?requireTLS=true` requires it)
   * - options for nodemailer's `createTransport`
   * - a nodemailer transporter, which `close()` does not close
   *
   * A URL and options create a pool of at most five connections, unless they set `pool: false`.
   */
  readonly transport: MailTransport | undefined
  /**
   * The sender of the mails: `'Acme <login@acme.example>'`, `'login@acme.example'` or
   * `{ name, address }`. Required. The address is also the envelope's sender, so bounces are sent to it.
   */
  readonly from: string | FromAddress | undefined
  /**
   * The name of your application in the mail, 1 to 100 characters. Default: the display name of `from`;
   * without one, the mail names no application. If it holds digits, phones may not offer the code.
   */
  readonly appName?: string | undefined
  /**
   * Whether the subject begins with the code. Default `true`. Notifications and logs of mail servers
   * show subjects. The preview text always shows the code.
   */
  readonly codeInSubject?: boolean | undefined
  /**
   * The URL of your sign-in page, such as `https://app.example.com/login`. The mail of a sign-in then has a link to it,
   * with the code and the id of its request in the fragment: the page fills in the code, and the user presses the
   * button. It must be on the `origin` of the strategy. Default: no link.
   */
  readonly link?: string | undefined
  /**
   * Whether user name and password may be sent without TLS, where anyone on the way can read them. Default
   * `false`: a server on another machine that does not offer TLS gets neither login nor mail. Applies to a URL
   * and to options. Your own transporter follows its own options.
   */
  readonly allowUnencryptedPassword?: boolean | undefined
  /**
   * The languages of mails that reach the mailer without a strategy, such as by a queue: the mail's `locale` chooses
   * among them. Default: English. A strategy passes the texts of its own `languages`.
   */
  readonly languages?: readonly Catalogue[] | undefined
  /** Writes the mail in your own words. May be async. Default: the texts of this package, in the language of the mail. */
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
