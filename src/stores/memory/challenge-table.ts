import { AgeList } from './age-list.js'
import type { ChallengeRow } from './challenge-row.js'
import { KeyIndex } from './key-index.js'

/** Expired rows that one request clears away: more than it can add, and never a long pause. */
const CLEARED_AT_ONCE = 2

/** The pending challenges, at most `max` of them. Full, it drops the oldest. */
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

  /** Finds a challenge of this address that has not expired. To any other address it is unknown. */
  find(address: string, challenge: string, now: number): ChallengeRow | undefined {
    const row = this.#rows.get(challenge)
    if (row === undefined || row.home.key !== address) return undefined
    return now < row.expiresAt ? row : undefined
  }

  /**
   * Adds a challenge, and says whether one had to go for it: a live one, because {@link tidy} went
   * before and would have made room by clearing away one that had expired.
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

  /** Removes whatever waits for an address. */
  removeAll(address: string): void {
    for (let row = this.#byAge.oldest; row !== undefined; ) {
      const { newer } = row
      if (row.home.key === address) this.remove(row)
      row = newer
    }
  }

  /** Clears away a few expired challenges, from the oldest on. */
  tidy(now: number): void {
    for (let cleared = 0; cleared < CLEARED_AT_ONCE; cleared += 1) {
      const { oldest } = this.#byAge
      if (oldest === undefined || now < oldest.expiresAt) return
      this.remove(oldest)
    }
  }
}
