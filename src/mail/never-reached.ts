import { ownFields } from '../util/own.js'

/** The fields of an error of nodemailer or Node.js that tell whether a server was reached. */
const FIELDS = ['code', 'syscall', 'timeoutType', 'errors'] as const

/** Whether no server was found or reached, or none has greeted, or a program such as sendmail could not be started. */
export function neverReached(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, syscall, timeoutType, errors } = ownFields(error, FIELDS)
  return (
    code === 'EDNS' ||
    syscall === 'connect' ||
    (typeof syscall === 'string' && syscall.startsWith('spawn')) ||
    timeoutType === 'CONNECT_TIMEOUT' ||
    timeoutType === 'GREETING_TIMEOUT' ||
    // Node.js throws an AggregateError for a host of several addresses that all failed.
    (Array.isArray(errors) && errors.length > 0 && errors.every(neverReached))
  )
}
