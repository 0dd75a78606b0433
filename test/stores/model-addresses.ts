import type { SendBudget } from '../../src/stores/store.js'

export interface Address {
  readonly key: string
  failures: number
  window: { end: number; began: number } | undefined
  readonly fullAt: Map<string, number>
  /** Grows with each event that makes it young again. */
  used: number
  /** Clearing away has passed it by, because of its window. */
  passed: boolean
}

/** What the {@link Model} knows of addresses: an array that is searched from end to end. */
export class Addresses {
  rows: Address[] = []
  #unknownUntil = 0
  #events = 0
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  find(key: string): Address | undefined {
    return this.rows.find((row) => row.key === key)
  }

  findOrUnknown(key: string, now: number): Address {
    const known = this.find(key)
    if (known) return known
    const flood = now < this.#unknownUntil
    return {
      key,
      failures: flood ? 50 : 0,
      window: flood ? { end: this.#unknownUntil, began: this.#events++ } : undefined,
      fullAt: new Map(),
      used: 0,
      passed: false,
    }
  }

  /** Puts a row among the others; says whether something that mattered had to go. */
  keep(row: Address, now: number): boolean {
    if (this.rows.includes(row)) return false
    let lost = false
    if (this.rows.length >= this.#max) {
      const goes = this.#over(now) ?? this.#oldestCalm() ?? this.#endsSoonest()
      if (goes) {
        lost = failuresOf(goes, now) > 0 || !isFull(goes, now)
        if (failuresOf(goes, now) > 0 && goes.window) {
          this.#unknownUntil = Math.max(this.#unknownUntil, goes.window.end)
        }
        this.#remove(goes)
      }
    }
    this.rows.push(row)
    this.#use(row)
    return lost
  }

  countSend(row: Address, budget: SendBudget, now: number): void {
    const fullAt = Math.max(row.fullAt.get(budget.key) ?? 0, now)
    row.fullAt.set(budget.key, fullAt + budget.refillMs)
    if (failuresOf(row, now) > 0) return
    row.failures = 0
    this.#use(row)
  }

  countFailure(row: Address, windowMs: number, now: number): void {
    if (row.window === undefined || now >= row.window.end) {
      row.failures = 0
      row.window = { end: now + windowMs, began: this.#events++ }
    }
    row.failures += 1
    row.passed = false
  }

  giveBackFailures(row: Address, windows: object[], now: number): void {
    if (row.window === undefined || now >= row.window.end) return
    const own = windows.filter((window) => window === row.window).length
    row.failures -= own
    if (own > 0 && row.failures === 0) this.#use(row)
  }

  giveBackSends(row: Address, budget: SendBudget, sends: number, since: number, now: number): void {
    const back = Math.max(0, sends * budget.refillMs - (now - since))
    row.fullAt.set(budget.key, (row.fullAt.get(budget.key) ?? 0) - back)
  }

  /** Each request clears away two of a kind that say nothing any more. */
  clear(now: number): void {
    for (let i = 0; i < 2; i += 1) {
      const over = this.#over(now)
      if (over && isFull(over, now)) this.#remove(over)
      const rested = this.#oldestCalm(true)
      if (rested && now >= (rested.window?.end ?? 0)) this.#remove(rested)
      const calm = this.#oldestCalm(false)
      if (calm && isFull(calm, now)) {
        if (now >= (calm.window?.end ?? 0)) this.#remove(calm)
        else calm.passed = true
      }
    }
  }

  #remove(row: Address): void {
    this.rows = this.rows.filter((other) => other !== row)
  }

  #use(row: Address): void {
    row.used = this.#events++
    row.passed = false
  }

  #endsSoonest(): Address | undefined {
    const ends = (row: Address) => row.window?.end ?? 0
    const began = (row: Address) => row.window?.began ?? 0
    const failing = this.rows.filter((row) => row.failures > 0)
    return least(failing, (a, b) => ends(a) - ends(b) || began(a) - began(b))
  }

  #over(now: number): Address | undefined {
    const row = this.#endsSoonest()
    return row && failuresOf(row, now) === 0 ? row : undefined
  }

  #oldestCalm(passed?: boolean): Address | undefined {
    const calm = this.rows.filter((row) => row.failures === 0)
    const asked = calm.filter((row) => passed === undefined || row.passed === passed)
    return least(asked, (a, b) => a.used - b.used)
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
