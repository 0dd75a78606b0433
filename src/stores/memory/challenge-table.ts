import { AgeList } from './age-list.js'
import type { ChallengeRow } from './challenge-row.js'
import { KeyIndex } from './key-index.js'

/** Expired rows that one request clears: more than it can add, and too few to take long. */
const CLEARED_AT_ONCE = 2

/**
 * The challenges, at most `max`. A used one is kept until the end of its lifetime, so that its code does not come back.
 * A full table drops the oldest used one for a new one, and if there is none, the oldest.
 */
export class ChallengeTable {
  readonly #max: number
  readonly #rows = new KeyIndex<ChallengeRow>()
  readonly #byAge = new AgeList<ChallengeRow>()
  readonly #used = new AgeList<ChallengeRow>()

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#rows.size
  }

  /** Finds a challenge that belongs to this address and has neither expired nor been used. */
  find(address: string, challenge: string, now: number): ChallengeRow | undefined {
    const row = this.findAny(address, challenge, now)
    return row?.isUsed ? undefined : row
  }

  /** Finds a challenge that belongs to this address and has not expired, also one that has been used. */
  findAny(address: string, challenge: string, now: number): ChallengeRow | undefined {
    const row = this.#rows.get(challenge)
    if (row === undefined || row.addressRow.key !== address) return undefined
    return now < row.expiresAt ? row : undefined
  }

  /**
   * Adds a challenge, and returns whether one that was still in use had to be dropped. It had not expired, because
   * {@link clearExpired} was called before.
   */
  add(row: ChallengeRow): boolean {
    const sameKey = this.#rows.get(row.key)
    if (sameKey !== undefined) this.remove(sameKey)
    const isFull = this.#rows.size >= this.#max
    const dropped = isFull ? (this.#used.oldest ?? this.#byAge.oldest) : undefined
    if (dropped !== undefined) this.remove(dropped)
    this.#rows.add(row.key, row)
    this.#byAge.add(row)
    return dropped !== undefined && !dropped.isUsed
  }

  /** Ends a challenge: its code is used, or another challenge replaces it. */
  useUp(row: ChallengeRow): void {
    this.#byAge.remove(row)
    row.useUp()
    this.#used.add(row)
  }

  remove(row: ChallengeRow): void {
    this.#rows.remove(row.key)
    const list = row.isUsed ? this.#used : this.#byAge
    list.remove(row)
  }

  /** Removes all challenges of an address. */
  removeAll(address: string): void {
    for (const list of [this.#byAge, this.#used]) {
      for (let row = list.oldest; row !== undefined; ) {
        const { newer } = row
        if (row.addressRow.key === address) this.remove(row)
        row = newer
      }
    }
  }

  /** Removes a few expired challenges, oldest first. */
  clearExpired(now: number): void {
    for (const list of [this.#byAge, this.#used]) {
      for (let cleared = 0; cleared < CLEARED_AT_ONCE; cleared += 1) {
        const { oldest } = list
        if (oldest === undefined || now < oldest.expiresAt) break
        this.remove(oldest)
      }
    }
  }
}
