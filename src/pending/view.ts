import { maskEmail } from '../challenge/email.js'
import type { Pending } from '../info.js'
import { wholeSeconds } from '../util/durations.js'
import { endedOf, type PendingState } from './state.js'

interface ViewSettings {
  readonly ttlMs: number
  readonly spacingMs: number
}

/**
 * The part that a page may know. An attacker who has only the password must not learn the address.
 *
 * @param id the public id
 */
export function viewPending(settings: ViewSettings, state: PendingState, id: string): Pending {
  const maskedEmail = maskEmail(state.email)
  const ended = endedOf(state)
  return {
    id,
    email: state.subject === null ? state.email : maskedEmail,
    maskedEmail,
    digits: state.digits,
    expiresInSeconds: secondsUntil(state.expiresAt, settings.ttlMs),
    resendInSeconds: resendInSeconds(settings, state),
    ...(ended && { ended }),
  }
}

/**
 * A challenge that has ended needs no spacing, but the store waits after a mail that was refused, and where the address
 * has no send left.
 */
function resendInSeconds({ spacingMs }: ViewSettings, state: PendingState): number {
  const { resendAt, limitedMs, ended } = state
  if (limitedMs !== undefined) return secondsUntil(resendAt, limitedMs)
  return ended && ended !== 'not_sent' ? 0 : secondsUntil(resendAt, spacingMs)
}

/**
 * Seconds until an instant, at most `maxMs`. The instant may come from another process, or from before this clock
 * was set back: without the limit, a page would say "wait an hour" to a user whom the store lets send at once.
 */
export function secondsUntil(instant: number, maxMs: number): number {
  return wholeSeconds(Math.min(instant - Date.now(), maxMs))
}
