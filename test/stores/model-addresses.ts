import type { SendBudget } from '../../src/stores/store.js'

export interface Address {
  readonly key: string
  failures: number
  window: { end: number; began: number } | undefined
  readonly fullAt: Map<string, number>
  /** After a refused mail: when the next send is allowed. */
  readonly notBefore: Map<string, number>
  /** The number of the last event that made it the newest. */
  newestAt: number
}

/** The addresses of the {@link Model}: an array that is searched as a whole. */
export class Addresses {
  rows: Address[] = []
  #failuresLostUntil = 0
  #events = 0
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  find(key: string): Address | undefined {
    return this.rows.find((row) => row.key === key)
  }

  findOrCreate(key: string, now: number): Address {
    const known = this.find(key)
    if (known) return known
    const flood = now < this.#failuresLostUntil
    return {
      key,
      failures: flood ? 50 : 0,
      window: flood ? { end: this.#failuresLostUntil, began: this.#events++ } : undefined,
      fullAt: new Map(),
      notBefore: new Map(),
      newestAt: 0,
    }
  }

  /** Stores a row. Returns whether another row that was still in use had to be dropped. */
  ensureStored(row: Address, now: number): boolean {
    if (this.rows.includes(row)) return false
    let lost = false
    if (this.rows.length >= this.#max) {
      const goes =
        this.#firstWithEndedWindow(now) ?? this.#oldestWithoutFailures() ?? this.#endsSoonest()
      if (goes) {
        lost = failuresOf(goes, now) > 0 || !isFull(goes, now)
        if (failuresOf(goes, now) > 0 && goes.window) {
          this.#failuresLostUntil = Math.max(this.#failuresLostUntil, goes.window.end)
        }
        this.#remove(goes)
      }
    }
    this.rows.push(row)
    this.#makeNewest(row)
    return lost
  }

  countSend(row: Address, budget: SendBudget, now: number): void {
    const fullAt = Math.max(row.fullAt.get(budget.key) ?? 0, now)
    row.fullAt.set(budget.key, fullAt + budget.refillMs)
    if (failuresOf(row, now) > 0) return
    row.failures = 0
    this.#makeNewest(row)
  }

  countFailure(row: Address, windowMs: number, now: number): void {
    if (row.window === undefined || now >= row.window.end) {
      row.failures = 0
      row.window = { end: now + windowMs, began: this.#events++ }
    }
    row.failures += 1
  }

  refund(row: Address, budget: SendBudget, ms: number): void {
    row.fullAt.set(budget.key, (row.fullAt.get(budget.key) ?? 0) - Math.max(0, ms))
  }

  postpone(row: Address, budget: SendBudget, instant: number): void {
    row.notBefore.set(budget.key, Math.max(row.notBefore.get(budget.key) ?? 0, instant))
  }

  /** Each request drops up to two rows of each list that are no longer needed. */
  clearExpired(now: number): void {
    for (let i = 0; i < 2; i += 1) {
      const over = this.#firstWithEndedWindow(now)
      if (over && isFull(over, now)) this.#remove(over)
      const calm = this.#oldestWithoutFailures()
      if (calm && isFull(calm, now)) this.#remove(calm)
    }
  }

  #remove(row: Address): void {
    this.rows = this.rows.filter((other) => other !== row)
  }

  #makeNewest(row: Address): void {
    row.newestAt = this.#events++
  }

  #endsSoonest(): Address | undefined {
    const ends = (row: Address) => row.window?.end ?? 0
    const began = (row: Address) => row.window?.began ?? 0
    const failing = this.rows.filter((row) => row.failures > 0)
    return least(failing, (a, b) => ends(a) - ends(b) || began(a) - began(b))
  }

  #firstWithEndedWindow(now: number): Address | undefined {
    const row = this.#endsSoonest()
    return row && failuresOf(row, now) === 0 ? row : undefined
  }

  #oldestWithoutFailures(): Address | undefined {
    const calm = this.rows.filter((row) => row.failures === 0)
    return least(calm, (a, b) => a.newestAt - b.newestAt)
  }
}

export function failuresOf(row: Address, now: number): number {
  return row.window !== undefined && now < row.window.end ? row.failures : 0
}

function isFull(row: Address, now: number): boolean {
  return [...row.fullAt.values(), ...row.notBefore.values()].every((instant) => instant <= now)
}

function least<Row>(rows: Row[], compare: (a: Row, b: Row) => number): Row | undefined {
  let best = rows[0]
  for (const row of rows) if (best !== undefined && compare(row, best) < 0) best = row
  return best
}
