import { expect, test } from 'vitest'
import { describeWithRedis } from '../helpers/redis-server.js'
import { DAY, HOUR, KNOWN_BROWSER, SECOND, STRANGER, verbs } from './contract/verbs.js'
import { clockedStore, connectIoRedis, useRedis } from './redis-clients.js'

const KEY = /\btest-\d+:\{alice\}/

describeWithRedis('keys in Redis', () => {
  const redis = useRedis(connectIoRedis)
  const keys = async () => (await redis.server.cli('KEYS', '*')).split('\n').filter(Boolean)
  const onlyKey = async () => {
    const found = await keys()
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(KEY)
    return found[0] as string
  }
  const livesFor = async () => Number(await redis.server.cli('PTTL', await onlyKey()))
  const expectLife = async (ms: number) => {
    const left = await livesFor()
    expect(left).toBeLessThanOrEqual(ms)
    expect(left).toBeGreaterThan(ms - 5 * SECOND)
  }

  test('are one per address, which expires when its budgets are full', async () => {
    const { open } = await redis.emptied()
    await open('first')
    await expectLife(STRANGER.refillMs)
    await open('second', { budget: KNOWN_BROWSER })
    await open('third', { budget: KNOWN_BROWSER })
    await expectLife(2 * STRANGER.refillMs)
  })

  test('stay until the last challenge has expired', async () => {
    const { open } = await redis.emptied()
    await open('first', { ttlMs: DAY })
    await expectLife(DAY)
    await open('second')
    await expectLife(DAY)
  })

  test('stay until the window of failures is over, and guesses do not prolong it', async () => {
    const { open, guess, verify } = await redis.emptied()
    await open('first')
    await guess('first')
    await expectLife(30 * DAY)
    await open('second')
    await guess('second', { failuresWindowMs: 60 * DAY })
    await expectLife(30 * DAY)
    await verify('second')
    await expectLife(30 * DAY)
  })

  test('expire after a sign-in without a wrong guess with the lifetime of the challenge', async () => {
    const { open, verify } = await redis.emptied()
    await open('first', { ttlMs: DAY })
    await verify('first')
    await expectLife(DAY)
  })

  test('are removed when the only mail is cancelled with a refund', async () => {
    const { open, cancel } = await redis.emptied()
    await open('first')
    await cancel('first', { refund: 'whole' })
    expect(await keys()).toEqual([])
  })

  test('are not created by attempts at missing challenges', async () => {
    const { guess, verify, cancel } = await redis.emptied()
    for (let i = 0; i < 1_000; i += 1) await guess(`${i}`)
    await verify('never was')
    await cancel('never was', { refund: 'whole' })
    expect(await keys()).toEqual([])
  })

  test('are removed by forget() for that address only', async () => {
    const { store, open, guess, verify, failures, msUntilFull } = await redis.emptied()
    await open('first')
    await guess('first')
    await open('his', { address: 'bob' })
    await store.forget({ address: 'alice' })
    await store.forget({ address: 'never was' })
    expect(await keys()).toEqual([expect.stringMatching(/\{bob\}$/)])
    expect(await verify('first')).toEqual({ outcome: 'unknown' })
    expect(await failures()).toBe(0)
    expect(await msUntilFull()).toBe(0)
    expect(await verify('his', { address: 'bob' })).toEqual({ outcome: 'accepted', failures: 0 })
  })

  test('lose expired challenges and full budgets at the next request', async () => {
    await redis.server.cli('FLUSHALL')
    const { open, guess, advance } = verbs(await clockedStore(redis.client, redis.server))
    const find = async () => (await keys()).find((key) => KEY.test(key)) ?? ''
    await open('first')
    await guess('first', { failuresWindowMs: HOUR })
    await open('second', { budget: KNOWN_BROWSER })
    await open('third', { ttlMs: 9 * HOUR })
    expect(await redis.server.cli('HLEN', await find())).toBe('6') // three challenges, two budgets, failures
    await advance(2 * STRANGER.refillMs)
    await open('fourth')
    expect(await redis.server.cli('HLEN', await find())).toBe('3') // two challenges and a budget
  })

  test('keep the highest failuresBelow that a code was found stale for, when a lower one is tried later', async () => {
    const { open, addFailures, guess, advance } = verbs(
      await clockedStore(redis.client, redis.server),
    )
    await addFailures(2, { failuresWindowMs: HOUR })
    await open('first', { ttlMs: DAY })
    expect(await guess('first', { failuresBelow: 2 })).toEqual({ outcome: 'stale' })
    expect(await guess('first', { failuresBelow: 1 })).toEqual({ outcome: 'stale' })
    await advance(HOUR)
    expect(await guess('first', { failuresBelow: 2 })).toEqual({ outcome: 'stale' })
    expect(await guess('first', { failuresBelow: 3 })).toMatchObject({ outcome: 'wrong' })
  })
})
