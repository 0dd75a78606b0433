import { expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND, TEN_DIGITS } from './contract/verbs.js'
import { advance, makeFloodableStore, makeMemoryStore, stopTheClock } from './memory-store.js'

stopTheClock()

/** One way to put an address into each of the store's lists. */
const states: [string, (store: ReturnType<typeof makeMemoryStore>) => Promise<void>][] = [
  ['with sends', async ({ open }) => void (await open('one'))],
  [
    'with failures',
    async ({ open, guess }) => {
      await open('one')
      await guess('one')
    },
  ],
  [
    'with failures whose window is over',
    async ({ open, guess }) => {
      await open('one')
      await guess('one', { failuresWindowMs: HOUR })
      advance(HOUR)
    },
  ],
]

it.each(states)(
  'erases an address %s, and starts it from zero at the next request',
  async (_, reach) => {
    const alice = makeMemoryStore()
    const { store, open, guess, verify } = alice
    await reach(alice)
    const before = store.size.addresses
    await store.forget({ address: 'alice' })
    expect(store.size.addresses).toBe(before - 1)
    await store.forget({ address: 'alice' })
    expect(store.size.addresses).toBe(before - 1)

    expect(await open('two')).toEqual({ outcome: 'opened', failures: 0 })
    expect(await guess('two')).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
    expect(await verify('two')).toEqual({ outcome: 'accepted', failures: 1 })
  },
)

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

it('refunds nothing for an erased challenge', async () => {
  const { store, open, resend, verify, msUntilFull } = makeMemoryStore()
  await open('one')
  await store.forget({ address: 'alice' })
  await open('two')
  expect(await verify('one')).toEqual({ outcome: 'unknown' })
  expect(await resend('one', 'three')).toEqual({ outcome: 'opened', failures: 0 })
  expect(await msUntilFull()).toBe(3 * HOUR)
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

it('erases addresses in any order and keeps its lists consistent', async () => {
  const { store, open, guess } = makeMemoryStore()
  for (let n = 0; n < 10_000; n++) {
    const address = `address ${n % 500}`
    await open(`${n}`, { address, budget: { key: 'b', burst: 1e6, refillMs: 1 } })
    if (n % 3 === 0) await guess(`${n}`, { address, failuresBelow: TEN_DIGITS })
    if (n % 7 === 0) await store.forget({ address: `address ${(n * 31) % 500}` })
  }
  for (let n = 0; n < 500; n++) await store.forget({ address: `address ${n}` })
  expect(store.size).toEqual({ challenges: 0, addresses: 0 })
})
