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
  /** The page of the documentation that explains this error, as a path in the repository. */
  readonly help = 'docs/trouble-shooting.md#errors-of-a-request'

  constructor(code: EmailOtpErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.status = STATUS[code]
    this.statusCode = STATUS[code]
  }
}

/** A send that was not confirmed. */
export class DeliveryError extends EmailOtpError {
  /** Whether it is certain that no mail was accepted. */
  readonly notSent: boolean
  /** Whether a mail server, or another service, had answered before the send failed. */
  readonly reached: boolean

  constructor(cause: Error, { notSent, reached }: { notSent: boolean; reached: boolean }) {
    super('delivery_failed', 'The mail with the code could not be sent', { cause })
    this.notSent = notSent
    this.reached = reached
  }
}
