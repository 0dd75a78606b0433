import type {
  AttemptRequest,
  ChallengeKey,
  OpenRequest,
  SendBudget,
} from '../../src/stores/store.js'
import type { Fault } from './faults.js'

export interface Address {
  failures: number
  windowEnd: number
  window: number
  readonly fullAt: Map<string, number>
}

export interface Row {
  readonly address: string
  expiresAt: number
  attemptsLeft: number
  staleBelow: number
  /** When each mail went out that was not taken back, and whether it was charged. */
  mails: { at: number; charged: boolean }[]
  spacingFrom: number
  budget: string
  sends: number
  since: number
  failures: number
  window: number
}

const STARTED = Date.now()

/** What the naive store keeps, and the small steps of its verbs, each right but for the fault. */
export class NaiveTables {
  readonly rows = new Map<string, Row>()
  readonly addresses = new Map<string, Address>()
  readonly #clock: () => number
  readonly #fault: Fault | undefined
  #windows = 0

  constructor(clock: () => number, fault?: Fault) {
    this.#clock = clock
    this.#fault = fault
  }

  has(fault: Fault): boolean {
    return this.#fault === fault
  }

  now(): number {
    if (!this.has("trusts the caller's clock")) return this.#clock()
    // To the minute, so that only a clock that is wrong shows.
    return this.#clock() + Math.round((Date.now() - STARTED) / 60_000) * 60_000
  }

  addressOf(name: string): Address {
    const key = this.has('keeps one address for all') ? '' : name
    const known = this.addresses.get(key)
    if (known) return known
    const made = { failures: 0, windowEnd: 0, window: 0, fullAt: new Map() }
    this.addresses.set(key, made)
    return made
  }

  failuresOf(address: Address, now: number): number {
    return now < address.windowEnd || this.has('never ends a window') ? address.failures : 0
  }

  find({ address, challenge }: ChallengeKey, now: number): Row | undefined {
    const row = this.rows.get(challenge)
    if (row === undefined) return undefined
    if (row.address !== address && !this.has('finds a challenge of any address')) return undefined
    const last = this.has('a challenge lives a millisecond longer')
      ? row.expiresAt + 1
      : row.expiresAt
    return now < last ? row : undefined
  }

  madeUp(r: AttemptRequest, now: number): Row | undefined {
    if (!this.has('takes what is missing for fresh')) return undefined
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
      window: 0,
    }
    this.rows.set(r.challenge, row)
    return row
  }

  mailAgain(row: Row, r: OpenRequest, now: number): void {
    if (this.has('sending again brings attempts back')) row.attemptsLeft = r.attempts
    if (this.has('sending again prolongs the life')) row.expiresAt = now + r.ttlMs
    row.mails.push({ at: now, charged: true })
    if (!this.has('measures spacing from the first mail')) row.spacingFrom = now
    if (row.budget !== r.budget.key || row.sends === 0) {
      const kept = this.has('charges all sends to the last budget') ? row.sends : 0
      Object.assign(row, { budget: r.budget.key, sends: kept, since: now })
    }
    row.sends += 1
  }

  isStale(row: Row, failures: number, failuresBelow: number): boolean {
    if (this.has('locks after a hundred failures') && failures >= 100) return true
    if (this.has('stale for codes of any length') && row.staleBelow > 0) return true
    // Of this row alone: codes opened side by side then have attempts of their own.
    const counted = this.has('counts failures for each challenge') ? row.failures : failures
    return counted >= failuresBelow || failuresBelow <= row.staleBelow
  }

  isCharged(row: Row, budget: SendBudget): boolean {
    return row.budget === budget.key || this.has('gives back to any budget')
  }

  charge(address: Address, budget: SendBudget, now: number): void {
    const { key, refillMs } = budget
    const fullAt = address.fullAt.get(key) ?? now
    const saved = this.has('saves sends up without end')
    address.fullAt.set(key, (saved ? fullAt : Math.max(fullAt, now)) + refillMs)
    if (this.has('a send prolongs the window') && address.failures > 0) {
      address.windowEnd = now + 30 * 86_400_000
    }
  }

  giveBack(address: Address, budget: SendBudget, sends: number, since: number, now: number): void {
    if (this.has('gives no sends back')) return
    if (this.has('a sign-in fills the budget')) address.fullAt.delete(budget.key)
    const refilled = this.has('gives back what refilled') ? 0 : now - since
    const back = Math.max(0, sends * budget.refillMs - refilled)
    address.fullAt.set(budget.key, (address.fullAt.get(budget.key) ?? 0) - back)
  }

  countFailure(address: Address, windowMs: number, now: number): void {
    const isOver = now >= address.windowEnd
    if (isOver) Object.assign(address, { failures: 0, window: ++this.#windows })
    const lastsMs = this.has('keeps failures as long as a code') ? 600_000 : windowMs
    if (isOver || this.has('each failure prolongs the window')) address.windowEnd = now + lastsMs
    address.failures += 1
  }

  giveBackFailures(address: Address, row: Row, now: number): void {
    if (this.has('a sign-in clears all failures')) address.failures = 0
    else if (row.window === address.window || this.has('gives back across windows')) {
      address.failures -= row.failures
    }
    const ends = this.has('a sign-in ends the window') && address.failures === 0
    if (ends) address.windowEnd = now
  }
}
