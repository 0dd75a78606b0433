import { own } from '../util/own.js'
import { neverReached } from './never-reached.js'

/**
 * Marks an error of a mail that certainly was not accepted.
 *
 * @param isReached whether a mail server had answered
 */
export function notSent(error: unknown, isReached: boolean): object {
  const isMarkable = typeof error === 'object' && error !== null && Object.isExtensible(error)
  const marked = isMarkable ? error : new Error('The mail was not sent', { cause: error })
  return Object.assign(marked, { notSent: true, ...(isReached && { reached: true }) })
}

/**
 * Marks an error if it alone tells that no mail was accepted.
 *
 * The list holds what is certain, not what is likely. nodemailer reports a socket that fails after the whole mail was
 * sent exactly like one that fails before (`ECONNECTION`, `command: 'CONN'`). A mail that may have been accepted must
 * stay charged, or an attacker who can break connections could send mails without a limit.
 */
export function judge(error: unknown): unknown {
  if (own(error, 'notSent') === true) return error
  if (isRefusal(error)) return notSent(error, true)
  if (neverReached(error)) return notSent(error, false)
  // Without a reply: a user name or password is missing, which shows after the server's greeting.
  return own(error, 'code') === 'EAUTH' ? notSent(error, true) : error
}

/** Whether the server has refused: a reply 4yz or 5yz, at any point. */
export function isRefusal(error: unknown): boolean {
  return isReply(error, 400, 600)
}

/** Whether the server has refused for now: a reply 4yz. */
export function isTemporary(error: unknown): boolean {
  return isReply(error, 400, 500)
}

function isReply(error: unknown, from: number, below: number): boolean {
  const responseCode = own(error, 'responseCode')
  return typeof responseCode === 'number' && responseCode >= from && responseCode < below
}

/** The codes of Node.js for a connection that the other side has ended. */
const ENDED = ['ECONNRESET', 'EPIPE', 'ECONNABORTED']

/** Whether a connection was there and has ended. */
export function hasEnded(error: unknown): boolean {
  return (
    own(error, 'code') === 'ECONNECTION' ||
    ENDED.some((code) => own(error, 'originalCode') === code)
  )
}

/** An error as nodemailer has it for a connection that the other side has ended. */
export function connectionEnded(): Error {
  return Object.assign(new Error('The connection has ended'), { code: 'ECONNECTION' })
}

/** An error as nodemailer has it for its own time limits. */
export function timeIsOver(): Error {
  return Object.assign(new Error('The mail server was too slow'), { code: 'ETIMEDOUT' })
}

/** An error as nodemailer has it for a login: the server's reply to EHLO offers none. */
export function loginMissing(): Error {
  const fields = { code: 'EAUTH', command: 'EHLO' }
  return Object.assign(new Error('The mail server offers no login'), fields)
}
