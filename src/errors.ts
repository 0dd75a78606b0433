/** The HTTP status of each code. The comments are the column "when" of docs/reference/errors.md. */
const STATUS = {
  /**
   * The mail was certainly not sent. Without `allowEmail`, 502 instead of 202 tells which mailboxes your mail server
   * accepts.
   * @see docs/operations/when-mail-fails.md
   */
  delivery_failed: 502,
  /**
   * The store threw, took too long, or returned a result that its contract does not have.
   * @see docs/operations/when-servers-fail.md
   */
  store_failed: 503,
  /**
   * No session, one that does not keep what is written into it, or one that can't be renewed at a login. For a fresh
   * proof: Passport's logout does not renew it.
   * @see docs/guides/confirm-sensitive-actions.md
   */
  session_required: 500,
  /** The session could not be saved. No mail was sent. */
  session_failed: 500,
  /** There is no body parser before the route. */
  body_required: 500,
} as const

/** Names of operational failures. A mistake of the user is never an error: it is a reason. */
export type EmailOtpErrorCode = keyof typeof STATUS

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
