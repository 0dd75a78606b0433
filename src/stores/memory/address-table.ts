import { FAILURES_FOR_LONGEST_CODE } from '../../challenge/ladder.js'
import { fullAfterSend } from '../send-budget.js'
import type { SendBudget } from '../store.js'
import { AddressRow, NOT_IN_HEAP } from './address-row.js'
import { AgeList } from './age-list.js'
import { KeyIndex } from './key-index.js'
import { WindowHeap } from './window-heap.js'

/** Expired rows that one request clears per list: more than it can add, and too few to take long. */
const CLEARED_AT_ONCE = 2

/**
 * The failures and sends of at most `max` addresses. Each row is in one of two lists:
 *
 * - `#withoutFailures`: rows without failures, by the time of their last send.
 * - `#withFailures`: rows with failures. They stay here after their window until they are written again.
 *
 * A full table drops, in this order: a row whose window of failures is over, the oldest row without failures,
 * the row whose window ends first.
 */
export class AddressTable {
  readonly #max: number
  readonly #rows = new KeyIndex<AddressRow>()
  readonly #withoutFailures = new AgeList<AddressRow>()
  readonly #withFailures = new WindowHeap()
  #lastWindowId = 0

  /**
   * Until this instant, an address without a row may be one whose failures were dropped. Otherwise an attacker
   * could flood the store with his own addresses to clear his guesses at another address.
   */
  #failuresLostUntil = 0

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#rows.size
  }

  /** Finds an address, or creates a row for it that is not stored yet: see {@link ensureStored}. */
  findOrCreate(key: string, now: number): AddressRow {
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const row = new AddressRow(key)
    if (now < this.#failuresLostUntil) {
      // The longest code stays valid, so the owner is not locked out. This window ends together with that of
      // the dropped failures, so that a flood cannot prolong it.
      row.failures = FAILURES_FOR_LONGEST_CODE
      row.windowEnd = this.#failuresLostUntil
      row.windowId = this.#lastWindowId += 1
    }
    return row
  }

  /**
   * Stores a row, and returns whether another one had to be dropped for it. That one was still in use, because
   * {@link clearExpired} was called before.
   */
  ensureStored(row: AddressRow, now: number): boolean {
    if (row.isStored) return false
    const isFull = this.#rows.size >= this.#max
    if (isFull) this.#makeRoom(now)
    row.isStored = true
    this.#rows.add(row.key, row)
    this.#list(row)
    return isFull
  }

  /** Charges a send to a stored address. */
  countSend(row: AddressRow, budget: SendBudget, now: number): void {
    row.setFullAt(budget.key, fullAfterSend(row.fullAt(budget.key), budget, now))
    if (row.failuresAt(now) > 0) return
    this.#unlist(row)
    row.failures = 0
    this.#list(row)
  }

  /** Counts a failure at a stored address, in its current window or in a new one. */
  countFailure(row: AddressRow, windowMs: number, now: number): void {
    this.#unlist(row)
    if (now < row.windowEnd) {
      row.failures += 1
    } else {
      row.failures = 1
      row.windowEnd = now + windowMs
      row.windowId = this.#lastWindowId += 1
    }
    this.#list(row)
  }

  /** Removes an address and all its data. */
  remove(key: string): void {
    const row = this.#rows.get(key)
    if (row !== undefined) this.#drop(row)
  }

  /** Drops a few rows that are no longer needed, oldest first. */
  clearExpired(now: number): void {
    for (let cleared = 0; cleared < CLEARED_AT_ONCE; cleared += 1) {
      const ended = this.#firstWithEndedWindow(now)
      if (ended?.areBudgetsFull(now)) this.#drop(ended)
      const withoutFailures = this.#withoutFailures.oldest
      if (withoutFailures?.areBudgetsFull(now)) this.#drop(withoutFailures)
    }
  }

  #makeRoom(now: number): void {
    const row =
      this.#firstWithEndedWindow(now) ?? this.#withoutFailures.oldest ?? this.#withFailures.first
    if (row === undefined) return
    const hasFailures = row.failuresAt(now) > 0
    if (hasFailures) this.#failuresLostUntil = Math.max(this.#failuresLostUntil, row.windowEnd)
    this.#drop(row)
  }

  /** The row whose window of failures ended first, or `undefined` if none has ended. */
  #firstWithEndedWindow(now: number): AddressRow | undefined {
    const { first } = this.#withFailures
    return first !== undefined && now >= first.windowEnd ? first : undefined
  }

  #drop(row: AddressRow): void {
    this.#unlist(row)
    this.#rows.remove(row.key)
    row.isStored = false
  }

  #list(row: AddressRow): void {
    if (row.failures > 0) this.#withFailures.add(row)
    else this.#withoutFailures.add(row)
  }

  #unlist(row: AddressRow): void {
    if (row.heapIndex === NOT_IN_HEAP) this.#withoutFailures.remove(row)
    else this.#withFailures.remove(row)
  }
}
