import { AgeList } from './age-list.js'
import type { ChallengeRow } from './challenge-row.js'
import { KeyIndex } from './key-index.js'

/** Expired rows that one request clears: more than it can add, and too few to take long. */
const CLEARED_AT_ONCE = 2

/** The pending challenges, at most `max`. A full table drops the oldest. */
export class ChallengeTable {
  readonly #max: number
  readonly #rows = new KeyIndex<ChallengeRow>()
  readonly #byAge = new AgeList<ChallengeRow>()

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#rows.size
  }

  /** Finds a challenge that belongs to this address and has not expired. */
  find(address: string, challenge: string, now: number): ChallengeRow | undefined {
    const row = this.#rows.get(challenge)
    if (row === undefined || row.addressRow.key !== address) return undefined
    return now < row.expiresAt ? row : undefined
  }

  /**
   * Adds a challenge, and returns whether another one had to be dropped. That one had not expired, because
   * {@link clearExpired} was called before.
   */
  add(row: ChallengeRow): boolean {
    const sameKey = this.#rows.get(row.key)
    if (sameKey !== undefined) this.remove(sameKey)
    const dropped = this.#rows.size >= this.#max ? this.#byAge.oldest : undefined
    if (dropped !== undefined) this.remove(dropped)
    this.#rows.add(row.key, row)
    this.#byAge.add(row)
    return dropped !== undefined
  }

  remove(row: ChallengeRow): void {
    this.#rows.remove(row.key)
    this.#byAge.remove(row)
  }

  /** Removes all challenges of an address. */
  removeAll(address: string): void {
    for (let row = this.#byAge.oldest; row !== undefined; ) {
      const { newer } = row
      if (row.addressRow.key === address) this.remove(row)
      row = newer
    }
  }

  /** Removes a few expired challenges, oldest first. */
  clearExpired(now: number): void {
    for (let cleared = 0; cleared < CLEARED_AT_ONCE; cleared += 1) {
      const { oldest } = this.#byAge
      if (oldest === undefined || now < oldest.expiresAt) return
      this.remove(oldest)
    }
  }
}
