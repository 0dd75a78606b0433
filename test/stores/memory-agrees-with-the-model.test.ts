import fc from 'fast-check'
import { test } from 'vitest'
import { MemoryStore } from '../../src/stores/memory.js'
import { agreesWithTheModel, type Command } from './agrees-with-the-model.js'
import { BoundedStore } from './bounded-store.js'
import { DAY } from './contract/verbs.js'
import { advance, stopTheClock } from './memory-store.js'

stopTheClock()

const ROWS = 1_000
const model = (clock: () => number) => new BoundedStore(clock, ROWS)
const makeStore = async () => {
  const store = new MemoryStore({ maxChallenges: ROWS, maxAddresses: ROWS })
  return { store, advance, size: () => store.size }
}

test('answers like the model while it is not full', { timeout: 60_000 }, () =>
  agreesWithTheModel(makeStore, { model, numRuns: 400 }),
)

test('answers like the model while it is full and most addresses are under attack', {
  timeout: 60_000,
}, async () => {
  const flood = (count: number, failuresWindowMs?: number) =>
    ({ verb: 'flood', count, failuresWindowMs }) as const
  const before = fc
    .nat(40)
    .map((calm): Command[] => [
      flood(480 - calm, 30 * DAY),
      { verb: 'pause', ms: 1 },
      flood(500, 10 * DAY),
      flood(calm),
    ])
  // Filling the store takes time, so a failing sequence is not shrunk.
  await agreesWithTheModel(makeStore, { model, before, numRuns: 12, endOnFailure: true })
})
