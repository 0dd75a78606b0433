import { RedisStore } from 'passport-email-otp/redis'
import { createClient } from 'redis'
import { expect, test } from 'vitest'
import { findings } from '../../src/stores/redis/problems.js'
import { afterThisTest } from '../helpers/app.js'
import {
  describeWithRedis,
  type RedisServer,
  startRedis,
  startRedisCluster,
} from '../helpers/redis-server.js'
import {
  type Connected,
  connectIoRedis,
  connectIoRedisCluster,
  connectNodeRedis,
  connectNodeRedisCluster,
  emptyStore,
} from './redis-clients.js'

const EVICTS =
  'Redis may evict what is kept of an address (maxmemory-policy is "allkeys-lru"), and with it the ' +
  'wrong guesses that were counted: set maxmemory-policy to "noeviction"'

async function started(...options: string[]): Promise<RedisServer> {
  const server = await startRedis(...options)
  afterThisTest(() => server.stop())
  return server
}

async function storeOn(connecting: Promise<Connected>): Promise<RedisStore> {
  const { client, close } = await connecting
  afterThisTest(close)
  return emptyStore(client)
}

describeWithRedis('checking Redis', () => {
  test('a server as it should be needs no word', async () => {
    const server = await started()
    expect(await (await storeOn(connectNodeRedis(server))).check()).toEqual([])
    expect(await (await storeOn(connectIoRedis(server))).check()).toEqual([])
  })

  test('a server that may evict is told, without any right to read its configuration', async () => {
    const server = await started('--maxmemory-policy', 'allkeys-lru')
    await server.cli('ACL', 'SETUSER', 'default', '-config')
    expect(await (await storeOn(connectIoRedis(server))).check()).toEqual([EVICTS])
  })

  test('a replica is told', async () => {
    const primary = await started()
    const replica = await started('--replicaof', '127.0.0.1', `${primary.port}`)
    const [finding, ...more] = await (await storeOn(connectIoRedis(replica))).check()
    expect(finding).toMatch(/is connected to a replica, which refuses to write/)
    expect(more).toEqual([])
  })

  test('of a cluster one node says it, and the sentence says so', { timeout: 30_000 }, async () => {
    const cluster = await startRedisCluster()
    afterThisTest(() => cluster.stop())
    const stores = [
      await storeOn(connectNodeRedisCluster(cluster.nodes)),
      await storeOn(connectIoRedisCluster(cluster.nodes)),
    ]
    for (const store of stores) expect(await store.check()).toEqual([])
    for (const node of cluster.nodes) {
      await node.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    }
    const ofOneNode = ' (this is what one node of the cluster says; the others were not asked)'
    for (const store of stores) expect(await store.check()).toEqual([EVICTS + ofOneNode])
  })

  test('a server that is not there is an error', async () => {
    const server = await started()
    const client = createClient({ url: server.url, disableOfflineQueue: true })
    await client.on('error', () => {}).connect()
    afterThisTest(() => client.destroy())
    await server.kill()
    await expect(new RedisStore({ client }).check()).rejects.toThrow(Error)
  })

  test('a client that may not ask for INFO gets an error', async () => {
    const server = await started()
    await server.cli('ACL', 'SETUSER', 'default', '-info')
    await expect((await storeOn(connectNodeRedis(server))).check()).rejects.toThrow(
      /can't run this command/,
    )
  })
})

test.each([
  ['4.0.14', ['Redis 4.0.14 is too old: version 5.0 or later is needed']],
  ['5.0.0', []],
  ['10.0.0', []],
])('of version %s it says: %j', (version, expected) => {
  const info = `redis_version:${version}\r\nrole:master\r\nmaxmemory_policy:noeviction\r\n`
  expect(findings(info)).toEqual(expected)
})

test.each([
  [0, 10_000, []],
  [1_000, 900, []],
  [1_000, 950, [expect.stringContaining('nearly out of memory (95 % of maxmemory)')]],
])('with maxmemory %d and %d in use it says: %j', (max, used, expected) => {
  const info = `used_memory:${used}\r\nused_memory_peak:9999\r\nmaxmemory:${max}\r\nmaxmemory_policy:noeviction\r\n`
  expect(findings(info)).toEqual(expected)
})
