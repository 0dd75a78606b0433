import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, STRANGER } from './contract/verbs.js'
import { makeFloodableStore, stopTheClock } from './memory-store.js'

stopTheClock()

test('drops the oldest challenge when it is full, and reports it', async () => {
  const { open, openMore, guess, verify, store } = makeFloodableStore({ maxChallenges: 1_000 })
  await open('oldest')
  await open('second')
  await openMore(998)
  const opened = { outcome: 'opened', failures: 0 }
  expect(await guess('oldest')).toMatchObject({ outcome: 'wrong' })
  expect(await openMore(1)).toEqual({ ...opened, full: 'challenges' })
  expect(await verify('oldest')).toEqual({ outcome: 'unknown' })
  expect(await verify('second')).toEqual({ outcome: 'accepted', failures: 1 })
  expect(await openMore(1)).toEqual(opened)
  expect(store.size.challenges).toBe(1_000)
})

test('reports the challenge when it drops a challenge and an address', async () => {
  const { openMore } = makeFloodableStore({ maxChallenges: 1_000, maxAddresses: 1_000 })
  await openMore(1_000)
  expect(await openMore(1)).toMatchObject({ full: 'challenges' })
})

test('reports nothing when it drops an expired challenge', async () => {
  const { openMore, advance, store } = makeFloodableStore({ maxChallenges: 1_000 })
  await openMore(1_000)
  await advance(10 * MINUTE)
  expect(await openMore(1)).toEqual({ outcome: 'opened', failures: 0 })
  expect(store.size.challenges).toBeLessThan(1_000)
})

test('drops no other challenge when it replaces one', async () => {
  const { open, resend, openMore, guess, verify } = makeFloodableStore({ maxChallenges: 1_000 })
  await open('oldest')
  await openMore(998)
  await open('spent', { attempts: 1 })
  await guess('spent')
  expect(await resend('spent', 'new')).toEqual({ outcome: 'opened', failures: 1 })
  expect(await verify('oldest')).toEqual({ outcome: 'accepted', failures: 1 })
})

test('keeps one row for a challenge that is opened twice, until its lifetime is over', async () => {
  const { open, verify, store } = makeFloodableStore({})
  await open('first')
  await open('first')
  expect(store.size.challenges).toBe(1)
  expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 0 })
  expect(store.size.challenges).toBe(1)
})

test('drops a used challenge before one that is in use', async () => {
  const { open, openMore, verify } = makeFloodableStore({ maxChallenges: 1_000 })
  await open('oldest')
  await open('used')
  await verify('used')
  await openMore(998)
  expect(await openMore(1)).toEqual({ outcome: 'opened', failures: 0 })
  expect(await verify('oldest')).toEqual({ outcome: 'accepted', failures: 0 })
  expect(await open('used')).toMatchObject({ outcome: 'opened' })
})

test('drops the oldest address with its sends when it is full, and assumes no failures', async () => {
  const { open, openMore, msUntilFull, failures, store } = makeFloodableStore({
    maxAddresses: 1_000,
  })
  await open('hers')
  await open('his', { address: 'bob' })
  await openMore(998)
  const dropped = await openMore(1)
  expect(dropped).toEqual({ outcome: 'opened', failures: 0, full: 'addresses' })
  expect(await msUntilFull({ address: 'bob' })).toBe(STRANGER.refillMs)
  expect(await msUntilFull()).toBe(0)
  expect(await failures({ address: 'carol' })).toBe(0)
  expect(store.size.addresses).toBe(1_000)
})

test('treats an address as the newest after another mail', async () => {
  const { open, openMore, msUntilFull } = makeFloodableStore({ maxAddresses: 1_000 })
  await open('first')
  await openMore(999)
  await open('second')
  await openMore(1)
  expect(await msUntilFull()).toBe(2 * STRANGER.refillMs)
})

test('keeps the failures of an address after a sign-in while there is an address without', async () => {
  const { open, guess, verify, openMore, failures } = makeFloodableStore({ maxAddresses: 1_000 })
  await open('first')
  await guess('first')
  await verify('first')
  await openMore(999 + 500)
  expect(await failures()).toBe(1)
})

test('still verifies the challenges of a dropped address, and counts guesses at them', async () => {
  const { open, guess, verify, openMore } = makeFloodableStore({ maxAddresses: 1_000 })
  await open('first')
  await open('second')
  await openMore(1_000)
  expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 0 })
  expect(await guess('second')).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
  expect(await guess('second')).toEqual({ outcome: 'wrong', attemptsLeft: 3, failures: 2 })
})

test('refunds nothing at a sign-in to an address that was dropped and stored again', async () => {
  const { open, verify, openMore, msUntilFull } = makeFloodableStore({ maxAddresses: 1_000 })
  await open('first')
  await openMore(1_000)
  await open('second')
  await verify('first')
  expect(await msUntilFull()).toBe(STRANGER.refillMs)
})

test('keeps the spacing after a refused mail until the address is dropped', async () => {
  const { open, cancel, openMore } = makeFloodableStore({ maxAddresses: 1_000 })
  await open('first')
  await cancel('first', { refund: 'reduced' })
  await openMore(999)
  const limited = { outcome: 'limited', retryAfterMs: 30_000 }
  expect(await open('second')).toEqual(limited)
  expect(await openMore(1)).toMatchObject({ full: 'addresses' })
  expect(await open('second')).toMatchObject({ outcome: 'opened' })
})

test('refunds only the send after the address was dropped, for a challenge that was mailed again', async () => {
  const { open, resend, verify, openMore, advance, msUntilFull } = makeFloodableStore({
    maxAddresses: 1_000,
  })
  const long = { ttlMs: DAY, keepMs: 0, spacingMs: 0 }
  await open('first', long)
  await resend('first', 'new', long)
  await openMore(1_000)
  await advance(HOUR)
  await open('unanswered')
  await open('unanswered too')
  expect(await resend('first', 'new', long)).toEqual({ outcome: 'reopened' })
  await verify('first')
  expect(await msUntilFull()).toBe(2 * STRANGER.refillMs)
})

test('drops an address whose window of failures is over first, and reports it while a send is charged', async () => {
  const { addFailures, openMore, msUntilFull, failures, advance, open } = makeFloodableStore({
    maxAddresses: 1_000,
  })
  await open('old', { address: 'bob' })
  await open('old too', { address: 'bob' })
  await advance(HOUR)
  await open('first')
  await addFailures(1, { failuresWindowMs: HOUR })
  await openMore(998)
  await advance(HOUR)
  expect(await openMore(1)).toMatchObject({ full: 'addresses' }) // alice's send has not refilled yet
  expect(await msUntilFull({ address: 'bob' })).toBe(HOUR)
  expect(await failures()).toBe(0)
})
