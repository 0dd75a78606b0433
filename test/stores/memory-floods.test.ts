import { expect, test } from 'vitest'
import { DAY, HOUR, STRANGER, TEN_DIGITS } from './contract/verbs.js'
import { makeFloodableStore, stopTheClock } from './memory-store.js'

stopTheClock()

test('drops the address whose window ends first when all addresses have failures', async () => {
  const { addFailures, failMore, failures } = makeFloodableStore({ maxAddresses: 1_000 })
  const days = Array.from({ length: 1_000 }, (_, i) => 1 + ((i * 7 + 500) % 1_000))
  for (const day of days) await addFailures(1, { address: `${day}`, failuresWindowMs: day * DAY })
  // The first new address starts without failures, the others with assumed ones. From the third on they only drop
  // each other, because the assumed window ends before all others.
  await failMore(500)
  for (let day = 3; day <= 1_000; day += 1) expect(await failures({ address: `${day}` })).toBe(1)
  expect(await failures({ address: '1' })).toBe(50)
  expect(await failures({ address: '2' })).toBe(50)
})

test('drops the address whose window began first where two windows end at the same instant', async () => {
  const { addFailures, failMore, openMore, failures } = makeFloodableStore({ maxAddresses: 1_000 })
  await addFailures(1)
  await failMore(999)
  expect(await openMore(1)).toMatchObject({ full: 'addresses' })
  expect(await failures({ address: 'more 998' })).toBe(1)
  expect(await failures()).toBe(50)
})

test('assumes 50 failures for unknown addresses until the dropped window would have ended', async () => {
  const { addFailures, open, openMore, failMore, failures, advance } = makeFloodableStore({
    maxAddresses: 1_000,
  })
  await addFailures(4)
  await advance(HOUR)
  await failMore(999)
  // The address whose opening drops another one has no assumed failures itself.
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
 * Returns a full store that has dropped `alice`, whose window would have ended in 30 days less an hour. All
 * other addresses have failures, except the last one, which is dropped next.
 */
async function flooded() {
  const store = makeFloodableStore({ maxAddresses: 1_000 })
  await store.open('six digits', { ttlMs: 40 * DAY, keepMs: 0 })
  await store.open('unanswered')
  await store.addFailures(1)
  await store.advance(HOUR)
  await store.failMore(999)
  await store.openMore(1)
  return store
}

test('answers stale for the code of a dropped address, right or wrong', async () => {
  const { guess, verify } = await flooded()
  expect(await guess('six digits')).toEqual({ outcome: 'stale' })
  expect(await verify('six digits', { failuresBelow: 50 })).toEqual({ outcome: 'stale' })
})

test('accepts the code after the flood if it was not tried during it', async () => {
  const { verify, advance } = await flooded()
  await advance(30 * DAY - HOUR)
  expect(await verify('six digits')).toEqual({ outcome: 'accepted', failures: 0 })
})

test('replaces the code free of charge by one of ten digits that stays valid', async () => {
  const { resend, verify, failures, msUntilFull } = await flooded()
  expect(await failures({ address: 'more 999' })).toBe(0)
  expect(await resend('six digits', 'ten')).toMatchObject({ outcome: 'opened', failures: 50 })
  expect(await failures({ address: 'more 999' })).toBe(50) // dropped to store alice's row
  expect(await resend('six digits', 'more')).toMatchObject({ outcome: 'opened' }) // charged
  expect(await msUntilFull()).toBe(STRANGER.refillMs)
  const accepted = { outcome: 'accepted', failures: 50 }
  expect(await verify('ten', { failuresBelow: TEN_DIGITS })).toEqual(accepted)
})

test('counts a wrong guess at a dropped address as the 51st failure, until the same instant', async () => {
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

test('does not prolong the assumed failures when it drops an address that has them', async () => {
  const { open, openMore, failures, advance } = await flooded()
  expect(await open('first')).toMatchObject({ failures: 50 })
  expect(await openMore(3)).toEqual({ outcome: 'opened', failures: 50, full: 'addresses' })
  await advance(30 * DAY - HOUR)
  expect(await failures({ address: 'erin' })).toBe(0)
})

test('does not end the assumed failures earlier when it drops a shorter window', async () => {
  const { open, guess, openMore, failMore, failures, advance } = makeFloodableStore({
    maxAddresses: 1_000,
  })
  await failMore(1_000)
  await open('first') // drops the first address
  await guess('first', { failuresWindowMs: HOUR })
  await openMore(1) // drops this address
  await advance(30 * DAY - 1)
  expect(await failures({ address: 'carol' })).toBe(50)
})
