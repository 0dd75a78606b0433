/** A power of two, so that a hash is cut down to a part by `&`. */
const PARTS = 64

/**
 * Rows by key, spread over several Maps.
 *
 * One Map would do until it is large: V8 copies it whole to make it grow or to clear out what was
 * deleted (120 ms at a million rows, during which nobody is served), and it throws beyond 2^24
 * entries, deleted ones included, so a full store of ten million would refuse to open.
 */
export class KeyIndex<Row> {
  readonly #parts: readonly Map<string, Row>[] = Array.from({ length: PARTS }, () => new Map())
  size = 0

  get(key: string): Row | undefined {
    return this.#part(key).get(key)
  }

  /** Adds a row under a key that is not there yet. */
  add(key: string, row: Row): void {
    this.#part(key).set(key, row)
    this.size += 1
  }

  /** Removes a key that is there. */
  remove(key: string): void {
    this.#part(key).delete(key)
    this.size -= 1
  }

  /** Keys are hashes already, so two of their characters spread them evenly. */
  #part(key: string): Map<string, Row> {
    const hash = key.charCodeAt(0) * 31 + key.charCodeAt(1)
    return this.#parts[hash & (PARTS - 1)] as Map<string, Row>
  }
}
