import type {
  AttemptRequest,
  AttemptResult,
  CancelRequest,
  ChallengeKey,
  OpenRequest,
  SendBudget,
} from '../../src/stores/store.js'
import type { Fault } from './faults.js'

export interface Address {
  failures: number
  windowEnd: number
  readonly fullAt: Map<string, number>
  /** After a refused mail: when the next send is allowed. */
  readonly notBefore: Map<string, number>
}

export interface Row {
  readonly address: string
  expiresAt: number
  attemptsLeft: number
  staleBelow: number
  /** The mails that were not cancelled: when each was sent, and whether it was charged. */
  mails: { at: number; charged: boolean }[]
  spacingFrom: number
  budget: string
  sends: number
  since: number
  failures: number
}

const STARTED = Date.now()

/** The data of the naive store, and the steps of its methods. Each step is correct except for the fault. */
export class NaiveTables {
  readonly rows = new Map<string, Row>()
  readonly addresses = new Map<string, Address>()
  readonly #clock: () => number
  readonly #fault: Fault | undefined
  #failsWrites = false

  constructor(clock: () => number, fault?: Fault) {
    this.#clock = clock
    this.#fault = fault
  }

  hasFault(fault: Fault): boolean {
    return this.#fault === fault
  }

  failWrites(): void {
    this.#failsWrites = true
  }

  requireWrites(): void {
    if (this.#failsWrites) throw new Error('The disk is full')
  }

  now(): number {
    if (!this.hasFault("uses the caller's clock")) return this.#clock()
    // Rounded to minutes, so that only a wrong clock makes a difference.
    return this.#clock() + Math.round((Date.now() - STARTED) / 60_000) * 60_000
  }

  addressOf(name: string): Address {
    const key = this.hasFault('keeps one row for all addresses') ? '' : name
    const known = this.addresses.get(key)
    if (known) return known
    const made = { failures: 0, windowEnd: 0, fullAt: new Map(), notBefore: new Map() }
    this.addresses.set(key, made)
    return made
  }

  failuresOf(address: Address, now: number): number {
    return now < address.windowEnd || this.hasFault('never ends a window of failures')
      ? address.failures
      : 0
  }

  find({ address, challenge }: ChallengeKey, now: number): Row | undefined {
    const row = this.rows.get(challenge)
    if (row === undefined) return undefined
    if (row.address !== address && !this.hasFault('finds challenges of another address'))
      return undefined
    const last = this.hasFault('keeps a challenge a millisecond too long')
      ? row.expiresAt + 1
      : row.expiresAt
    return now < last ? row : undefined
  }

  createMissing(r: AttemptRequest, now: number): Row | undefined {
    if (!this.hasFault('treats a missing challenge as a new one')) return undefined
    const { address, challenge, budget } = r
    const rules = { ttlMs: 600_000, keepMs: 0, attempts: 5, spacingMs: 0, budget }
    return this.addRow({ address, challenge, ...rules }, now, {
      budget: budget.key,
      sends: 0,
      since: now,
      charged: false,
    })
  }

  addRow(
    r: OpenRequest,
    now: number,
    { charged, ...charge }: Pick<Row, 'budget' | 'sends' | 'since'> & { charged: boolean },
  ): Row {
    const row = {
      address: r.address,
      expiresAt: now + r.ttlMs,
      attemptsLeft: r.attempts,
      staleBelow: 0,
      mails: [{ at: now, charged }],
      spacingFrom: now,
      ...charge,
      failures: 0,
    }
    this.rows.set(r.challenge, row)
    return row
  }

  mailAgain(row: Row, r: OpenRequest, now: number): void {
    if (this.hasFault('restores attempts when it reopens')) row.attemptsLeft = r.attempts
    if (this.hasFault('prolongs the lifetime when it reopens')) row.expiresAt = now + r.ttlMs
    row.mails.push({ at: now, charged: true })
    if (!this.hasFault('measures the spacing from the first mail')) row.spacingFrom = now
    if (row.budget !== r.budget.key || row.sends === 0) {
      const kept = this.hasFault('charges all sends to the last budget') ? row.sends : 0
      Object.assign(row, { budget: r.budget.key, sends: kept, since: now })
    }
    row.sends += 1
  }

  isStale(row: Row, failures: number, failuresBelow: number): boolean {
    if (this.hasFault('locks an address after a hundred failures') && failures >= 100) return true
    if (this.hasFault('answers stale for codes of any length') && row.staleBelow > 0) return true
    // Only the failures of this row: then codes that are opened side by side have separate attempts.
    const counted = this.hasFault('counts failures for each challenge separately')
      ? row.failures
      : failures
    return counted >= failuresBelow || failuresBelow <= row.staleBelow
  }

  isChargedTo(row: Row, budget: SendBudget): boolean {
    return row.budget === budget.key || this.hasFault('refunds to a budget that was not charged')
  }

  charge(address: Address, budget: SendBudget, now: number): void {
    const { key, refillMs } = budget
    const fullAt = address.fullAt.get(key) ?? now
    const saved = this.hasFault('refills a budget beyond its burst')
    address.fullAt.set(key, (saved ? fullAt : Math.max(fullAt, now)) + refillMs)
    if (this.hasFault('prolongs the window with each send') && address.failures > 0) {
      address.windowEnd = now + 30 * 86_400_000
    }
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

  countFailure(address: Address, windowMs: number, now: number): void {
    const isOver = now >= address.windowEnd
    if (isOver) address.failures = 0
    const lastsMs = this.hasFault('keeps failures only as long as a code') ? 600_000 : windowMs
    if (isOver || this.hasFault('prolongs the window with each failure'))
      address.windowEnd = now + lastsMs
    address.failures += 1
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
