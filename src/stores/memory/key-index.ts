/** A power of two, so that `&` maps a hash to a part. */
const PARTS = 64

/**
 * Rows by key, spread over several Maps.
 *
 * A single Map is too slow once it is large: V8 copies it as a whole to grow it or to remove deleted entries
 * (120 ms at a million rows, during which no request is served). It also throws beyond 2^24 entries,
 * including deleted ones, so a full store of ten million could not open challenges.
 */
export class KeyIndex<Row> {
  readonly #parts: readonly Map<string, Row>[] = Array.from({ length: PARTS }, () => new Map())
  size = 0

  get(key: string): Row | undefined {
    return this.#part(key).get(key)
  }

  /** Adds a row under a key that must not exist yet. */
  add(key: string, row: Row): void {
    this.#part(key).set(key, row)
    this.size += 1
  }

  /** Removes a key that must exist. */
  remove(key: string): void {
    this.#part(key).delete(key)
    this.size -= 1
  }

  /** Keys are hashes, so two of their characters are enough to spread them evenly. */
  #part(key: string): Map<string, Row> {
    const hash = key.charCodeAt(0) * 31 + key.charCodeAt(1)
    return this.#parts[hash & (PARTS - 1)] as Map<string, Row>
  }
}
