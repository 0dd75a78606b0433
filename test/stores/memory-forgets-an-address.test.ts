import { expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND, TEN_DIGITS } from './contract/verbs.js'
import { advance, makeMemoryStore, small, stopTheClock } from './memory-store.js'

stopTheClock()

/** The ways in which the store keeps an address, each in a list of its own. */
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
    'with a window that still runs, and nothing in it',
    async ({ open, guess, answer, again }) => {
      await open('one')
      await guess('one')
      await answer('one')
      advance(DAY)
      // Tidied away from among those with sends, two at each request.
      for (let n = 0; n < 3; n++) await again('gone', 'other', { address: 'bob' })
    },
  ],
]

it.each(states)('an address %s leaves nothing behind, and can begin anew', async (_, reach) => {
  const alice = makeMemoryStore()
  const { store, open, guess, answer } = alice
  await reach(alice)
  const before = store.size.addresses
  await store.forget({ address: 'alice' })
  expect(store.size.addresses).toBe(before - 1)
  await store.forget({ address: 'alice' })
  expect(store.size.addresses).toBe(before - 1)

  expect(await open('two')).toEqual({ outcome: 'opened', failures: 0 })
  expect(await guess('two')).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
  expect(await answer('two')).toEqual({ outcome: 'accepted' })
})

it('challenges go from the beginning, the middle and the end, and those between stay in order', async () => {
  const { store, open, answer } = makeMemoryStore()
  const addresses = ['alice', 'bob', 'alice', 'alice', 'carol', 'alice']
  for (const [n, address] of addresses.entries()) await open(`${n}`, { address })
  await store.forget({ address: 'alice' })
  expect(store.size).toEqual({ challenges: 2, addresses: 2 })
  expect(await answer('1', { address: 'bob' })).toEqual({ outcome: 'accepted' })
  // The oldest is the first to go once it has expired.
  advance(10 * MINUTE)
  await open('later', { address: 'dave' })
  expect(store.size.challenges).toBe(1)
})

it('a challenge that was charged to a row that is gone gives back to nobody', async () => {
  const { store, open, again, answer, fullAgainIn } = makeMemoryStore()
  await open('one')
  await store.forget({ address: 'alice' })
  await open('two')
  expect(await answer('one')).toEqual({ outcome: 'unknown' })
  expect(await again('one', 'three')).toEqual({ outcome: 'opened', failures: 0 })
  expect(await fullAgainIn()).toBe(3 * HOUR)
})

it('makes room in a full store', async () => {
  const { store, openMore, open } = small({ maxAddresses: 1000 })
  await open('hers')
  await openMore(999)
  expect(store.size.addresses).toBe(1000)
  await store.forget({ address: 'alice' })
  expect(await openMore(1)).toEqual({ outcome: 'opened', failures: 0 })
  expect(await openMore(1)).toMatchObject({ full: 'addresses' })
  expect(store.size.addresses).toBe(1000)
})

it('doesn’t clear what the store makes up for addresses while it was flooded', async () => {
  const { store, fail, failMore, open } = small({ maxAddresses: 1000 })
  await fail(4)
  await failMore(1000)
  expect(await open('unknown', { address: 'new' })).toMatchObject({ failures: 50 })
  await store.forget({ address: 'new' })
  // Or whoever could have an address forgotten would be rid of guesses that were dropped.
  advance(SECOND)
  expect(await open('again', { address: 'new' })).toMatchObject({ failures: 50 })
})

it('forgets addresses in any order and keeps its places straight', async () => {
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
