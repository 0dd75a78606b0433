import { own } from '../../util/own.js'
import { hasEnded, isTemporary } from '../outcome.js'

/** A try of a mail that has failed. */
export interface Failure {
  readonly error: unknown
  /** Whether a mail server had answered. What it said to earlier mails does not tell whether it is there now. */
  readonly isReached: boolean
  /** Whether it is certain that the mail was not accepted. */
  readonly isCertain: boolean
  /** Whether the connection had ended rather than the mail failed, see {@link wasStale}. */
  readonly isStale: boolean
  /** Milliseconds before a second try; `undefined` if there is none. */
  readonly pauseMs: number | undefined
}

/** The pause before the second try of a mail that was refused for now: providers limit mails by the second. */
const PAUSE_MS = 1_000

/**
 * Milliseconds before the second try; `undefined` if there is none.
 *
 * @param isReused whether the connection had sent mails before, and so may have ended for another reason
 */
export function pauseBeforeRetry(error: unknown, isReused: boolean): number | undefined {
  if (hasEnded(error)) return isReused ? 0 : PAUSE_MS
  return isTemporary(error) ? PAUSE_MS : undefined
}

/**
 * Whether a connection that had sent mails before began no other: it ended, or the server allows it no more mails, which
 * some say with 5yz. The server has accepted nothing, so the mail goes over a new connection as if it was not tried. A
 * sender that is refused for good is refused there again.
 *
 * @param isAnswered whether the server has replied to a command of this mail
 */
export function wasStale(error: unknown, isAnswered: boolean): boolean {
  return !isAnswered || own(error, 'command') === 'MAIL FROM'
}
