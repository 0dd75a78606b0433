import { RedisStore } from 'passport-email-otp/redis'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { redisProblems, refusedWrite } from '../../src/stores/redis/problems.js'
import {
  describeWithRedis,
  type RedisCluster,
  startRedisCluster,
  startRedisForTest,
  until,
} from '../helpers/redis-server.js'
import { expectNamed } from '../helpers/rejects-option.js'
import { verbs } from './contract/verbs.js'
import { expectEveryVerb } from './every-verb.js'
import {
  type Connected,
  connectIoRedis,
  connectIoRedisCluster,
  connectNodeRedis,
  connectNodeRedisCluster,
  emptyStore,
} from './redis-clients.js'

const EVICTS = 'maxmemory_policy:allkeys-lru\r\n'
const CLUSTER = 'cluster_enabled:1\r\n'

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

  test('reports a server that cannot save its data to the disk, until it can', async () => {
    const save = ['--dir', '/proc', '--save', '3600 1']
    const server = await startRedisForTest(...save)
    const store = await storeOn(connectIoRedis(server))
    expect(await store.check()).toEqual([])
    await server.cli('BGSAVE')
    await until(async () => /last_bgsave_status:err/.test(await server.cli('INFO', 'persistence')))
    expectProblem(await store.check(), 'MISCONF')
    await server.cli('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no')
    expect(await store.check()).toEqual([])
  })

  test('reports a server with too few replicas', async () => {
    const server = await startRedisForTest('--min-replicas-to-write', '1')
    for (const connect of [connectNodeRedis, connectIoRedis]) {
      const problems = await (await storeOn(connect(server))).check()
      expectProblem(problems, 'Redis', 'NOREPLICAS')
      expect(problems).toEqual([expect.stringMatching(/[^.]\.$/)])
    }
  })

  test.each(['hset', 'hdel', 'pexpireat', 'del'])(
    'reports that its user has no right to %s',
    async (right) => {
      const server = await startRedisForTest()
      await server.cli('ACL', 'SETUSER', 'default', `-${right}`)
      const problems = await (await storeOn(connectNodeRedis(server))).check()
      expect(problems).toHaveLength(1)
      expect(problems.join()).toContain(right.toUpperCase())
      // A write that another right allowed is undone.
      expect(await server.cli('DBSIZE')).toBe('0')
    },
  )

  test('neither changes nor keeps any data, and is two commands', async () => {
    const server = await startRedisForTest()
    const store = await storeOn(connectNodeRedis(server))
    await verbs({ store, advance: () => {} }).open('first')
    await store.check()
    const [key = ''] = (await server.cli('KEYS', '*')).split('\n')
    const before = [await server.cli('HGETALL', key), await server.cli('PEXPIRETIME', key)]
    await server.cli('CONFIG', 'RESETSTAT')
    expect(await store.check()).toEqual([])
    const statistics = await server.cli('INFO', 'commandstats')
    expect(statistics).toMatch(/^cmdstat_evalsha:calls=2,/m)
    expect(statistics).not.toMatch(/^cmdstat_eval:/m)
    expect(await server.cli('KEYS', '*')).toBe(key)
    expect([await server.cli('HGETALL', key), await server.cli('PEXPIRETIME', key)]).toEqual(before)
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

test.each([
  'HSET MISCONF Redis cannot save.',
  'HSET @user_script: 7: -MISCONF Redis cannot save.\r\n', // before version 7
])('refusedWrite() quotes the error in %j', (refusal) => {
  const expected = 'Redis refuses to write (HSET): MISCONF Redis cannot save.'
  expect(refusedWrite(refusal, 'redis_version:6.0.16\r\n')).toBe(expected)
})

describeWithRedis('check() of RedisStore on a cluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startRedisCluster()
  }, 60_000)
  afterAll(() => cluster?.stop())
  const onEachNode = (...command: string[]) =>
    Promise.all(cluster.nodes.map((node) => node.cli(...command)))

  test('reports nothing for a user who has only the rights that the page lists', async () => {
    const commands = 'evalsha eval time hgetall hset hdel pexpireat del info ping cluster|slots'
    const rights = ['~test-*', ...commands.split(' ').map((name) => `+${name}`)]
    await onEachNode('ACL', 'SETUSER', 'acme', 'on', '>secret', ...rights)
    const login = { username: 'acme', password: 'secret' }
    await expectEveryVerb(await storeOn(connectNodeRedisCluster(cluster.nodes, login)))
    await onEachNode('ACL', 'SETUSER', 'acme', '+cluster|info')
    await expectEveryVerb(await storeOn(connectIoRedisCluster(cluster.nodes, login)))
  })

  test('checks one node, and says so in the sentence', async () => {
    const stores = [
      await storeOn(connectNodeRedisCluster(cluster.nodes)),
      await storeOn(connectIoRedisCluster(cluster.nodes)),
    ]
    for (const store of stores) expect(await store.check()).toEqual([])
    await onEachNode('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    const ofOneNode = redisProblems(`${EVICTS}${CLUSTER}`)
    expect(ofOneNode).not.toEqual(redisProblems(EVICTS))
    for (const store of stores) expect(await store.check()).toEqual(ofOneNode)
    await onEachNode('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    await onEachNode('CONFIG', 'SET', 'min-replicas-to-write', '1')
    const refused = refusedWrite('HSET NOREPLICAS Not enough good replicas to write.', CLUSTER)
    expect(refused).not.toEqual(
      refusedWrite('HSET NOREPLICAS Not enough good replicas to write.', ''),
    )
    for (const store of stores) expect(await store.check()).toEqual([refused])
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
