import { Redis } from 'ioredis'
import { RedisStore } from 'passport-email-otp/redis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeWithRedis, type RedisServer, startRedis } from '../helpers/redis-server.js'
import { DEVICE, STRANGER, verbs } from '../stores/contract/verbs.js'

const OUT_OF_MEMORY = /OOM command not allowed/

describeWithRedis('a Redis that is out of memory', () => {
  let server: RedisServer
  let client: Redis
  beforeAll(async () => {
    server = await startRedis()
    client = new Redis(server.port)
  })
  afterAll(async () => {
    client?.disconnect()
    await server?.stop()
  })
  beforeEach(async () => {
    await client.config('SET', 'maxmemory', '0')
    await client.flushall()
  })

  const onFullServer = async (prepare: (store: ReturnType<typeof verbs>) => Promise<unknown>) => {
    const store = verbs({ store: new RedisStore({ client }), advance: () => {} })
    await prepare(store)
    await client.config('SET', 'maxmemory', '1')
    return store
  }
  /** What is kept of the one address, and until when. */
  const kept = async () => {
    const [key = ''] = await client.keys('*')
    return [await client.hgetall(key), await client.pexpiretime(key)]
  }
  async function expectRefused(call: () => Promise<unknown>): Promise<void> {
    const before = await kept()
    await expect(call()).rejects.toThrow(OUT_OF_MEMORY)
    expect(await kept()).toEqual(before)
  }

  test('refuses to open, to reopen and to replace, and leaves what was there', async () => {
    const { open, again } = await onFullServer(async ({ open, guess }) => {
      await open('first')
      await open('spent', { attempts: 1 })
      await guess('spent')
    })
    await expectRefused(() => open('new'))
    await expectRefused(() => open('new', { budget: DEVICE }))
    await expectRefused(() => again('first', 'new', { spacingMs: 0 }))
    await expectRefused(() => again('first', 'new', { spacingMs: 0, keepMs: 1e9 }))
    await expectRefused(() => again('spent', 'new'))
    await expectRefused(() => again('first', 'new', { failuresBelow: 1 }))
    expect(await again('first', 'new')).toMatchObject({ outcome: 'waiting' })
  })

  test('refuses a wrong guess, and one that would have to be remembered as too short', async () => {
    const { guess } = await onFullServer(async ({ open, guess }) => {
      await open('first')
      await guess('first')
    })
    for (let i = 0; i < 10; i += 1) await expectRefused(() => guess('first'))
    await expectRefused(() => guess('first', { failuresBelow: 1 }))
    await client.config('SET', 'maxmemory', '0')
    expect(await guess('first')).toEqual({ outcome: 'wrong', attemptsLeft: 3, failures: 2 })
  })

  test('accepts a right code once, and gives back what it cost', async () => {
    const { answer, fullAgainIn, failures } = await onFullServer(async ({ open, guess }) => {
      await open('first')
      await open('second')
      await guess('first')
    })
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
    expect(await answer('first')).toEqual({ outcome: 'unknown' })
    await client.config('SET', 'maxmemory', '0')
    expect(await failures()).toBe(0)
    const left = await fullAgainIn()
    expect(left).toBeLessThanOrEqual(STRANGER.refillMs)
    expect(left).toBeGreaterThan(STRANGER.refillMs - 10_000)
  })

  test('still cancels, gives back a send and forgets', async () => {
    const store = new RedisStore({ client })
    const { cancel } = await onFullServer(async ({ open }) => {
      await open('first')
      await open('his', { address: 'bob' })
    })
    await cancel('first', { refund: true })
    await store.forget({ address: 'bob' })
    expect(await client.keys('*')).toEqual([])
  })
})
