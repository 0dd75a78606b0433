import type { Request } from '../passport/types.js'

/** A code and everything that its mail says. */
export interface CodeToSend {
  /** One plain address, lower-cased, its domain in ASCII form. */
  readonly to: string
  /** The code, with its leading zeros. */
  readonly code: string
  /** How many digits the code has, 6 to 10. */
  readonly digits: number
  /** When the code expires, by the application's clock. */
  readonly expiresAt: Date
  /** What the code is issued for; `'login'` unless a route names another purpose. */
  readonly purpose: string
  /**
   * The purpose in words of the mail's language, to complete "Your code to …": from the strategy's `purposes`;
   * `undefined` for a sign-in.
   */
  readonly purposeText: string | undefined
  /** The language of the mail: the tag of one of the strategy's `languages`. */
  readonly locale: string
  /** The application's public origin, such as `https://app.example.com`: the strategy's option. */
  readonly origin: string | undefined
  /** The `id` of the pending state (`pending.id`), for a link to the page that this code belongs to. */
  readonly pendingId: string
  /** Whether a password was entered before, and the code is what is left to enter. */
  readonly isSecondFactor: boolean
  /** Whether the code is longer than configured, because wrong codes were entered for this address. */
  readonly isLengthened: boolean
  /** What `allowEmail` returned for this address; `undefined` without `allowEmail`. */
  readonly account: unknown
  /**
   * Aborted after 10 seconds, when the request is answered without the outcome. Stop only what certainly was not
   * sent yet: a function that then rejects with `notSent: true` at once has not sent the code, and in all other
   * cases the code stays valid, because its mail may arrive.
   */
  readonly signal: AbortSignal
}

/** What the function that `mailer` returns takes. A queue has no signal to pass on. */
export interface CodeToMail extends Omit<CodeToSend, 'signal'> {
  /** Stops a mail that certainly was not sent yet. Without one, the time limits of the mail server end it. */
  readonly signal?: AbortSignal | undefined
}

/** What a `sendCode` function receives. */
export interface CodeMail<Req = Request> extends CodeToSend {
  readonly req: Req
}

/**
 * Delivers a code, with one of three outcomes:
 *
 * - It resolves: the code was handed over. With `{ tries: 2 }`, the event `sent` says that it was tried twice.
 * - It throws an error with `notSent: true`: certainly no mail was accepted. The request fails with
 *   `delivery_failed`, and the send is refunded. If a service had answered, also set `reached: true`, or its status
 *   as `responseCode`: then five minutes of the send stay charged, and the next one has to wait for
 *   `resendAfterSeconds`. Otherwise an attacker could have codes sent to an address that refuses them without a limit.
 * - It throws any other error, or does not settle within 10 seconds: the mail may arrive. Its code works, the send
 *   stays charged, and the answer is `code_sent` with `confirmed: false`.
 */
export type SendCode<Req = Request> = ((mail: CodeMail<Req>) => unknown) & {
  /**
   * For `emailOtp.check()`: sends nothing and returns the problems, each as a sentence; `undefined` where
   * it cannot tell. May reject where the server cannot be reached.
   */
  check?(): PromiseLike<readonly string[] | undefined>
}
