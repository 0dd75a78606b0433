import { type AddressRow, NOT_IN_HEAP } from './address-row.js'

/**
 * A binary heap of the addresses with failures. The one whose window ends first is on top.
 *
 * A list in the order of insertion is not enough: a window that begins while failures are lost may end
 * earlier than one that was inserted before it. Each row holds its index, so that a send or a guess can
 * move its address without a search.
 */
export class WindowHeap {
  readonly #rows: AddressRow[] = []

  get first(): AddressRow | undefined {
    return this.#rows[0]
  }

  add(row: AddressRow): void {
    this.#place(row, this.#rows.length)
    this.#siftUp(row)
  }

  /** Removes a row that is in the heap. */
  remove(row: AddressRow): void {
    const last = this.#rows.pop() as AddressRow
    if (last !== row) {
      this.#place(last, row.heapIndex)
      this.#siftUp(last)
      this.#siftDown(last)
    }
    row.heapIndex = NOT_IN_HEAP
  }

  #siftUp(row: AddressRow): void {
    while (row.heapIndex > 0) {
      const parent = this.#rows[(row.heapIndex - 1) >> 1] as AddressRow
      if (!endsSooner(row, parent)) return
      this.#swap(parent, row)
    }
  }

  #siftDown(row: AddressRow): void {
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

/** Of two windows that end at the same instant, the one that began first counts as sooner. */
function endsSooner(a: AddressRow, b: AddressRow): boolean {
  return a.windowEnd < b.windowEnd || (a.windowEnd === b.windowEnd && a.windowId < b.windowId)
}
