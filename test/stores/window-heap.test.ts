import { expect, test } from 'vitest'
import { AddressRow } from '../../src/stores/memory/address-row.js'
import { WindowHeap } from '../../src/stores/memory/window-heap.js'

function rowsInDisorder(count: number) {
  return Array.from({ length: count }, (_, i) => {
    const row = new AddressRow(`${i}`)
    row.windowEnd = (i * 7_919) % 101 // many rows have the same end
    row.windowId = i
    return row
  })
}

function emptied(heap: WindowHeap) {
  const taken: AddressRow[] = []
  for (let { first } = heap; first !== undefined; first = heap.first) {
    taken.push(first)
    heap.remove(first)
  }
  return taken
}

const byEnd = (a: AddressRow, b: AddressRow) => a.windowEnd - b.windowEnd || a.windowId - b.windowId

test('returns rows by end and beginning of their window, also after others were removed from the middle', () => {
  const rows = rowsInDisorder(1_000)
  const heap = new WindowHeap()
  for (const row of rows) heap.add(row)
  for (const row of rows) if (row.windowId % 3 === 0) heap.remove(row)
  const kept = rows.filter((row) => row.windowId % 3 !== 0)
  expect(emptied(heap)).toEqual(kept.toSorted(byEnd))
  expect(rows.every((row) => row.heapIndex === -1)).toBe(true)
})
