import type { OpenRequest, OpenResult, SendBudget } from '../../src/stores/store.js'
import { NaiveStore } from '../testing/naive-store.js'
import type { Address, Charge, Row } from '../testing/naive-tables.js'

/** The naive store with the limits of the memory store, as the model of it: what is full drops what matters least. */
export class BoundedStore extends NaiveStore {
  readonly #max: number
  /** What the current request has dropped. */
  #full: 'challenges' | 'addresses' | undefined
  #failuresLostUntil = 0
  #events = 0
  /** The number of the last event that made an address the newest, and of that which began its window. */
  readonly #newestAt = new WeakMap<Address, number>()
  readonly #began = new WeakMap<Address, number>()

  constructor(clock: () => number, max: number) {
    super(clock)
    this.#max = max
  }

  override async open(r: OpenRequest): Promise<OpenResult> {
    this.#full = undefined
    const result = await super.open(r)
    return result.outcome === 'opened' && this.#full ? { ...result, full: this.#full } : result
  }

  /** Each request drops up to two rows of each list that are no longer needed. */
  override begin(now: number): void {
    for (let i = 0; i < 2; i += 1) {
      const over = this.#firstWithEndedWindow(now)
      if (over && isFull(over, now)) this.#drop(over)
      const calm = this.#oldestWithoutFailures()
      if (calm && isFull(calm, now)) this.#drop(calm)
      const [challenge] = this.rows
      if (challenge && now >= challenge[1].expiresAt) this.rows.delete(challenge[0])
      const [used] = this.used
      if (used && now >= used[1]) this.used.delete(used[0])
    }
  }

  /** An unknown address during a flood may be one that was dropped. */
  override newAddress(): Address {
    const made = super.newAddress()
    if (this.now() >= this.#failuresLostUntil) return made
    this.#began.set(made, this.#events++)
    return Object.assign(made, { failures: 50, windowEnd: this.#failuresLostUntil })
  }

  override ensureStored(name: string, address: Address, now: number): void {
    if (this.addresses.get(name) === address) return
    if (this.addresses.size >= this.#max) {
      const goes =
        this.#firstWithEndedWindow(now) ?? this.#oldestWithoutFailures() ?? this.#endsSoonest()
      if (goes) this.#lose(goes, now)
    }
    super.ensureStored(name, address, now)
    this.#newestAt.set(address, this.#events++)
  }

  override charge(address: Address, budget: SendBudget, now: number): void {
    super.charge(address, budget, now)
    if (this.failuresOf(address, now) > 0) return
    address.failures = 0
    this.#newestAt.set(address, this.#events++)
  }

  override countFailure(address: Address, windowMs: number, now: number): void {
    if (now >= address.windowEnd) this.#began.set(address, this.#events++)
    super.countFailure(address, windowMs, now)
  }

  override addRow(r: OpenRequest, now: number, charge: Charge & { charged: boolean }): Row {
    // An expired row of the same challenge is overwritten.
    this.rows.delete(r.challenge)
    this.used.delete(r.challenge)
    if (this.size.challenges >= this.#max) {
      const [used] = this.used.keys()
      const [oldest] = this.rows.keys()
      if (used !== undefined) this.used.delete(used)
      else if (oldest !== undefined && this.rows.delete(oldest)) this.#full = 'challenges'
    }
    return super.addRow(r, now, charge)
  }

  #lose(address: Address, now: number): void {
    const failures = this.failuresOf(address, now)
    if (failures > 0) this.#failuresLostUntil = Math.max(this.#failuresLostUntil, address.windowEnd)
    if (failures > 0 || !isFull(address, now)) this.#full = 'addresses'
    this.#drop(address)
  }

  #drop(address: Address): void {
    for (const [name, row] of this.addresses) if (row === address) this.addresses.delete(name)
  }

  #endsSoonest(): Address | undefined {
    const began = (row: Address) => this.#began.get(row) ?? 0
    return this.#least(
      (row) => row.failures > 0,
      (a, b) => a.windowEnd - b.windowEnd || began(a) - began(b),
    )
  }

  #firstWithEndedWindow(now: number): Address | undefined {
    const row = this.#endsSoonest()
    return row && this.failuresOf(row, now) === 0 ? row : undefined
  }

  #oldestWithoutFailures(): Address | undefined {
    const newestAt = (row: Address) => this.#newestAt.get(row) ?? 0
    return this.#least(
      (row) => row.failures === 0,
      (a, b) => newestAt(a) - newestAt(b),
    )
  }

  #least(isMeant: (row: Address) => boolean, compare: (a: Address, b: Address) => number) {
    let least: Address | undefined
    for (const row of this.addresses.values())
      if (isMeant(row) && (least === undefined || compare(row, least) < 0)) least = row
    return least
  }
}

function isFull(row: Address, now: number): boolean {
  return [...row.fullAt.values(), ...row.notBefore.values()].every((instant) => instant <= now)
}
