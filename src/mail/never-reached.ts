/** What nodemailer and Node.js say about a failure, as far as it matters here. */
interface Failure {
  readonly code?: unknown
  readonly syscall?: unknown
  readonly timeoutType?: unknown
  readonly errors?: unknown
}

/**
 * Whether it is certain that no mail left: no server was found, reached or greeted us, or it
 * refused the login.
 *
 * A list of what is certain, not of what is likely. nodemailer names a socket that dies after the
 * whole mail was sent exactly like one that dies before (`ECONNECTION`, `command: 'CONN'`), and a
 * mail that may have left must count, or whoever can break connections could have mails for free.
 */
export function neverReached(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, syscall, timeoutType, errors } = error as Failure
  return (
    code === 'EDNS' ||
    code === 'EAUTH' ||
    syscall === 'connect' ||
    timeoutType === 'CONNECT_TIMEOUT' ||
    timeoutType === 'GREETING_TIMEOUT' ||
    // A host of several addresses, each of which failed: Node.js gives an AggregateError.
    (Array.isArray(errors) && errors.length > 0 && errors.every(neverReached))
  )
}
