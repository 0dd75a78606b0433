import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE } from './contract/verbs.js'
import { makeFloodableStore, makeMemoryStore, stopTheClock } from './memory-store.js'

stopTheClock()

test('starts a new window with a failure at the instant at which the last window ends', async () => {
  const { open, guess, failures, advance } = makeMemoryStore()
  const hour = { failuresWindowMs: HOUR }
  // The send has not refilled when the window ends, so the row of the address is still there.
  await open('first', { ttlMs: DAY })
  await guess('first', hour)
  await guess('first', hour)
  advance(HOUR)
  expect(await guess('first', hour)).toEqual({ outcome: 'wrong', attemptsLeft: 2, failures: 1 })
  advance(HOUR - 1)
  expect(await failures()).toBe(1)
})

test('keeps one row for a challenge that is opened again after its lifetime, before it was cleared', async () => {
  const { store, open, guess, verify, advance } = makeMemoryStore()
  // A request clears two expired challenges, so the third is still there when it is opened again.
  for (const name of ['first', 'second', 'third']) await open(name)
  advance(10 * MINUTE)
  expect(await open('third')).toMatchObject({ outcome: 'opened' })
  expect(store.size.challenges).toBe(1)
  await guess('never was')
  expect(await verify('third')).toEqual({ outcome: 'accepted', failures: 0 })
})

test('drops the address whose window began first where two windows end at the same instant', async () => {
  const { addFailures, failMore, openMore, failures } = makeFloodableStore({ maxAddresses: 1_000 })
  await addFailures(1)
  await failMore(999)
  expect(await openMore(1)).toMatchObject({ full: 'addresses' })
  expect(await failures({ address: 'more 998' })).toBe(1)
  expect(await failures()).toBe(50)
})
