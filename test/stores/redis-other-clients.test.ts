import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { RedisStore } from 'passport-email-otp/redis'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  byCluster,
  byName,
  bySentinel,
  storeOf,
  type Topology,
} from '../faults/redis-topologies.js'
import { compileDocumented, runDocumented } from '../helpers/documented-program.js'
import { describeWithRedis, type RedisServer, startRedisForTest } from '../helpers/redis-server.js'
import { expectRejected } from '../helpers/rejects-option.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { verbs } from './contract/verbs.js'
import { expectEveryVerb } from './every-verb.js'
import { startUpstash } from './upstash-server.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: INSTALL_LIMIT_MS })

let folder: string
let load: NodeJS.Require
beforeAll(async () => {
  folder = dirname(await testPackages('redis-clients'))
  load = createRequire(join(folder, 'test.js'))
})

/** The rows of the page's table, with the versions of each. */
const ROWS: readonly [heading: string, topology: Topology, packages: readonly string[]][] = [
  ['node-redis', byName, ['redis-4', 'redis-5', 'redis-6']],
  ['node-redis with a pool', byName, ['redis-5', 'redis-6']],
  ['node-redis with Sentinel', bySentinel, ['redis-5', 'redis-6']],
  ['node-redis with a cluster', byCluster, ['redis-4', 'redis-5', 'redis-6']],
  ['ioredis', byName, ['ioredis-5', 'ioredis-6', 'iovalkey']],
  ['ioredis with Sentinel', bySentinel, ['ioredis-5', 'ioredis-6', 'iovalkey']],
  ['ioredis with a cluster', byCluster, ['ioredis-5', 'ioredis-6', 'iovalkey']],
]
const CASES = ROWS.flatMap(([heading, topology, packages]) =>
  packages.map((name) => ({ heading, name, topology })),
)
const nameOf = (heading: string) => (heading.startsWith('ioredis') ? 'ioredis' : 'redis')

describeWithRedis('the program for', () => {
  test.each(CASES)(
    '$heading works with $name, sends no guess again whose answer is lost, and follows a new primary',
    async ({ heading, name, topology }) => {
      const connected = await topology(heading, { folder, aliases: { [nameOf(heading)]: name } })
      const { store } = connected
      await expectEveryVerb(store)
      const { guess } = verbs({ store, advance: () => {} })
      expect(await guess('first')).toMatchObject({ failures: 1 })
      connected.loseOneAnswer()
      await expect(guess('first')).rejects.toThrow(Error)
      await vi.waitUntil(
        () =>
          guess('first').then(
            (result) => expect(result).toMatchObject({ failures: 3 }) ?? true,
            () => false,
          ),
        { timeout: 20_000 },
      )
      await connected.switchOver()
      // A guess that failed may have been counted: its answer can be lost with the connection.
      let failed = 0
      const served = await vi.waitUntil(() => guess('first').catch(() => void failed++), {
        timeout: 20_000,
      })
      const possible = Array.from({ length: failed + 1 }, (_, lost) => 4 + lost)
      expect(possible).toContain((served as { failures?: number }).failures)
    },
  )

  test('another client for Redis works with node-redis 3', async () => {
    const redis = await startRedisForTest()
    const store = await storeOf('Another client for Redis', {
      env: { REDIS_URL: redis.url },
      replace: {
        'const redisStore': 'client.disconnect = () => client.end(true); const redisStore',
      },
      folder,
      aliases: { redis: 'redis-3' },
    })
    await expectEveryVerb(store)
  })

  describe('Upstash', () => {
    let redis: RedisServer
    beforeEach(async () => {
      redis = await startRedisForTest()
    })

    async function connected() {
      const upstash = await startUpstash(redis)
      const env = { UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: 'token' }
      const document = 'docs/stores/clients.md'
      const { redisStore } = await runDocumented({
        ...{ document, heading: 'Upstash', returns: ['redisStore'], env, folder },
      })
      return { ...upstash, store: redisStore as RedisStore }
    }

    test('works', async () => {
      await expectEveryVerb((await connected()).store)
    })

    test('does not send a guess again whose answer is lost', async () => {
      const { store, loseOneAnswer } = await connected()
      const { open, guess } = verbs({ store, advance: () => {} })
      await open('first')
      await guess('first')
      loseOneAnswer()
      await expect(guess('first')).rejects.toThrow(Error)
      expect(await guess('first')).toMatchObject({ failures: 3 })
    })
  })
})

test('the programs compile in strict TypeScript with node-redis 6 and ioredis 5, ioredis 6 and iovalkey', async () => {
  const projects = ['ioredis-5', 'ioredis-6', 'iovalkey'].map((ioredis) => ({
    redis: 'redis-6',
    ioredis,
  }))
  expect(await compileDocumented('Redis', folder, ['@upstash/redis'], projects)).toBe('')
})

describe('RedisStore rejects, and says what to pass,', () => {
  const make = (client: unknown) => () => new RedisStore({ client: client as never })

  test('a client of @upstash/redis', () => {
    const { Redis } = load('@upstash/redis')
    const upstash = (options: object) =>
      new Redis({ url: 'http://127.0.0.1:1', token: 'x', ...options })
    for (const options of [{}, { enableAutoPipelining: false }]) {
      const call = 'redis.evalsha(sha1, [key], args)'
      const settings = '{ retry: { retries: 0 }, enableAutoPipelining: false }'
      expectRejected(make(upstash(options)), 'client', '@upstash/redis', call, settings)
    }
  })

  test('node-redis 4 with legacyMode, and not its promises', () => {
    const client = load('redis-4').createClient({ legacyMode: true })
    expectRejected(make(client), 'client', 'legacyMode')
    expect(make(client.v4)).not.toThrow()
  })

  test.each(['redis-5', 'redis-6'])('the legacy() view of %s', (name) => {
    const client = load(name).createClient()
    expectRejected(make(client.legacy()), 'client', 'legacyMode')
    expect(make(client)).not.toThrow()
  })

  test('node-redis 3', () => {
    const client = load('redis-3').createClient({ retry_strategy: () => undefined })
    client.on('error', () => {})
    onTestFinished(() => client.end(true))
    expectRejected(make(client), 'client', 'legacyMode')
  })
})
