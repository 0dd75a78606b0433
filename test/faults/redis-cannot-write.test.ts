import { Redis } from 'ioredis'
import { RedisStore } from 'passport-email-otp/redis'
import { afterEach, describe, expect, test } from 'vitest'
import { describeWithRedis, replicated, startRedis } from '../helpers/redis-server.js'
import { KNOWN_BROWSER, STRANGER, TEN_DIGITS, verbs } from '../stores/contract/verbs.js'
import { connectIoRedis, useRedis } from '../stores/redis-clients.js'

describeWithRedis('RedisStore on a Redis that cannot write', () => {
  const redis = useRedis(connectIoRedis)

  describe('rejects right and wrong codes alike, and changes nothing, while', () => {
    let connected: Redis[] = []
    const clientOf = (port: number) => {
      const made = new Redis(port).on('error', () => {})
      connected.push(made)
      return made
    }
    afterEach(() => {
      for (const each of connected) each.disconnect()
      connected = []
    })

    // The first is charged to the budget that the attempt names, so that its send has to be refunded.
    const ATTEMPTS = [
      ['charged', { budget: STRANGER }],
      ['free', { budget: KNOWN_BROWSER }],
    ] as const

    async function expectRejected(store: RedisStore, error: RegExp): Promise<void> {
      const { guess, verify } = verbs({ store, advance: () => {} })
      for (const [name, changes] of ATTEMPTS) {
        for (let i = 0; i < 3; i += 1) {
          await expect(guess(name, changes)).rejects.toThrow(error)
          await expect(verify(name, changes)).rejects.toThrow(error)
        }
      }
    }
    /** Opens the challenges, lets the writes fail and work again, and enters both codes. */
    async function around(
      error: RegExp,
      failing: RedisStore,
      fail: () => unknown,
      undo: () => unknown,
    ) {
      const store = new RedisStore({ client: redis.client })
      const { open, guess, verify } = verbs({ store, advance: () => {} })
      await redis.client.flushall()
      for (const [name] of ATTEMPTS) await open(name)
      await guess('charged')
      const [key = ''] = await redis.client.keys('*')
      const before = [await redis.client.hgetall(key), await redis.client.pexpiretime(key)]
      await fail()
      await expectRejected(failing, error).finally(undo)
      expect([await redis.client.hgetall(key), await redis.client.pexpiretime(key)]).toEqual(before)
      for (const [name, changes] of ATTEMPTS) {
        const rules = { ...changes, failuresBelow: TEN_DIGITS }
        expect(await guess(name, rules)).toMatchObject({ outcome: 'wrong' })
        expect(await verify(name, rules)).toMatchObject({ outcome: 'accepted' })
        expect(await verify(name, rules)).toEqual({ outcome: 'unknown' })
      }
    }

    test('it is out of memory', () =>
      around(
        /OOM command not allowed/,
        new RedisStore({ client: redis.client }),
        () => redis.client.config('SET', 'maxmemory', '1'),
        () => redis.client.config('SET', 'maxmemory', '0'),
      ))

    test('the client may delete and not write (ACL with HDEL, without HSET)', async () => {
      const rights = [
        '+eval',
        '+evalsha',
        '+time',
        '+hgetall',
        '+hdel',
        '+pexpireat',
        '+ping',
        '+info',
      ]
      await redis.client.acl('SETUSER', 'weak', 'reset', 'on', 'nopass', '~*', '-@all', ...rights)
      const weak = new Redis(redis.server.port, { username: 'weak', password: 'x' }).on(
        'error',
        () => {},
      )
      connected.push(weak)
      await around(
        /can't run this command|No permissions|NOPERM/i,
        new RedisStore({ client: weak }),
        () => {},
        () => {},
      )
    })

    test('it has become a read-only replica', async () => {
      const other = await startRedis()
      try {
        // The primary is down, so that nothing is overwritten.
        await other.kill()
        await around(
          /READONLY/,
          new RedisStore({ client: redis.client }),
          () => redis.client.replicaof('127.0.0.1', other.port),
          () => redis.client.replicaof('NO', 'ONE'),
        )
      } finally {
        await other.stop()
      }
    })

    test('the client is connected to a replica', async () => {
      const replica = await startRedis('--replicaof', '127.0.0.1', `${redis.server.port}`)
      try {
        await around(
          /READONLY/,
          new RedisStore({ client: clientOf(replica.port) }),
          () => replicated(redis.server),
          () => {},
        )
      } finally {
        await replica.stop()
      }
    })
  })
})
