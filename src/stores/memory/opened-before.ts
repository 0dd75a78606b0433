import type { OpenRequest, OpenResult } from '../store.js'
import type { ChallengeRow } from './challenge-row.js'

/** Answers a request whose challenge exists already: a second click, or an old request that is sent again. */
export function openedBefore(
  twin: ChallengeRow,
  { spacingMs }: OpenRequest,
  failures: number,
  now: number,
): OpenResult {
  if (twin.attemptsLeft <= 0) return { outcome: 'taken' }
  const retryAfterMs = Math.max(0, twin.mailedAt + spacingMs - now)
  return { outcome: 'waiting', retryAfterMs, failures }
}
