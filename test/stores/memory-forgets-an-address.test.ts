import { expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND, TEN_DIGITS } from './contract/verbs.js'
import { advance, makeFloodableStore, makeMemoryStore, stopTheClock } from './memory-store.js'

stopTheClock()

it('removes challenges from the beginning, middle and end of the list, and keeps the order of the others', async () => {
  const { store, open, verify } = makeMemoryStore()
  const addresses = ['alice', 'bob', 'alice', 'alice', 'carol', 'alice']
  for (const [n, address] of addresses.entries()) await open(`${n}`, { address })
  await store.forget({ address: 'alice' })
  expect(store.size).toEqual({ challenges: 2, addresses: 2 })
  expect(await verify('1', { address: 'bob' })).toEqual({ outcome: 'accepted', failures: 0 })
  // The oldest is removed first once it has expired.
  advance(10 * MINUTE)
  await open('later', { address: 'dave' })
  expect(store.size.challenges).toBe(1)
})

it('makes room in a full store', async () => {
  const { store, openMore, open } = makeFloodableStore({ maxAddresses: 1000 })
  await open('hers')
  await openMore(999)
  expect(store.size.addresses).toBe(1000)
  await store.forget({ address: 'alice' })
  expect(await openMore(1)).toEqual({ outcome: 'opened', failures: 0 })
  expect(await openMore(1)).toMatchObject({ full: 'addresses' })
  expect(store.size.addresses).toBe(1000)
})

it('keeps 50 assumed failures for an unknown address that is erased during a flood', async () => {
  const { store, addFailures, failMore, open } = makeFloodableStore({ maxAddresses: 1000 })
  await addFailures(4)
  await failMore(1000)
  expect(await open('unknown', { address: 'new' })).toMatchObject({ failures: 50 })
  await store.forget({ address: 'new' })
  // Otherwise an attacker who can have an address erased clears guesses that were dropped.
  advance(SECOND)
  expect(await open('again', { address: 'new' })).toMatchObject({ failures: 50 })
})

it('erases addresses in any order, with sends and with failures whose window lasts or is over', async () => {
  const { store, open, guess, failures } = makeMemoryStore()
  for (let n = 0; n < 5_000; n++) {
    const address = `address ${n % 500}`
    await open(`${n}`, { address, budget: { key: 'b', burst: 1e6, refillMs: HOUR } })
    if (n % 3 === 0) {
      const failuresWindowMs = n % 2 ? 1 : HOUR
      await guess(`${n}`, { address, failuresWindowMs, failuresBelow: TEN_DIGITS })
    }
    if (n % 7 === 0) {
      const erased = `address ${(n * 31) % 500}`
      await store.forget({ address: erased })
      expect(await failures({ address: erased })).toBe(0)
    }
    advance(1)
  }
  for (let n = 0; n < 500; n++) await store.forget({ address: `address ${n}` })
  expect(store.size).toEqual({ challenges: 0, addresses: 0 })
})
