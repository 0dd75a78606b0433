/** A code that a test has received in place of its recipient. */
export interface CapturedCode {
  /** The address that it would have been sent to. */
  readonly to: string
  readonly code: string
  /** What the code is issued for; `'login'` unless a route names another purpose. */
  readonly purpose: string
  /**
   * Subject and both parts of the mail as `mailer` writes it. A part that the mail does not have is empty, and all
   * are empty with a `sendCode` of your own.
   */
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Receives the codes of a strategy. */
export type Capture = (code: CapturedCode) => void
