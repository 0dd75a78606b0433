import { refundMs } from '../send-budget.js'
import type { AttemptRequest, AttemptResult } from '../store.js'
import { type AddressRow, budgetOf, type Found, failuresAt, keepUntil, withBudget } from './rows.js'
import type { Tables } from './tables.js'

/**
 * Returns the answer to a guess at a challenge that is unknown, spent or was found stale, or `undefined`. These
 * states are final, so they can be answered without the lock.
 */
export function refuseAttempt(
  { challenge }: Found,
  { failuresBelow }: AttemptRequest,
  now: number,
): AttemptResult | undefined {
  if (challenge === undefined || now >= challenge.expiresAt) return { outcome: 'unknown' }
  if (challenge.attemptsLeft === 0) return { outcome: 'spent' }
  return failuresBelow <= challenge.staleBelow ? { outcome: 'stale' } : undefined
}

/** Counts a guess that is not refused, and then judges it. Runs under the lock. */
export function attempt(
  tables: Tables,
  { address, challenge }: Found,
  request: AttemptRequest,
  now: number,
): AttemptResult {
  // Both exist: otherwise the guess was refused.
  if (address === undefined || challenge === undefined) return { outcome: 'unknown' }
  const { failuresBelow } = request
  const before = failuresAt(address, now)
  if (before >= failuresBelow) {
    // Final: guesses at a stale code are not counted, so an attacker could try all its values from now on.
    tables.saveChallenge(address, request.challenge, { ...challenge, staleBelow: failuresBelow })
    return { outcome: 'stale' }
  }

  // A right code is counted like a wrong one first: the same rows, the same columns. Where these writes fail,
  // neither is judged. The transaction is then rolled back as a whole.
  const counted = { ...address, failures: before + 1 }
  if (now >= address.windowEnd) counted.windowEnd = now + request.failuresWindowMs
  keepUntil(counted, counted.windowEnd)
  tables.saveAddress(counted)
  const attemptsLeft = challenge.attemptsLeft - 1
  tables.saveChallenge(address, request.challenge, {
    ...challenge,
    attemptsLeft,
    isGuessedAt: true,
  })

  if (request.matched) {
    tables.useUp(address, request.challenge)
    tables.saveAddress(refunded(address, challenge, request, now))
    return { outcome: 'accepted', failures: before }
  }
  const failures = counted.failures
  return {
    outcome: 'wrong',
    attemptsLeft: Math.min(attemptsLeft, failuresBelow - failures),
    failures,
  }
}

/** The address as it was before the guess, with the sends of the challenge refunded. */
function refunded(
  address: AddressRow,
  { chargedBudget, chargedSends, chargedSince }: NonNullable<Found['challenge']>,
  { budget }: AttemptRequest,
  now: number,
): AddressRow {
  const result = { ...address }
  if (chargedSends > 0 && chargedBudget === budget.key) {
    const { fullAt, notBefore } = budgetOf(address, budget.key)
    const refund = refundMs(budget, chargedSends, now - chargedSince)
    withBudget(result, budget.key, { fullAt: fullAt - refund, notBefore })
  }
  return result
}
