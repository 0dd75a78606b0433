import { Redis } from 'ioredis'
import { RedisStore } from 'passport-email-otp/redis'
import { createClient, createSentinel, RESP_TYPES } from 'redis'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithRedis, startRedis } from '../helpers/redis-server.js'
import { expectEveryVerb } from './every-verb.js'

async function started() {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  return server
}

describeWithRedis('RedisStore with a client', () => {
  test('of ioredis works with a keyPrefix, which comes before the prefix of the store', async () => {
    const server = await started()
    const client = new Redis(server.port, { keyPrefix: 'acme:' })
    onTestFinished(() => client.disconnect())
    await expectEveryVerb(new RedisStore({ client }))
    expect(await server.cli('KEYS', '*')).toBe('acme:passport-email-otp:{alice}')
  })

  test('of ioredis works with automatic pipelining', async () => {
    const server = await started()
    const client = new Redis(server.port, { enableAutoPipelining: true })
    onTestFinished(() => client.disconnect())
    await expectEveryVerb(new RedisStore({ client }))
  })

  test.each([2, 3] as const)('of node-redis works with RESP %s', async (RESP) => {
    const server = await started()
    const client = await createClient({ url: server.url, RESP }).connect()
    onTestFinished(() => client.destroy())
    await expectEveryVerb(new RedisStore({ client }))
  })

  test('of node-redis works with buffers as answers', async () => {
    const server = await started()
    const client = await createClient({
      url: server.url,
      commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
    }).connect()
    onTestFinished(() => client.destroy())
    await expectEveryVerb(new RedisStore({ client }))
  })

  test('needs a right only to these commands, on keys with the prefix', async () => {
    const server = await started()
    const commands = 'evalsha eval time hgetall hset hdel pexpireat del info'.split(' ')
    const rights = ['~passport-email-otp:*', '-@all', ...commands.map((name) => `+${name}`)]
    await server.cli('ACL', 'SETUSER', 'acme', 'on', '>secret', ...rights)
    const client = new Redis(server.port, { username: 'acme', password: 'secret' })
    onTestFinished(() => client.disconnect())
    const store = new RedisStore({ client })
    await expectEveryVerb(store)
    const elsewhere = new RedisStore({ client, prefix: 'other:' })
    await expect(elsewhere.forget({ address: 'alice' })).rejects.toThrow(/NOPERM|can't access/)
  })

  test('neither opens nor closes it', async () => {
    const server = await started()
    const client = createClient({ url: server.url })
    const store = new RedisStore({ client })
    expect(client.isOpen).toBe(false)
    await expect(store.forget({ address: 'alice' })).rejects.toThrow(/closed/i)
    await client.connect()
    onTestFinished(() => client.destroy())
    await expectEveryVerb(store)
    expect(client.isOpen).toBe(true)
  })
})

test('accepts a client of node-redis for Sentinel', () => {
  const client = createSentinel({ name: 'mymaster', sentinelRootNodes: [] })
  expect(() => new RedisStore({ client })).not.toThrow()
})
