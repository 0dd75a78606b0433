import type { SendBudget } from '../../src/stores/store.js'

export interface Address {
  readonly key: string
  failures: number
  window: { end: number; began: number } | undefined
  readonly fullAt: Map<string, number>
  /** The number of the last event that made it the newest. */
  newestAt: number
  /** Its budgets are full, and it is only kept because its window is not over. */
  isWindowOnly: boolean
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
      newestAt: 0,
      isWindowOnly: false,
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
    row.isWindowOnly = false
  }

  subtractFailures(row: Address, windows: object[], now: number): void {
    if (row.window === undefined || now >= row.window.end) return
    const own = windows.filter((window) => window === row.window).length
    row.failures -= own
    if (own > 0 && row.failures === 0) this.#makeNewest(row)
  }

  refundSends(row: Address, budget: SendBudget, sends: number, since: number, now: number): void {
    const back = Math.max(0, sends * budget.refillMs - (now - since))
    row.fullAt.set(budget.key, (row.fullAt.get(budget.key) ?? 0) - back)
  }

  /** Each request drops up to two rows of each list that are no longer needed. */
  clearExpired(now: number): void {
    for (let i = 0; i < 2; i += 1) {
      const over = this.#firstWithEndedWindow(now)
      if (over && isFull(over, now)) this.#remove(over)
      const rested = this.#oldestWithoutFailures(true)
      if (rested && now >= (rested.window?.end ?? 0)) this.#remove(rested)
      const calm = this.#oldestWithoutFailures(false)
      if (calm && isFull(calm, now)) {
        if (now >= (calm.window?.end ?? 0)) this.#remove(calm)
        else calm.isWindowOnly = true
      }
    }
  }

  #remove(row: Address): void {
    this.rows = this.rows.filter((other) => other !== row)
  }

  #makeNewest(row: Address): void {
    row.newestAt = this.#events++
    row.isWindowOnly = false
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

  #oldestWithoutFailures(passed?: boolean): Address | undefined {
    const calm = this.rows.filter((row) => row.failures === 0)
    const asked = calm.filter((row) => passed === undefined || row.isWindowOnly === passed)
    return least(asked, (a, b) => a.newestAt - b.newestAt)
  }
}

export function failuresOf(row: Address, now: number): number {
  return row.window !== undefined && now < row.window.end ? row.failures : 0
}

function isFull(row: Address, now: number): boolean {
  return [...row.fullAt.values()].every((instant) => instant <= now)
}

function least<Row>(rows: Row[], compare: (a: Row, b: Row) => number): Row | undefined {
  let best = rows[0]
  for (const row of rows) if (best !== undefined && compare(row, best) < 0) best = row
  return best
}
