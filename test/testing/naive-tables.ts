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
  readonly fullAt: Map<string, number>
  /** After a refused mail: when the next send is allowed. */
  readonly notBefore: Map<string, number>
}

export interface Row extends Charge {
  readonly address: string
  expiresAt: number
  attemptsLeft: number
  staleBelow: number
  /** The mails that were not cancelled: when each was sent, and whether it was charged. */
  mails: { at: number; charged: boolean }[]
  spacingFrom: number
  failures: number
}

/** The sends of a challenge: from which budget of which address, and since when. */
export interface Charge {
  from: Address
  budget: string
  sends: number
  since: number
}

const STARTED = Date.now()

/** The data of the naive store, and the steps of its methods. Each step is correct except for the fault. */
export class NaiveTables {
  readonly rows = new Map<string, Row>()
  readonly addresses = new Map<string, Address>()
  /** Challenges whose code was accepted or replaced, with their expiry: their ids are not used again. */
  readonly used = new Map<string, number>()
  readonly #clock: () => number
  readonly #fault: Fault | undefined
  #failsWrites = false

  constructor(clock: () => number, fault?: Fault) {
    this.#clock = clock
    this.#fault = fault
  }

  get size() {
    return { challenges: this.rows.size + this.used.size, addresses: this.addresses.size }
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

  /** Removes a challenge whose id must not come back before its expiry. */
  useUp(challenge: string): void {
    const row = this.rows.get(challenge)
    if (row) this.used.set(challenge, row.expiresAt)
    this.rows.delete(challenge)
  }

  isUsed(challenge: string, now: number): boolean {
    const expiresAt = this.used.get(challenge) ?? 0
    return now < expiresAt || (expiresAt > 0 && this.hasFault('keeps used challenges for ever'))
  }

  addressOf(name: string): Address {
    const key = this.hasFault('keeps one row for all addresses') ? '' : name
    const known = this.addresses.get(key)
    if (known) return known
    return this.newAddress()
  }

  newAddress(): Address {
    return { failures: 0, windowEnd: 0, fullAt: new Map(), notBefore: new Map() }
  }

  /** Stores an address before it is changed. */
  ensureStored(name: string, address: Address, _now: number): void {
    this.addresses.set(this.hasFault('keeps one row for all addresses') ? '' : name, address)
  }

  /** What each request does first. */
  begin(_now: number): void {}

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
    const charge = { from: this.addressOf(address), budget: budget.key, sends: 0, since: now }
    return this.addRow({ address, challenge, ...rules }, now, { ...charge, charged: false })
  }

  addRow(r: OpenRequest, now: number, { charged, ...charge }: Charge & { charged: boolean }): Row {
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

  mailAgain(row: Row, r: OpenRequest, from: Address, now: number): void {
    if (this.hasFault('restores attempts when it reopens')) row.attemptsLeft = r.attempts
    if (this.hasFault('prolongs the lifetime when it reopens')) row.expiresAt = now + r.ttlMs
    row.mails.push({ at: now, charged: true })
    if (!this.hasFault('measures the spacing from the first mail')) row.spacingFrom = now
    if (row.from !== from || row.budget !== r.budget.key || row.sends === 0) {
      const kept = this.hasFault('charges all sends to the last budget') ? row.sends : 0
      Object.assign(row, { from, budget: r.budget.key, sends: kept, since: now })
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

  charge(address: Address, budget: SendBudget, now: number): void {
    const { key, refillMs } = budget
    const fullAt = address.fullAt.get(key) ?? now
    const saved = this.hasFault('refills a budget beyond its burst')
    address.fullAt.set(key, (saved ? fullAt : Math.max(fullAt, now)) + refillMs)
    if (this.hasFault('prolongs the window with each send') && address.failures > 0) {
      address.windowEnd = now + 30 * 86_400_000
    }
  }

  countFailure(address: Address, windowMs: number, now: number): void {
    const isOver = now >= address.windowEnd
    if (isOver) address.failures = 0
    const lastsMs = this.hasFault('keeps failures only as long as a code') ? 600_000 : windowMs
    if (isOver || this.hasFault('prolongs the window with each failure'))
      address.windowEnd = now + lastsMs
    address.failures += 1
  }
}
