import { ownFields } from '../util/own.js'

/** The fields of an error of nodemailer or Node.js that tell whether a mail left this machine. */
const FIELDS = ['code', 'syscall', 'timeoutType', 'errors'] as const

/**
 * Whether it is certain that no mail left: no server was found, reached or greeted us, or it rejected the
 * login.
 *
 * The list holds what is certain, not what is likely. nodemailer reports a socket that fails after the whole
 * mail was sent exactly like one that fails before (`ECONNECTION`, `command: 'CONN'`). A mail that may have
 * left must stay charged, or an attacker who can break connections could send mails without a limit.
 */
export function neverReached(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, syscall, timeoutType, errors } = ownFields(error, FIELDS)
  return (
    code === 'EDNS' ||
    code === 'EAUTH' ||
    syscall === 'connect' ||
    timeoutType === 'CONNECT_TIMEOUT' ||
    timeoutType === 'GREETING_TIMEOUT' ||
    // Node.js throws an AggregateError for a host of several addresses that all failed.
    (Array.isArray(errors) && errors.length > 0 && errors.every(neverReached))
  )
}
