import { RedisStore } from 'passport-email-otp/redis'
import { createClient } from 'redis'
import { expect, onTestFinished, test } from 'vitest'
import { redisProblems } from '../../src/stores/redis/problems.js'
import { describeWithRedis, startRedisCluster, startRedisForTest } from '../helpers/redis-server.js'
import { expectNamed } from '../helpers/rejects-option.js'
import {
  type Connected,
  connectIoRedis,
  connectIoRedisCluster,
  connectNodeRedis,
  connectNodeRedisCluster,
  emptyStore,
} from './redis-clients.js'

const EVICTS = 'maxmemory_policy:allkeys-lru\r\n'

async function storeOn(connecting: Promise<Connected>): Promise<RedisStore> {
  const { client, close } = await connecting
  onTestFinished(async () => void (await close()))
  return emptyStore(client)
}

describeWithRedis('check() of RedisStore', () => {
  test('reports nothing for a server that is configured correctly', async () => {
    const server = await startRedisForTest()
    expect(await (await storeOn(connectNodeRedis(server))).check()).toEqual([])
    expect(await (await storeOn(connectIoRedis(server))).check()).toEqual([])
  })

  test('reports a server that may evict keys, without a right to CONFIG', async () => {
    const server = await startRedisForTest('--maxmemory-policy', 'allkeys-lru')
    await server.cli('ACL', 'SETUSER', 'default', '-config')
    expect(await (await storeOn(connectIoRedis(server))).check()).toEqual(redisProblems(EVICTS))
  })

  test('reports a replica', async () => {
    const primary = await startRedisForTest()
    const replica = await startRedisForTest('--replicaof', '127.0.0.1', `${primary.port}`)
    const problems = await (await storeOn(connectIoRedis(replica))).check()
    expect(problems).toEqual(redisProblems('role:slave\r\n'))
  })

  test('checks one node of a cluster, and says so in the sentence', {
    timeout: 30_000,
  }, async () => {
    const cluster = await startRedisCluster()
    onTestFinished(() => cluster.stop())
    const stores = [
      await storeOn(connectNodeRedisCluster(cluster.nodes)),
      await storeOn(connectIoRedisCluster(cluster.nodes)),
    ]
    for (const store of stores) expect(await store.check()).toEqual([])
    for (const node of cluster.nodes) {
      await node.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    }
    const ofOneNode = redisProblems(`${EVICTS}cluster_enabled:1\r\n`)
    expect(ofOneNode).not.toEqual(redisProblems(EVICTS))
    for (const store of stores) expect(await store.check()).toEqual(ofOneNode)
  })

  test('rejects if the server cannot be reached', async () => {
    const server = await startRedisForTest()
    const client = createClient({ url: server.url, disableOfflineQueue: true })
    await client.on('error', () => {}).connect()
    onTestFinished(() => client.destroy())
    await server.kill()
    await expect(new RedisStore({ client }).check()).rejects.toThrow(Error)
  })

  test('rejects if the client has no right to INFO', async () => {
    const server = await startRedisForTest()
    await server.cli('ACL', 'SETUSER', 'default', '-info')
    await expect((await storeOn(connectNodeRedis(server))).check()).rejects.toThrow(
      /can't run this command|no permissions to run/,
    )
  })
})

/** Expects one problem that names these values, or none without values. */
function expectProblem(problems: readonly string[], ...values: (string | number)[]): void {
  expect(problems).toHaveLength(values.length === 0 ? 0 : 1)
  for (const problem of problems) expectNamed(problem, ...values)
}

test.each([
  ['4.0.14', ['4.0.14', '5.0']],
  ['5.0.0', []],
  ['10.0.0', []],
])('redisProblems() returns for version %s a problem that names %j', (version, named) => {
  const info = `redis_version:${version}\r\nrole:master\r\nmaxmemory_policy:noeviction\r\n`
  expectProblem(redisProblems(info), ...named)
})

test('redisProblems() names the setting for a server that may evict keys, and reports a replica', () => {
  expectProblem(redisProblems(EVICTS), 'maxmemory-policy', '"allkeys-lru"', '"noeviction"')
  expectProblem(redisProblems('role:slave\r\n'), 'Redis')
})

test.each([
  [0, 10_000, []],
  [1_000, 900, []],
  [1_000, 950, [95, 'maxmemory']],
])(
  'redisProblems() returns for maxmemory %d with %d in use a problem that names %j',
  (max, used, named) => {
    const info = `used_memory:${used}\r\nused_memory_peak:9999\r\nmaxmemory:${max}\r\nmaxmemory_policy:noeviction\r\n`
    expectProblem(redisProblems(info), ...named)
  },
)
