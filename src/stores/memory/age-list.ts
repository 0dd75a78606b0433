/** A row that stands in an {@link AgeList}: in one at most. */
export interface Aged<Row> {
  older: Row | undefined
  newer: Row | undefined
}

/**
 * Rows from the oldest to the newest, linked through the rows themselves.
 *
 * A `Map` keeps this order too, but looking up its oldest entry steps over every entry deleted
 * before it: once a store was full, each request would be slower than the one before.
 */
export class AgeList<Row extends Aged<Row>> {
  oldest: Row | undefined = undefined
  #newest: Row | undefined = undefined

  /** Puts a row at the newest end. */
  add(row: Row): void {
    row.older = this.#newest
    if (this.#newest === undefined) this.oldest = row
    else this.#newest.newer = row
    this.#newest = row
  }

  remove(row: Row): void {
    if (row.older === undefined) this.oldest = row.newer
    else row.older.newer = row.newer
    if (row.newer === undefined) this.#newest = row.older
    else row.newer.older = row.older
    // Something may still hold this row. It must not hold its old neighbours in memory for that.
    row.older = undefined
    row.newer = undefined
  }
}
