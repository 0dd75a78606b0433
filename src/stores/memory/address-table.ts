import type { SendBudget } from '../store.js'
import { AddressRow, NOT_IN_HEAP } from './address-row.js'
import { AgeList } from './age-list.js'
import type { ChallengeRow } from './challenge-row.js'
import { KeyIndex } from './key-index.js'
import { fullAfterSend, unrefilled } from './send-budget.js'
import { WindowHeap } from './window-heap.js'

/** Rows that one request clears away: more than it can add, and never a long pause. */
const CLEARED_AT_ONCE = 2

/**
 * The failures that an address has whose own may have been dropped: enough for the ladder to ask for
 * its longest code. (A code of ten digits stays good, so nobody is locked out.)
 */
const UNKNOWN_FAILURES = 50

/**
 * What is known of at most `max` addresses. Each row stands in one of three places:
 *
 * - `#calm`: no failures; by when the last send was counted or the last failure given back;
 * - `#resting`: taken from the old end of those, with nothing to keep but a window that still runs;
 * - `#failing`: with failures, until the row is touched after their window.
 *
 * Full, it drops a row whose failures' window is over, else the oldest without failures, else the
 * one whose window ends soonest.
 */
export class AddressTable {
  readonly #max: number
  readonly #rows = new KeyIndex<AddressRow>()
  readonly #calm = new AgeList<AddressRow>()
  readonly #resting = new AgeList<AddressRow>()
  readonly #failing = new WindowHeap()
  #windows = 0

  /**
   * Until then an address that is not here may be one whose failures were dropped. Without this, an
   * attacker would flood the store with addresses of his own to wipe out his guesses on another.
   */
  #unknownUntil = 0

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#rows.size
  }

  /** Finds an address, or makes up what holds for one that is not here: {@link store} keeps it. */
  read(key: string, now: number): AddressRow {
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const row = new AddressRow(key)
    if (now < this.#unknownUntil) {
      // It ends when the dropped failures would have: a flood must not prolong what it causes.
      row.failures = UNKNOWN_FAILURES
      row.windowEnd = this.#unknownUntil
      row.windowId = this.#windows += 1
    }
    return row
  }

  /** Keeps what was read, and says whether something that still mattered had to go for it. */
  store(row: AddressRow, now: number): boolean {
    if (row.stored) return false
    const droppedAlive = this.#rows.size >= this.#max && this.#dropOne(now)
    row.stored = true
    this.#rows.add(row.key, row)
    this.#putIn(row)
    return droppedAlive
  }

  /** Counts a send of a stored address. */
  countSend(row: AddressRow, budget: SendBudget, now: number): void {
    row.setFullAt(budget.key, fullAfterSend(row.fullAt(budget.key), budget, now))
    if (row.failuresAt(now) > 0) return
    this.#takeOut(row)
    row.failures = 0
    this.#putIn(row)
  }

  /** Counts a wrong guess on a stored address: in the window that runs, else in a new one. */
  countFailure(row: AddressRow, windowMs: number, now: number): void {
    this.#takeOut(row)
    if (now < row.windowEnd) {
      row.failures += 1
    } else {
      row.failures = 1
      row.windowEnd = now + windowMs
      row.windowId = this.#windows += 1
    }
    this.#putIn(row)
  }

  /** Takes back the failures that a challenge counted in the window that runs; the window stays. */
  giveBackFailures(row: AddressRow, challenge: ChallengeRow, now: number): void {
    if (challenge.windowId !== row.windowId || now >= row.windowEnd) return
    this.#takeOut(row)
    row.failures -= challenge.failures
    this.#putIn(row)
  }

  /** Takes back what has not refilled by itself of `sends` that were counted from `since` on. */
  giveBackSends(
    row: AddressRow,
    budget: SendBudget,
    sends: number,
    since: number,
    now: number,
  ): void {
    row.setFullAt(budget.key, row.fullAt(budget.key) - unrefilled(sends, since, budget, now))
  }

  /** Forgets an address, whatever is known of it. */
  remove(key: string): void {
    const row = this.#rows.get(key)
    if (row !== undefined) this.#drop(row)
  }

  /** Clears away a few rows that say nothing any more, from the oldest on. */
  tidy(now: number): void {
    for (let cleared = 0; cleared < CLEARED_AT_ONCE; cleared += 1) {
      const over = this.#over(now)
      if (over?.budgetsFull(now)) this.#drop(over)
      const rested = this.#resting.oldest
      if (rested !== undefined && now >= rested.windowEnd) this.#drop(rested)
      const calm = this.#calm.oldest
      if (calm?.budgetsFull(now)) this.#retire(calm, now)
    }
  }

  /** Drops a row without failures and sends, or lets it rest where its window must be remembered. */
  #retire(row: AddressRow, now: number): void {
    if (now >= row.windowEnd) {
      this.#drop(row)
    } else {
      this.#calm.remove(row)
      this.#resting.add(row)
      row.resting = true
    }
  }

  /** Makes room for one, and says whether what was dropped still mattered. */
  #dropOne(now: number): boolean {
    const row = this.#over(now) ?? this.#resting.oldest ?? this.#calm.oldest ?? this.#failing.first
    if (row === undefined) return false
    const failing = row.failuresAt(now) > 0
    if (failing) this.#unknownUntil = Math.max(this.#unknownUntil, row.windowEnd)
    this.#drop(row)
    return failing || !row.budgetsFull(now)
  }

  /** The row whose failures' window was over first, if it is over for any. */
  #over(now: number): AddressRow | undefined {
    const { first } = this.#failing
    return first !== undefined && now >= first.windowEnd ? first : undefined
  }

  #drop(row: AddressRow): void {
    this.#takeOut(row)
    this.#rows.remove(row.key)
    row.stored = false
  }

  #putIn(row: AddressRow): void {
    if (row.failures > 0) this.#failing.add(row)
    else this.#calm.add(row)
  }

  #takeOut(row: AddressRow): void {
    if (row.heapIndex !== NOT_IN_HEAP) {
      this.#failing.remove(row)
    } else if (row.resting) {
      this.#resting.remove(row)
      row.resting = false
    } else {
      this.#calm.remove(row)
    }
  }
}
