import type { Request } from '../passport/types.js'

/** What a `sendCode` function is given. */
export interface CodeMail {
  /** One plain address, lower-cased, its domain in ASCII form. */
  readonly to: string
  /** The code, with its leading zeros. */
  readonly code: string
  /** How many digits the code has, 6 to 10. */
  readonly digits: number
  /** When the code expires, by the application's clock. */
  readonly expiresAt: Date
  /** What the code is for; `'login'` unless a route says otherwise. */
  readonly purpose: string
  /** That in words, to complete "Your code to …": from the strategy's `purposes`; `undefined` for a sign-in. */
  readonly purposeText: string | undefined
  /** What `allowEmail` returned for this address; `undefined` without `allowEmail`. */
  readonly account: unknown
  readonly req: Request
  /** Aborted after 10 seconds, when nobody waits for the result any more. */
  readonly signal: AbortSignal
}

/**
 * Delivers a code. A promise that resolves means "handed over"; one that rejects reaches the
 * application as `delivery_failed`. Set `notSent: true` on the error if it is certain that nothing
 * left the machine (no connection, login refused): the address then gets its send back.
 */
export type SendCode = ((mail: CodeMail) => unknown) & {
  /**
   * For `emailOtp.check()`: sends nothing, and answers with what to mend, each as a sentence; with
   * `undefined` where it can't tell. May reject where nothing can be reached.
   */
  check?(): PromiseLike<readonly string[] | undefined>
}
