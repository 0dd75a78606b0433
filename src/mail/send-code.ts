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
  /** The purpose in words, to complete "Your code to …": from the strategy's `purposes`; `undefined` for a sign-in. */
  readonly purposeText: string | undefined
  /** What `allowEmail` returned for this address; `undefined` without `allowEmail`. */
  readonly account: unknown
  /** Aborted after 10 seconds, when no request waits for the result any more. */
  readonly signal: AbortSignal
}

/** What a `sendCode` function receives. */
export interface CodeMail<Req = Request> extends CodeToSend {
  readonly req: Req
}

/**
 * Delivers a code. A promise that resolves means that the mail was handed over; a rejection reaches the
 * application as `delivery_failed`. Set `notSent: true` on the error if it is certain that nothing left the
 * machine (no connection, login refused): the send is then refunded.
 */
export type SendCode<Req = Request> = ((mail: CodeMail<Req>) => unknown) & {
  /**
   * For `emailOtp.check()`: sends nothing and returns the problems, each as a sentence; `undefined` where
   * it cannot tell. May reject where the server cannot be reached.
   */
  check?(): PromiseLike<readonly string[] | undefined>
}
