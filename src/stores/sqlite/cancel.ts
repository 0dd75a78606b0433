import { refundMs } from '../send-budget.js'
import { type CancelRequest, REDUCED_REFUND_KEEPS_MS } from '../store.js'
import { budgetOf, type ChallengeRow, type Found, keepUntil, withBudget } from './rows.js'
import type { Tables } from './tables.js'

/** Cancels the last opening of a challenge. Runs under the lock. */
export function cancel(
  tables: Tables,
  { address, challenge }: Found,
  request: CancelRequest,
  now: number,
): void {
  if (address === undefined || challenge === undefined || now >= challenge.expiresAt) return
  const row = { ...challenge }
  if (isRefunded(row, request)) {
    const { budget } = request
    const { fullAt, notBefore } = budgetOf(address, budget.key)
    const isReduced = request.refund === 'reduced'
    // After a cancel, only the time of the first charge is known.
    const sentAt = row.mailedAt === -Infinity ? row.chargedSince : row.mailedAt
    const refund = refundMs(budget, 1, now - sentAt, isReduced ? REDUCED_REFUND_KEEPS_MS : 0)
    const earliest = isReduced ? sentAt + request.spacingMs : 0
    withBudget(address, budget.key, {
      fullAt: fullAt - refund,
      // Never shortens a spacing: the mail that is refused last may have been sent first.
      notBefore: Math.max(notBefore, earliest),
    })
    keepUntil(address, earliest)
    tables.saveAddress(address)
    row.chargedSends -= 1
  }
  if (row.mails === 1) {
    tables.deleteChallenge(address, request.challenge)
  } else {
    row.mails -= 1
    row.mailedAt = -Infinity
    tables.saveChallenge(address, request.challenge, row)
  }
}

/** After a guess the mail may have been delivered, and a free opening was not charged. */
function isRefunded(row: ChallengeRow, { refund, budget }: CancelRequest): boolean {
  if (refund === 'none' || row.isGuessedAt || (row.isFree && row.mails === 1)) return false
  return row.chargedSends > 0 && row.chargedBudget === budget.key
}
