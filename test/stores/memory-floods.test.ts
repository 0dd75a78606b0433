import { expect, test } from 'vitest'
import { DAY, HOUR, SIX_DIGITS, STRANGER, TEN_DIGITS } from './contract/verbs.js'
import { small, stopTheClock } from './memory-store.js'

stopTheClock()

test('where all have failures, the one whose window ends soonest goes', async () => {
  const { fail, failMore, failures } = small({ maxAddresses: 1_000 })
  const days = Array.from({ length: 1_000 }, (_, i) => 1 + ((i * 7 + 500) % 1_000))
  for (const day of days) await fail(1, { address: `${day}`, failuresWindowMs: day * DAY })
  // The first finds a known history and the second an unknown one. From then on they make room for
  // one another, because what is written about the unknown ends sooner than all that is known.
  await failMore(500)
  for (let day = 3; day <= 1_000; day += 1) expect(await failures({ address: `${day}` })).toBe(1)
  expect(await failures({ address: '1' })).toBe(50)
  expect(await failures({ address: '2' })).toBe(50)
})

test('from then until that window ends, an address that is not known has 50 failures', async () => {
  const { fail, open, openMore, failMore, failures, advance } = small({ maxAddresses: 1_000 })
  await fail(4)
  await advance(HOUR)
  await failMore(999)
  // Whose opening makes the store forget somebody is not the one forgotten.
  expect(await openMore(1)).toEqual({ outcome: 'opened', failures: 0, full: 'addresses' })
  expect(await open('first')).toMatchObject({ outcome: 'opened', failures: 50 })
  await advance(30 * DAY - HOUR - 1)
  expect(await failures({ address: 'carol' })).toBe(50)
  expect(await failures()).toBe(50)
  await advance(1)
  expect(await failures()).toBe(0)
  expect(await failures({ address: 'dave' })).toBe(0)
})

/**
 * Leaves the store full, with `alice` forgotten until her window would have ended, in 30 days less an
 * hour. All others have failures, but for the last one: the next to go, whom nobody will miss.
 */
async function flooded() {
  const store = small({ maxAddresses: 1_000 })
  await store.open('six digits', { ttlMs: 40 * DAY, keepMs: 0 })
  await store.open('unanswered')
  await store.fail(1)
  await store.advance(HOUR)
  await store.failMore(1_000)
  await store.answer('more 999', { address: 'more 999' })
  return store
}

test('the code of a forgotten address is too short, right or not', async () => {
  const { guess, answer } = await flooded()
  expect(await guess('six digits')).toEqual({ outcome: 'stale' })
  expect(await answer('six digits', { failuresBelow: 50 })).toEqual({ outcome: 'stale' })
})

test('until the flood is over: one that nobody tried meanwhile is good then', async () => {
  const { answer, advance } = await flooded()
  await advance(30 * DAY - HOUR)
  expect(await answer('six digits')).toEqual({ outcome: 'accepted' })
})

test('it is replaced free, by one of ten digits that lasts', async () => {
  const { again, answer, failures, fullAgainIn } = await flooded()
  expect(await failures({ address: 'more 999' })).toBe(0)
  expect(await again('six digits', 'ten')).toMatchObject({ outcome: 'opened', failures: 50 })
  expect(await failures({ address: 'more 999' })).toBe(50) // it made room for what was written
  expect(await again('six digits', 'more')).toMatchObject({ outcome: 'opened' }) // counted
  expect(await fullAgainIn()).toBe(STRANGER.refillMs)
  expect(await answer('ten', { failuresBelow: TEN_DIGITS })).toEqual({ outcome: 'accepted' })
})

test('a wrong guess there makes it 51, until the same instant', async () => {
  const { guess, failures, advance } = await flooded()
  const ten = { failuresBelow: TEN_DIGITS }
  expect(await guess('six digits', ten)).toEqual({
    outcome: 'wrong',
    attemptsLeft: 4,
    failures: 51,
  })
  await advance(30 * DAY - HOUR - 1)
  expect(await failures()).toBe(51)
  await advance(1)
  expect(await failures()).toBe(0)
})

test('forgetting what was written so prolongs nothing', async () => {
  const { open, openMore, failures, advance } = await flooded()
  expect(await open('first')).toMatchObject({ failures: 50 })
  expect(await openMore(3)).toEqual({ outcome: 'opened', failures: 50, full: 'addresses' })
  await advance(30 * DAY - HOUR)
  expect(await failures({ address: 'erin' })).toBe(0)
})

test('forgetting a shorter window does not end it sooner', async () => {
  const { open, guess, openMore, failMore, failures, advance } = small({ maxAddresses: 1_000 })
  await failMore(1_000)
  await open('first') // the first address was forgotten for this one
  await guess('first', { failuresWindowMs: HOUR })
  await openMore(1) // and this one for the next
  await advance(30 * DAY - 1)
  expect(await failures({ address: 'carol' })).toBe(50)
})

test('a guess counted while unknown is not given back after being forgotten once more', async () => {
  const { guess, answer, open, failMore, openMore, failures } = small({ maxAddresses: 1_000 })
  const ten = { failuresBelow: TEN_DIGITS }
  await failMore(1_000)
  await openMore(1)
  await open('first')
  await guess('first', ten)
  await openMore(2) // the unknown make room for one another
  await open('second')
  await answer('first', ten)
  expect(await failures()).toBe(50)
})

test('codes of six digits are enough again when the flood is over', async () => {
  const { open, guess, advance } = await flooded()
  await advance(31 * DAY)
  await open('first')
  expect(await guess('first', { failuresBelow: SIX_DIGITS })).toMatchObject({ failures: 1 })
})
