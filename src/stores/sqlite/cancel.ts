import { refundMs } from '../send-budget.js'
import { type CancelRequest, REDUCED_REFUND_KEEPS_MS } from '../store.js'
import { budgetOf, type Found, keepUntil, withBudget } from './rows.js'
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
  const { budget } = request
  const isFreeMail = row.isFree && row.mails === 1
  const isCharged = row.chargedSends > 0 && row.chargedBudget === budget.key
  if (request.refund !== 'none' && (isFreeMail || isCharged)) {
    const { fullAt, notBefore } = budgetOf(address, budget.key)
    const isReduced = request.refund === 'reduced'
    // After a guess the mail may have been delivered.
    const sends = isFreeMail || row.isGuessedAt ? 0 : 1
    // After a cancel, only the time of the first charge is known.
    const sentAt = row.mailedAt === -Infinity ? row.chargedSince : row.mailedAt
    const refund = refundMs(budget, sends, now - sentAt, isReduced ? REDUCED_REFUND_KEEPS_MS : 0)
    // A server has refused the mail, so the next one waits for the spacing, whether this one is refunded or not.
    const earliest = isReduced ? sentAt + request.spacingMs : 0
    withBudget(address, budget.key, {
      fullAt: fullAt - refund,
      // Never shortens a spacing: the mail that is refused last may have been sent first.
      notBefore: Math.max(notBefore, earliest),
    })
    keepUntil(address, earliest)
    tables.saveAddress(address)
    row.chargedSends -= sends
  }
  if (row.mails === 1) {
    tables.deleteChallenge(address, request.challenge)
  } else {
    row.mails -= 1
    row.mailedAt = -Infinity
    tables.saveChallenge(address, request.challenge, row)
  }
}
