/** Names of what can be broken. A user's mistake is never an error: it is a reason. */
export type EmailOtpErrorCode =
  | 'delivery_failed'
  | 'store_failed'
  | 'session_required'
  | 'session_failed'
  | 'body_required'

const STATUS: Record<EmailOtpErrorCode, number> = {
  delivery_failed: 502,
  store_failed: 503,
  session_required: 500,
  session_failed: 500,
  body_required: 500,
}

/**
 * Something is broken: the mailer, the store, or the way the application is put together.
 *
 * `status` and `statusCode` are what Express and Nest answer with; `expose` is false, so that no
 * error handler shows the message to a visitor. `cause` never holds the code or the address.
 */
export class EmailOtpError extends Error {
  override readonly name = 'EmailOtpError'
  readonly code: EmailOtpErrorCode
  readonly status: number
  readonly statusCode: number
  readonly expose = false

  constructor(code: EmailOtpErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.status = STATUS[code]
    this.statusCode = STATUS[code]
  }
}
