import type { Aged } from './age-list.js'

/** {@link AddressRow.heapIndex} of a row that is not in the heap. */
export const NOT_IN_HEAP = -1

/**
 * What the store knows of one address: its wrong guesses, and how many mails it was sent.
 *
 * Times are milliseconds since 1970. Flat on purpose: there may be millions of these.
 */
export class AddressRow implements Aged<AddressRow> {
  readonly key: string
  /** Whether the store holds this row. Once dropped, a row is never taken up again. */
  stored = false

  // Its place among the others, kept by AddressTable.
  older: AddressRow | undefined = undefined
  newer: AddressRow | undefined = undefined
  heapIndex = NOT_IN_HEAP
  resting = false

  /** Wrong guesses since the window began. Read them through {@link failuresAt}. */
  failures = 0
  windowEnd = 0
  /** Tells this window from all others of all addresses; 0 before the first. */
  windowId = 0

  // An address has one budget as a rule; further ones (a known device, a CAPTCHA) get a Map.
  #budgetKey: string | undefined = undefined
  #budgetFullAt = 0
  #otherBudgets: Map<string, number> | undefined = undefined

  constructor(key: string) {
    this.key = key
  }

  /** Wrong guesses that count: none once their window is over. */
  failuresAt(now: number): number {
    return now < this.windowEnd ? this.failures : 0
  }

  /** When the budget will be full again; long ago for one that was never used. */
  fullAt(budgetKey: string): number {
    if (budgetKey === this.#budgetKey) return this.#budgetFullAt
    return this.#otherBudgets?.get(budgetKey) ?? 0
  }

  setFullAt(budgetKey: string, instant: number): void {
    this.#budgetKey ??= budgetKey
    if (budgetKey === this.#budgetKey) {
      this.#budgetFullAt = instant
    } else {
      this.#otherBudgets ??= new Map()
      this.#otherBudgets.set(budgetKey, instant)
    }
  }

  /** Whether every budget is full, so that forgetting them would change nothing. */
  budgetsFull(now: number): boolean {
    if (now < this.#budgetFullAt) return false
    if (this.#otherBudgets === undefined) return true
    for (const fullAt of this.#otherBudgets.values()) if (now < fullAt) return false
    return true
  }
}
