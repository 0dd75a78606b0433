import { type AddressRow, NOT_IN_HEAP } from './address-row.js'

/**
 * Addresses that have failures, the one whose window ends soonest first: a binary heap.
 *
 * A list in order of arrival would not do. What is written during a flood ends with the flood, which
 * may be sooner than what was written before it. Each row knows its place, so that a sign-in takes
 * its address out without a search.
 */
export class WindowHeap {
  readonly #rows: AddressRow[] = []

  get first(): AddressRow | undefined {
    return this.#rows[0]
  }

  add(row: AddressRow): void {
    this.#place(row, this.#rows.length)
    this.#rise(row)
  }

  /** Removes a row that is in the heap. */
  remove(row: AddressRow): void {
    const last = this.#rows.pop() as AddressRow
    if (last !== row) {
      this.#place(last, row.heapIndex)
      this.#rise(last)
      this.#sink(last)
    }
    row.heapIndex = NOT_IN_HEAP
  }

  #rise(row: AddressRow): void {
    while (row.heapIndex > 0) {
      const parent = this.#rows[(row.heapIndex - 1) >> 1] as AddressRow
      if (!endsSooner(row, parent)) return
      this.#swap(parent, row)
    }
  }

  #sink(row: AddressRow): void {
    for (;;) {
      const left = this.#rows[row.heapIndex * 2 + 1]
      const right = this.#rows[row.heapIndex * 2 + 2]
      if (left === undefined) return
      const child = right !== undefined && endsSooner(right, left) ? right : left
      if (!endsSooner(child, row)) return
      this.#swap(row, child)
    }
  }

  #swap(parent: AddressRow, child: AddressRow): void {
    const index = parent.heapIndex
    this.#place(parent, child.heapIndex)
    this.#place(child, index)
  }

  #place(row: AddressRow, index: number): void {
    this.#rows[index] = row
    row.heapIndex = index
  }
}

/** Of windows that end at the same instant, the one that began first comes first. */
function endsSooner(a: AddressRow, b: AddressRow): boolean {
  return a.windowEnd < b.windowEnd || (a.windowEnd === b.windowEnd && a.windowId < b.windowId)
}
