import type {
  AttemptRequest,
  AttemptResult,
  CancelRequest,
  SendBudget,
} from '../../src/stores/store.js'
import { type Address, NaiveTables, type Row } from './naive-tables.js'

/** What sign-ins and cancelled mails change in the naive store. Each step is correct except for the fault. */
export class NaiveRefunds extends NaiveTables {
  /** Whether a challenge has sends left that can be refunded to this budget. */
  isChargedTo({ from, budget, sends }: Row, { key }: SendBudget): boolean {
    const isKnown = [...this.addresses.values()].includes(from)
    const isCharged = isKnown && budget === key && sends > 0
    return isCharged || this.hasFault('refunds to a budget that was not charged')
  }

  refundSends(
    address: Address,
    budget: SendBudget,
    sends: number,
    since: number,
    now: number,
    keeps = 0,
  ): void {
    if (this.hasFault('refunds no sends')) return
    if (this.hasFault('fills the budget at a sign-in')) address.fullAt.delete(budget.key)
    const refilled = this.hasFault('refunds what has refilled already') ? 0 : now - since
    const kept = this.hasFault('refunds all of a refused mail') ? 0 : keeps
    const missing = this.hasFault('keeps five minutes in addition to what has refilled')
      ? refilled + kept
      : Math.max(refilled, kept)
    this.refund(address, budget, sends * budget.refillMs - missing)
  }

  refund(address: Address, budget: SendBudget, ms: number): void {
    const fullAt = address.fullAt.get(budget.key) ?? 0
    address.fullAt.set(budget.key, fullAt - Math.max(0, ms))
  }

  /** What is refunded of a cancelled mail. */
  refundOf({ refund }: CancelRequest): CancelRequest['refund'] {
    if (this.hasFault('never refunds a cancelled mail')) return 'none'
    if (this.hasFault('refunds nothing of a refused mail') && refund === 'reduced') return 'none'
    if (this.hasFault('refunds an outage like a refused mail') && refund === 'whole')
      return 'reduced'
    return this.hasFault('always refunds a cancelled mail') ? 'whole' : refund
  }

  wasGuessedAt(row: Row, address: Address, now: number): boolean {
    if (this.hasFault('refunds a cancelled mail after a guess')) return false
    if (this.hasFault('forgets with the window that a challenge was guessed at')) {
      return row.failures > 0 && this.failuresOf(address, now) > 0
    }
    return row.failures > 0
  }

  /** The instant before which a budget allows no send. */
  notBefore(address: Address, { key }: SendBudget): number {
    const instant = address.notBefore.get(key) ?? 0
    if (this.hasFault('applies the spacing of a refused mail to all budgets')) {
      return Math.max(0, ...address.notBefore.values())
    }
    // As if the row were deleted once the budget is full.
    const isFull = this.now() >= (address.fullAt.get(key) ?? 0)
    if (this.hasFault('forgets the spacing of a full budget') && isFull) return 0
    return instant
  }

  /** Sets the spacing of the budget after a refused mail. */
  postpone(address: Address, r: CancelRequest, sentAt: number, now: number): void {
    const { key } = r.budget
    if (this.hasFault('lifts the spacing at a refund') && r.refund === 'whole') {
      address.notBefore.delete(key)
    }
    if (r.refund !== 'reduced' || this.hasFault('forgets the spacing')) return
    const from = this.hasFault('measures the spacing of a refused mail from its cancel')
      ? now
      : sentAt
    const earlier = this.hasFault('shortens the spacing of a refused mail')
      ? 0
      : (address.notBefore.get(key) ?? 0)
    address.notBefore.set(key, Math.max(earlier, from + r.spacingMs))
  }

  /** Changes nothing, except for the fault. */
  changeFailuresAtSignIn(address: Address, row: Row, r: AttemptRequest, now: number): void {
    if (this.hasFault('clears all failures at a sign-in')) address.failures = 0
    if (this.hasFault('refunds failures')) address.failures -= row.failures
    if (this.hasFault('counts a right code as a failure')) {
      this.countFailure(address, r.failuresWindowMs, now)
    }
    if (this.hasFault('ends the window at a sign-in')) address.windowEnd = now
    const isOver = now >= address.windowEnd
    if (isOver && this.hasFault('starts a window at a sign-in')) {
      Object.assign(address, { failures: 0, windowEnd: now + r.failuresWindowMs })
    }
  }

  accepted(row: Row, failures: number, address: Address): AttemptResult {
    if (this.hasFault('answers accepted without failures')) {
      return { outcome: 'accepted' } as AttemptResult
    }
    if (this.hasFault('tells at a sign-in only the failures of the challenge')) {
      return { outcome: 'accepted', failures: row.failures }
    }
    if (this.hasFault('tells at a sign-in failures of a window that is over')) {
      return { outcome: 'accepted', failures: address.failures }
    }
    return { outcome: 'accepted', failures }
  }
}
