import { Redis } from 'ioredis'
import { RedisStore } from 'passport-email-otp/redis'
import { createClient, createSentinel, RESP_TYPES } from 'redis'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithRedis, type RedisServer, startRedisForTest } from '../helpers/redis-server.js'
import { expectEveryVerb } from './every-verb.js'
import type { Connected } from './redis-clients.js'

const ioredis = (port: number, options: object): Connected => {
  const client = new Redis(port, options)
  return { client, close: () => client.disconnect() }
}
const nodeRedis = async (url: string, options: object): Promise<Connected> => {
  const client = await createClient({ url, ...options }).connect()
  return { client, close: () => client.destroy() }
}
const BUFFERS = { commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } } }

describeWithRedis('RedisStore with a client', () => {
  test('of ioredis works with a keyPrefix, which comes before the prefix of the store', async () => {
    const server = await startRedisForTest()
    const client = new Redis(server.port, { keyPrefix: 'acme:' })
    onTestFinished(() => client.disconnect())
    await expectEveryVerb(new RedisStore({ client }))
    expect(await server.cli('KEYS', '*')).toBe('acme:passport-email-otp:{alice}')
  })

  test.each<[string, (server: RedisServer) => Connected | Promise<Connected>]>([
    ['ioredis works with pipelining', ({ port }) => ioredis(port, { enableAutoPipelining: true })],
    ['node-redis works with RESP 2', ({ url }) => nodeRedis(url, { RESP: 2 })],
    ['node-redis works with RESP 3', ({ url }) => nodeRedis(url, { RESP: 3 })],
    ['node-redis works with buffers as answers', ({ url }) => nodeRedis(url, BUFFERS)],
  ])('of %s', async (_what, connect) => {
    const { client, close } = await connect(await startRedisForTest())
    onTestFinished(async () => void (await close()))
    await expectEveryVerb(new RedisStore({ client }))
  })

  test('needs a right only to these commands, on keys with the prefix', async () => {
    const server = await startRedisForTest()
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
    const server = await startRedisForTest()
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
