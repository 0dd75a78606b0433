import { RedisStore } from 'passport-email-otp/redis'
import { beforeEach, expect, test } from 'vitest'
import { describeWithRedis } from '../helpers/redis-server.js'
import { KNOWN_BROWSER, STRANGER, verbs } from '../stores/contract/verbs.js'
import { connectIoRedis, useRedis } from '../stores/redis-clients.js'

const OUT_OF_MEMORY = /OOM command not allowed/

describeWithRedis('RedisStore on a Redis that is out of memory', () => {
  const redis = useRedis(connectIoRedis)
  beforeEach(async () => {
    await redis.client.config('SET', 'maxmemory', '0')
    await redis.client.flushall()
  })

  const onFullServer = async (prepare: (store: ReturnType<typeof verbs>) => Promise<unknown>) => {
    const store = verbs({ store: new RedisStore({ client: redis.client }), advance: () => {} })
    await prepare(store)
    await redis.client.config('SET', 'maxmemory', '1')
    return store
  }
  /** Returns the data of the only address, and when it expires. */
  const kept = async () => {
    const [key = ''] = await redis.client.keys('*')
    return [await redis.client.hgetall(key), await redis.client.pexpiretime(key)]
  }
  async function expectRefused(call: () => Promise<unknown>): Promise<void> {
    const before = await kept()
    await expect(call()).rejects.toThrow(OUT_OF_MEMORY)
    expect(await kept()).toEqual(before)
  }

  test('fails to open, reopen and replace challenges, and changes nothing', async () => {
    const { open, resend } = await onFullServer(async ({ open, guess }) => {
      await open('first')
      await open('spent', { attempts: 1 })
      await guess('spent')
    })
    await expectRefused(() => open('new'))
    await expectRefused(() => open('new', { budget: KNOWN_BROWSER }))
    await expectRefused(() => resend('first', 'new', { spacingMs: 0 }))
    await expectRefused(() => resend('first', 'new', { spacingMs: 0, keepMs: 1e9 }))
    await expectRefused(() => resend('spent', 'new'))
    await expectRefused(() => resend('first', 'new', { failuresBelow: 1 }))
    expect(await resend('first', 'new')).toMatchObject({ outcome: 'waiting' })
  })

  test('fails for wrong and right codes, and judges them once there is memory', async () => {
    const store = await onFullServer(async ({ open, guess }) => {
      await open('first')
      await open('second')
      await guess('first')
    })
    const { guess, verify, failures, msUntilFull } = store
    for (let i = 0; i < 10; i += 1) {
      await expectRefused(() => guess('first'))
      await expectRefused(() => verify('first'))
    }
    await expectRefused(() => guess('first', { failuresBelow: 1 }))
    await redis.client.config('SET', 'maxmemory', '0')
    expect(await guess('first')).toEqual({ outcome: 'wrong', attemptsLeft: 3, failures: 2 })
    expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 2 })
    expect(await verify('first')).toEqual({ outcome: 'unknown' })
    expect(await failures()).toBe(2)
    const left = await msUntilFull()
    expect(left).toBeLessThanOrEqual(STRANGER.refillMs)
    expect(left).toBeGreaterThan(STRANGER.refillMs - 10_000)
  })

  test('still cancels with a refund, and erases addresses', async () => {
    const store = new RedisStore({ client: redis.client })
    const { cancel } = await onFullServer(async ({ open }) => {
      await open('first')
      await open('his', { address: 'bob' })
    })
    await cancel('first', { refund: 'whole' })
    await store.forget({ address: 'bob' })
    expect(await redis.client.keys('*')).toEqual([])
  })
})
