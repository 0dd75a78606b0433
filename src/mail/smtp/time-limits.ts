import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'

/**
 * How long the server may take to answer RSET and QUIT, which cost it nothing. A firewall that has forgotten a connection
 * drops all that comes in silence, and so does a machine that was switched off. The first command of a mail has no such
 * limit: with PIPELINING its answer may wait for that to the recipient (RFC 2920, section 3.2).
 */
export const ANSWER_LIMIT_MS = 2_000

/**
 * How long a connection may be idle without a question whether it still works. Firewalls remember it for longer. A
 * server that has ended it meanwhile costs the mail nothing but a new connection.
 */
export const TRUSTED_MS = 1_000

/**
 * How long {@link SmtpTransport.verify} takes at most, in milliseconds. `emailOtp.check()` waits for 10 seconds, and
 * reports the error of a check that ends before.
 */
export const VERIFY_LIMIT_MS = 9_000

/** nodemailer's own defaults, where the options are 0. */
const NODEMAILER_CONNECTION_TIMEOUT_MS = 2 * 60 * 1000
const NODEMAILER_SOCKET_TIMEOUT_MS = 10 * 60 * 1000

/** How long the way from the DNS lookup to the server's greeting may take, in milliseconds. */
export function connectionTimeoutMs({ connectionTimeout }: SMTPConnectionOptions): number {
  return Number(connectionTimeout) || NODEMAILER_CONNECTION_TIMEOUT_MS
}

/** How long the server may be silent, and how long it may take for a mail, in milliseconds. */
export function socketTimeoutMs({ socketTimeout }: SMTPConnectionOptions): number {
  return Number(socketTimeout) || NODEMAILER_SOCKET_TIMEOUT_MS
}
