import type { Aged } from './age-list.js'

/** The {@link AddressRow.heapIndex} of a row that is not in the heap. */
export const NOT_IN_HEAP = -1

/** What few addresses have. */
interface Rare {
  /** Other budgets (known browser, CAPTCHA): when they are full. */
  budgets?: Map<string, number>
  /** For budgets whose last mail was refused: when the next send is allowed. */
  notBefore?: Map<string, number>
}

/**
 * The failures and send budgets of one address. Times are milliseconds since 1970.
 *
 * Flat, because a store may hold millions of these rows.
 */
export class AddressRow implements Aged<AddressRow> {
  readonly key: string
  /** Whether the store holds this row. A dropped row is never stored again. */
  isStored = false

  // Its place in the lists of AddressTable.
  older: AddressRow | undefined = undefined
  newer: AddressRow | undefined = undefined
  heapIndex = NOT_IN_HEAP

  /** Failures since the window began. Read them with {@link failuresAt}. */
  failures = 0
  windowEnd = 0
  /** Identifies the window among those of all addresses. 0 before the first one. */
  windowId = 0

  // Most addresses use one budget.
  #budgetKey: string | undefined = undefined
  #budgetFullAt = 0
  #rare: Rare | undefined = undefined

  constructor(key: string) {
    this.key = key
  }

  /** The failures that count: 0 once their window is over. */
  failuresAt(now: number): number {
    return now < this.windowEnd ? this.failures : 0
  }

  /** The instant at which the budget is full again. 0 for a budget that was never used. */
  fullAt(budgetKey: string): number {
    if (budgetKey === this.#budgetKey) return this.#budgetFullAt
    return this.#rare?.budgets?.get(budgetKey) ?? 0
  }

  setFullAt(budgetKey: string, instant: number): void {
    this.#budgetKey ??= budgetKey
    if (budgetKey === this.#budgetKey) {
      this.#budgetFullAt = instant
    } else {
      this.#rare ??= {}
      this.#rare.budgets ??= new Map()
      this.#rare.budgets.set(budgetKey, instant)
    }
  }

  /** Refunds so many milliseconds of refilling to a budget. */
  refund(budgetKey: string, ms: number): void {
    this.setFullAt(budgetKey, this.fullAt(budgetKey) - ms)
  }

  /** The instant before which the budget allows no send. 0 if its last mail was not refused. */
  notBefore(budgetKey: string): number {
    return this.#rare?.notBefore?.get(budgetKey) ?? 0
  }

  /** Never shortens a spacing: the mail that is refused last may have been sent first. */
  postpone(budgetKey: string, instant: number): void {
    this.#rare ??= {}
    this.#rare.notBefore ??= new Map()
    this.#rare.notBefore.set(budgetKey, Math.max(this.notBefore(budgetKey), instant))
  }

  /** Whether all budgets are full and allow a send, so that dropping them changes nothing. */
  areBudgetsFull(now: number): boolean {
    return (
      now >= this.#budgetFullAt &&
      haveAllPassed(this.#rare?.budgets, now) &&
      haveAllPassed(this.#rare?.notBefore, now)
    )
  }
}

function haveAllPassed(instants: ReadonlyMap<string, number> | undefined, now: number): boolean {
  if (instants === undefined) return true
  for (const instant of instants.values()) if (now < instant) return false
  return true
}
