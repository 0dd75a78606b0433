import { own } from '../../util/own.js'
import { hasEnded, isTemporary } from '../outcome.js'

/** A try of a mail that has failed. */
export interface Failure {
  readonly error: unknown
  /** Whether a mail server had answered. */
  readonly isReached: boolean
  /** Whether it is certain that the mail was not accepted. */
  readonly isCertain: boolean
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
  const isEnded = hasEnded(error)
  if (!isEnded && !isTemporary(error)) return undefined
  // A connection that has sent mails and begins no other has sent as many as the server allows.
  return isReused && (isEnded || own(error, 'command') === 'MAIL FROM') ? 0 : PAUSE_MS
}
