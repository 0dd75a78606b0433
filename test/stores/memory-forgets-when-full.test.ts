import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, STRANGER, TEN_DIGITS } from './contract/verbs.js'
import { small, stopTheClock } from './memory-store.js'

stopTheClock()

test('full of challenges, the oldest goes, and the answer says so', async () => {
  const { open, openMore, guess, answer, store } = small({ maxChallenges: 1_000 })
  await open('oldest')
  await open('second')
  await openMore(998)
  const opened = { outcome: 'opened', failures: 0 }
  expect(await guess('oldest')).toMatchObject({ outcome: 'wrong' })
  expect(await openMore(1)).toEqual({ ...opened, full: 'challenges' })
  expect(await answer('oldest')).toEqual({ outcome: 'unknown' })
  expect(await answer('second')).toEqual({ outcome: 'accepted' })
  expect(await openMore(1)).toEqual(opened)
  expect(store.size.challenges).toBe(1_000)
})

test('where both must go, the answer names the challenge', async () => {
  const { openMore } = small({ maxChallenges: 1_000, maxAddresses: 1_000 })
  await openMore(1_000)
  expect(await openMore(1)).toMatchObject({ full: 'challenges' })
})

test('an expired challenge that makes room is nothing to speak of', async () => {
  const { openMore, advance, store } = small({ maxChallenges: 1_000 })
  await openMore(1_000)
  await advance(10 * MINUTE)
  expect(await openMore(1)).toEqual({ outcome: 'opened', failures: 0 })
  expect(store.size.challenges).toBeLessThan(1_000)
})

test('replacing a challenge takes nobody else away', async () => {
  const { open, again, openMore, guess, answer } = small({ maxChallenges: 1_000 })
  await open('oldest')
  await openMore(998)
  await open('spent', { attempts: 1 })
  await guess('spent')
  expect(await again('spent', 'new')).toEqual({ outcome: 'opened', failures: 1 })
  expect(await answer('oldest')).toEqual({ outcome: 'accepted' })
})

test('a challenge opened twice under one key is one challenge', async () => {
  const { open, answer, store } = small({})
  await open('first')
  await open('first')
  expect(store.size.challenges).toBe(1)
  expect(await answer('first')).toEqual({ outcome: 'accepted' })
  expect(store.size.challenges).toBe(0)
})

test('full of addresses, the oldest goes and its sends are forgotten', async () => {
  const { open, openMore, fullAgainIn, store } = small({ maxAddresses: 1_000 })
  await open('hers')
  await open('his', { address: 'bob' })
  await openMore(998)
  const dropped = await openMore(1)
  expect(dropped).toEqual({ outcome: 'opened', failures: 0, full: 'addresses' })
  expect(await fullAgainIn({ address: 'bob' })).toBe(STRANGER.refillMs)
  expect(await fullAgainIn()).toBe(0)
  expect(store.size.addresses).toBe(1_000)
})

test('an address that was just mailed again is not the oldest', async () => {
  const { open, openMore, fullAgainIn } = small({ maxAddresses: 1_000 })
  await open('first')
  await openMore(999)
  await open('second')
  await openMore(1)
  expect(await fullAgainIn()).toBe(2 * STRANGER.refillMs)
})

test('an address with failures stays while there is one without', async () => {
  const { fail, openMore, failures } = small({ maxAddresses: 1_000 })
  await fail(3)
  await openMore(999 + 500)
  expect(await failures()).toBe(3)
})

test('failures that were given back protect an address no longer', async () => {
  const { open, guess, answer, openMore, failMore, fullAgainIn } = small({ maxAddresses: 1_000 })
  await open('other')
  await open('first')
  await guess('first')
  await answer('first')
  await failMore(999)
  expect(await openMore(1)).toMatchObject({ full: 'addresses' })
  expect(await openMore(1)).toMatchObject({ failures: 0 })
  expect(await fullAgainIn()).toBe(0)
})

test('one that only a window was kept for goes before all others, and silently', async () => {
  const { open, guess, answer, openMore, fullAgainIn } = small({ maxAddresses: 1_000 })
  await open('mistyped')
  await guess('mistyped')
  await answer('mistyped')
  await open('his', { address: 'bob' })
  await openMore(998)
  expect(await openMore(1)).toEqual({ outcome: 'opened', failures: 0 })
  expect(await fullAgainIn({ address: 'bob' })).toBe(STRANGER.refillMs)
})

test('a forgotten address without failures makes nobody unknown', async () => {
  const { openMore, failures } = small({ maxAddresses: 1_000 })
  await openMore(1_001)
  expect(await failures()).toBe(0)
})

test('challenges of a forgotten address can still be answered, and guessed at', async () => {
  const { open, guess, answer, openMore } = small({ maxAddresses: 1_000 })
  await open('first')
  await open('second')
  await openMore(1_000)
  expect(await answer('first')).toEqual({ outcome: 'accepted' })
  expect(await guess('second')).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
  expect(await guess('second')).toEqual({ outcome: 'wrong', attemptsLeft: 3, failures: 2 })
})

test('a sign-in gives back nothing to an address that was forgotten and came again', async () => {
  const { open, guess, answer, openMore, failures, fullAgainIn } = small({ maxAddresses: 1_000 })
  await open('first')
  await open('guessed')
  await openMore(1_000)
  await open('second')
  await answer('first')
  expect(await fullAgainIn()).toBe(STRANGER.refillMs)
  await guess('guessed')
  await guess('second')
  await answer('guessed')
  expect(await failures()).toBe(1)
  expect(await fullAgainIn()).toBe(STRANGER.refillMs)
})

test('failures counted before an address was forgotten are not given back after', async () => {
  const { open, guess, answer, failMore, fail, failures } = small({ maxAddresses: 1_000 })
  await open('first')
  await guess('first', { failuresWindowMs: DAY })
  await failMore(1_000)
  await fail(1) // 50 and one
  await answer('first', { failuresBelow: TEN_DIGITS })
  expect(await failures()).toBe(51)
})

test('a challenge mailed again after its address was forgotten gives back that one send', async () => {
  const { open, again, answer, openMore, advance, fullAgainIn } = small({ maxAddresses: 1_000 })
  const long = { ttlMs: DAY, keepMs: 0, spacingMs: 0 }
  await open('first', long)
  await again('first', 'new', long)
  await openMore(1_000)
  await advance(HOUR)
  await open('unanswered')
  await open('unanswered too')
  expect(await again('first', 'new', long)).toEqual({ outcome: 'reopened' })
  await answer('first')
  expect(await fullAgainIn()).toBe(2 * STRANGER.refillMs)
})

test('a failure whose window is over makes room first, silently once its sends are back', async () => {
  const { fail, openMore, fullAgainIn, failures, advance, open } = small({ maxAddresses: 1_000 })
  await open('old', { address: 'bob' })
  await open('old too', { address: 'bob' })
  await advance(HOUR)
  await open('first')
  await fail(1, { failuresWindowMs: HOUR })
  await openMore(998)
  await advance(HOUR)
  expect(await openMore(1)).toMatchObject({ full: 'addresses' }) // her send was not back yet
  expect(await fullAgainIn({ address: 'bob' })).toBe(HOUR)
  expect(await failures()).toBe(0)
})
