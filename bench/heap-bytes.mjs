// The bytes that are in use in this process. Needs node --expose-gc.
import { setImmediate as nextTurn } from 'node:timers/promises'

/** What ended before goes in several collections, some of them after other work of the event loop. */
export async function heapBytes() {
  let before = Number.POSITIVE_INFINITY
  for (;;) {
    for (let i = 0; i < 4; i += 1) {
      await nextTurn()
      globalThis.gc()
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    if (heapUsed + arrayBuffers > before - 1_000) return heapUsed + arrayBuffers
    before = heapUsed + arrayBuffers
  }
}
