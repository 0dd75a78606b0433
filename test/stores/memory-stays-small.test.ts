import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { DAY, DEVICE, HOUR, MINUTE, TEN_DIGITS } from './contract/verbs.js'
import { makeMemoryStore, stopTheClock } from './memory-store.js'

stopTheClock()

/** Requests that find nothing: all they do is to clear away a little. */
async function idle({ guess }: ReturnType<typeof makeMemoryStore>, requests: number) {
  for (let i = 0; i < requests; i += 1) await guess('never was')
}

test('guessing at what is not there leaves no trace', async () => {
  const memory = makeMemoryStore()
  for (let i = 0; i < 1_000; i += 1) await memory.guess(`${i}`, { address: `${i}` })
  for (let i = 0; i < 1_000; i += 1) await memory.answer(`${i}`, { address: `${i}` })
  expect(memory.store.size).toEqual({ challenges: 0, addresses: 0 })
})

test('being refused leaves no trace', async () => {
  const memory = makeMemoryStore()
  await memory.open('first')
  for (let i = 0; i < 100; i += 1) await memory.again('first', `${i}`)
  for (let i = 0; i < 100; i += 1) await memory.open(`${i}`)
  expect(memory.store.size).toEqual({ challenges: 5, addresses: 1 })
})

test('it never holds more than it may, and never refuses to open', async () => {
  const memory = makeMemoryStore({ maxChallenges: 1_000, maxAddresses: 1_500 })
  for (let i = 0; i < 5_000; i += 1) {
    const keys = { address: `${i}` }
    expect(await memory.open(`${i}`, keys)).toMatchObject({ outcome: 'opened' })
    if (i % 3 === 0) await memory.guess(`${i}`, { ...keys, failuresBelow: TEN_DIGITS })
  }
  expect(memory.store.size).toEqual({ challenges: 1_000, addresses: 1_500 })
})

test('what has expired is cleared away by the requests that follow', async () => {
  const memory = makeMemoryStore()
  for (let i = 0; i < 1_000; i += 1) await memory.open(`${i}`, { address: `${i}` })
  await memory.advance(10 * MINUTE)
  await idle(memory, 500)
  expect(memory.store.size).toEqual({ challenges: 0, addresses: 1_000 })
  await memory.advance(80 * MINUTE)
  await idle(memory, 500)
  expect(memory.store.size).toEqual({ challenges: 0, addresses: 0 })
})

test('an address stays as long as any of its budgets is not full', async () => {
  const memory = makeMemoryStore()
  await memory.open('first')
  await memory.advance(HOUR)
  await memory.open('second', { budget: DEVICE })
  await memory.advance(90 * MINUTE - 1)
  await idle(memory, 3)
  expect(memory.store.size.addresses).toBe(1)
  await memory.advance(1)
  await idle(memory, 3)
  expect(memory.store.size.addresses).toBe(0)
})

test('an address with failures stays until their window is over', async () => {
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

test('an address with failures and a send stays until both are over', async () => {
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

test('an address that mistyped and signed in holds up nobody, and goes with its window', async () => {
  const memory = makeMemoryStore()
  await memory.open('mistyped')
  await memory.guess('mistyped')
  await memory.answer('mistyped')
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

test('an address that rested takes its place among the others when it is mailed again', async () => {
  const memory = makeMemoryStore()
  await memory.open('mistyped')
  await memory.guess('mistyped')
  await memory.answer('mistyped')
  await idle(memory, 1)
  await memory.open('again')
  await memory.open('other', { address: 'bob' })
  await memory.open('once more')
  await memory.open('last', { address: 'carol' })
  await memory.advance(30 * DAY)
  await idle(memory, 3)
  expect(memory.store.size).toEqual({ challenges: 0, addresses: 0 })
})

test('each request clears away two of a kind at most, so that none of them takes long', async () => {
  const memory = makeMemoryStore()
  for (let i = 0; i < 100; i += 1) await memory.open(`${i}`, { address: `${i}` })
  await memory.advance(DAY)
  await idle(memory, 1)
  expect(memory.store.size).toEqual({ challenges: 98, addresses: 98 })
})

test('printing the store shows nothing of what it holds', async () => {
  const memory = makeMemoryStore()
  await memory.open('a challenge', { address: 'an address' })
  const shown = inspect(memory.store, { depth: 9, getters: true }) + JSON.stringify(memory.store)
  expect(shown).not.toContain('an address')
  expect(shown).not.toContain('a challenge')
})
