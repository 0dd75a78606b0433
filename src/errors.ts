/** Names of operational failures. A mistake of the user is never an error: it is a reason. */
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
 * An operational failure: of the mailer, of the store, or of the way the application is put together.
 *
 * Express and Nest answer with `status` and `statusCode`. `expose` is false, so that no error handler shows
 * the message to a user. `cause` holds neither the code nor the address.
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

/** A send that failed, and whether it is certain that nothing left this machine. */
export class DeliveryError extends EmailOtpError {
  readonly notSent: boolean

  constructor(cause: Error, notSent: boolean) {
    super('delivery_failed', 'The mail with the code could not be sent', { cause })
    this.notSent = notSent
  }
}
