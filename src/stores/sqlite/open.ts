import { fullAfterSend, msUntilSend } from '../send-budget.js'
import type { OpenRequest, OpenResult } from '../store.js'
import {
  budgetOf,
  type ChallengeRow,
  type Found,
  failuresAt,
  keepUntil,
  withBudget,
} from './rows.js'
import type { Tables } from './tables.js'

/**
 * Returns the refusal of a request, or `undefined` if it has to write. Asked without the lock first: a flood of
 * refused requests waits for no lock, holds none and writes nothing. Asked again under the lock, because another
 * request may have been faster.
 */
export function refuseOpen(
  found: Found,
  request: OpenRequest,
  now: number,
): OpenResult | undefined {
  const { spacingMs, budget } = request
  const { twin } = found
  if (twin !== undefined && now < twin.expiresAt) {
    if (twin.attemptsLeft <= 0) return { outcome: 'taken' }
    const retryAfterMs = Math.max(0, twin.mailedAt + spacingMs - now)
    return { outcome: 'waiting', retryAfterMs, failures: failuresAt(found.address, now) }
  }
  const pending = usable(found, now)
  // A stale code is replaced regardless of the limits. Otherwise guesses could lock the owner out.
  if (pending !== undefined && isStale(found, pending, request, now)) return undefined
  const spacing = pending === undefined ? 0 : pending.mailedAt + spacingMs - now
  if (spacing > 0) return { outcome: 'waiting', retryAfterMs: spacing }
  const { fullAt, notBefore } = budgetOf(found.address, budget.key)
  const wait = Math.max(msUntilSend(fullAt, budget, now), notBefore - now)
  return wait > 0 ? { outcome: 'limited', retryAfterMs: wait } : undefined
}

/** Opens, reopens or replaces a challenge that is not refused. Runs under the lock. */
export function open(tables: Tables, found: Found, request: OpenRequest, now: number): OpenResult {
  const { pending, challenge, keepMs, ttlMs, budget } = request
  const failures = failuresAt(found.address, now)
  const row = usable(found, now)
  const stale = row !== undefined && isStale(found, row, request, now) ? row : undefined
  const address = found.address ?? tables.addAddress(request.address)

  if (stale === undefined) {
    const fullAt = fullAfterSend(budgetOf(address, budget.key).fullAt, budget, now)
    withBudget(address, budget.key, { fullAt, notBefore: 0 })
  }
  keepUntil(address, Math.max(budgetOf(address, budget.key).fullAt, now + ttlMs))
  tables.saveAddress(address)

  if (pending && row && stale === undefined && row.expiresAt - now > keepMs) {
    const isCharged = row.chargedSends > 0 && row.chargedBudget === budget.key
    tables.saveChallenge(address, pending.challenge, {
      ...row,
      mails: row.mails + 1,
      mailedAt: now,
      chargedBudget: budget.key,
      chargedSends: isCharged ? row.chargedSends + 1 : 1,
      chargedSince: isCharged ? row.chargedSince : now,
    })
    tables.prune(now)
    return { outcome: 'reopened' }
  }
  // In the same step. If the stale challenge stayed, each repeated request would send a free mail.
  if (pending && found.challenge) tables.useUp(address, pending.challenge)
  tables.addChallenge(address, challenge, newChallenge(request, stale, now))
  tables.prune(now)
  return { outcome: 'opened', failures }
}

/** A free replacement takes over the charge of the stale challenge, so that a sign-in refunds it. */
function newChallenge(
  { ttlMs, attempts, budget }: OpenRequest,
  stale: ChallengeRow | undefined,
  now: number,
): ChallengeRow {
  return {
    expiresAt: now + ttlMs,
    attemptsLeft: attempts,
    mails: 1,
    mailedAt: now,
    staleBelow: 0,
    isFree: stale !== undefined,
    chargedBudget: stale?.chargedBudget ?? budget.key,
    chargedSends: stale?.chargedSends ?? 1,
    chargedSince: stale?.chargedSince ?? now,
    isGuessedAt: false,
  }
}

/** The pending challenge, if it is alive and has an attempt left. */
function usable({ challenge }: Found, now: number): ChallengeRow | undefined {
  if (challenge === undefined || now >= challenge.expiresAt) return undefined
  return challenge.attemptsLeft > 0 ? challenge : undefined
}

/** Too short for so many failures, or once found too short: then all its values could have been tried. */
function isStale({ address }: Found, row: ChallengeRow, { pending }: OpenRequest, now: number) {
  if (pending === undefined) return false
  return (
    failuresAt(address, now) >= pending.failuresBelow || pending.failuresBelow <= row.staleBelow
  )
}
