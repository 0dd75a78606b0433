import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { DAY, HOUR, KNOWN_BROWSER, MINUTE, TEN_DIGITS } from './contract/verbs.js'
import { makeMemoryStore, stopTheClock } from './memory-store.js'

stopTheClock()

/** Sends requests that find no challenge, so that they only clear expired rows. */
async function idle({ guess }: ReturnType<typeof makeMemoryStore>, requests: number) {
  for (let i = 0; i < requests; i += 1) await guess('never was')
}

test('stores nothing for attempts at missing challenges, nor for requests that it refuses', async () => {
  const memory = makeMemoryStore()
  for (let i = 0; i < 100; i += 1) {
    await memory.guess(`${i}`, { address: `${i}` })
    await memory.verify(`${i}`, { address: `${i}` })
  }
  expect(memory.store.size).toEqual({ challenges: 0, addresses: 0 })
  await memory.open('first')
  for (let i = 0; i < 100; i += 1) await memory.resend('first', `${i}`)
  for (let i = 0; i < 100; i += 1) await memory.open(`${i}`)
  expect(memory.store.size).toEqual({ challenges: 5, addresses: 1 })
})

test('never holds more rows than the maximum, and still opens challenges', async () => {
  const memory = makeMemoryStore({ maxChallenges: 1_000, maxAddresses: 1_500 })
  for (let i = 0; i < 5_000; i += 1) {
    const keys = { address: `${i}` }
    expect(await memory.open(`${i}`, keys)).toMatchObject({ outcome: 'opened' })
    if (i % 3 === 0) await memory.guess(`${i}`, { ...keys, failuresBelow: TEN_DIGITS })
  }
  expect(memory.store.size).toEqual({ challenges: 1_000, addresses: 1_500 })
})

test('clears expired rows with later requests', async () => {
  const memory = makeMemoryStore()
  for (let i = 0; i < 1_000; i += 1) await memory.open(`${i}`, { address: `${i}` })
  await memory.advance(10 * MINUTE)
  await idle(memory, 500)
  expect(memory.store.size).toEqual({ challenges: 0, addresses: 1_000 })
  await memory.advance(80 * MINUTE)
  await idle(memory, 500)
  expect(memory.store.size).toEqual({ challenges: 0, addresses: 0 })
})

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

test('keeps an address until all its budgets are full', async () => {
  const memory = makeMemoryStore()
  await memory.open('first')
  await memory.advance(HOUR)
  await memory.open('second', { budget: KNOWN_BROWSER })
  await memory.advance(90 * MINUTE - 1)
  await idle(memory, 3)
  expect(memory.store.size.addresses).toBe(1)
  await memory.advance(1)
  await idle(memory, 3)
  expect(memory.store.size.addresses).toBe(0)
})

test('keeps an address with failures until their window is over', async () => {
  const memory = makeMemoryStore()
  for (let i = 0; i < 100; i += 1) {
    await memory.open(`${i}`, { address: `${i}` })
    await memory.guess(`${i}`, { address: `${i}` })
  }
  await memory.advance(30 * DAY - 1)
  await idle(memory, 200)
  expect(memory.store.size).toEqual({ challenges: 0, addresses: 100 })
  await memory.advance(1)
  await idle(memory, 50)
  expect(memory.store.size).toEqual({ challenges: 0, addresses: 0 })
})

test('keeps an address with failures and a charged send until both are over', async () => {
  const memory = makeMemoryStore()
  await memory.open('first')
  await memory.guess('first', { failuresWindowMs: HOUR })
  await memory.advance(HOUR)
  await idle(memory, 3)
  expect(memory.store.size.addresses).toBe(1)
  await memory.advance(30 * MINUTE)
  await idle(memory, 3)
  expect(memory.store.size.addresses).toBe(0)
})

test('keeps an address with failures after a sign-in until their window is over', async () => {
  const memory = makeMemoryStore()
  await memory.open('mistyped')
  await memory.guess('mistyped')
  await memory.verify('mistyped')
  for (let i = 0; i < 100; i += 1) await memory.open(`${i}`, { address: `${i}` })
  await memory.advance(90 * MINUTE)
  await idle(memory, 60)
  expect(memory.store.size.addresses).toBe(1)
  await memory.advance(30 * DAY - 90 * MINUTE - 1)
  await idle(memory, 3)
  expect(memory.store.size.addresses).toBe(1)
  await memory.advance(1)
  await idle(memory, 1)
  expect(memory.store.size.addresses).toBe(0)
})

test('clears at most two challenges and two addresses per request', async () => {
  const memory = makeMemoryStore()
  for (let i = 0; i < 100; i += 1) await memory.open(`${i}`, { address: `${i}` })
  await memory.advance(DAY)
  await idle(memory, 1)
  expect(memory.store.size).toEqual({ challenges: 98, addresses: 98 })
})

test('shows no challenge and no address when the store is printed', async () => {
  const memory = makeMemoryStore()
  await memory.open('a challenge', { address: 'an address' })
  const shown = inspect(memory.store, { depth: 9, getters: true }) + JSON.stringify(memory.store)
  expect(shown).not.toContain('an address')
  expect(shown).not.toContain('a challenge')
})
