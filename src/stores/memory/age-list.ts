/** A row that can be in one {@link AgeList} at a time. */
export interface Aged<Row> {
  older: Row | undefined
  newer: Row | undefined
}

/**
 * A linked list of rows, oldest first. The rows themselves hold the links.
 *
 * A `Map` keeps this order too, but finding its oldest entry steps over every entry that was deleted before
 * it: in a full store, each request would be slower than the one before.
 */
export class AgeList<Row extends Aged<Row>> {
  oldest: Row | undefined = undefined
  #newest: Row | undefined = undefined

  /** Adds a row as the newest. */
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
    // Other objects may still refer to this row, and would keep its former neighbours in memory.
    row.older = undefined
    row.newer = undefined
  }
}
