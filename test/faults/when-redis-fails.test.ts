import { expect, onTestFinished, test, vi } from 'vitest'
import { STILL_READ_ONLY } from '../../src/stores/redis/follow-primary.js'
import { describeWithRedis, replicated, startRedis } from '../helpers/redis-server.js'
import { until } from '../helpers/until.js'
import {
  expectDocumented,
  expectDocumentedLoss,
  expectEveryRowTested,
} from './documented-outcome.js'
import { expectStoreFailed } from './fails-in-time.js'
import {
  byCluster,
  byName,
  bySentinel,
  type Connected,
  isPrimary,
  storeOf,
} from './redis-topologies.js'
import { expectNoUnhandledRejection, worldWith } from './redis-world.js'

vi.setConfig({ testTimeout: 120_000 })
expectNoUnhandledRejection()

const SECTION = 'Redis'

async function start<C extends Connected>(connecting: Promise<C>) {
  const connected = await connecting
  const world = await worldWith(connected.store)
  return { ...connected, visitor: world, code: await world.requestUntilSent() }
}

async function startAlone(heading: string) {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  const world = await worldWith(await storeOf(heading, { env: { REDIS_URL: server.url } }))
  return { server, world, visitor: world, code: await world.requestUntilSent() }
}

const say = (fault: string) => ({ section: SECTION, fault })

for (const heading of ['node-redis', 'node-redis with a pool', 'ioredis']) {
  describeWithRedis(`with ${heading}, it is as the page says when`, () => {
    test('the name still leads to the old primary, of which the error tells', async () => {
      const { promote, demote, moveName, ...started } = await start(byName(heading))
      const { visitor, code } = started
      await expectDocumented({
        ...say('A new primary is up, and the name still leads to the old one, now a replica'),
        ...started,
        break: async () => {
          await promote()
          await demote()
          await expectStoreFailed(visitor.enterCode(code))
        },
        repair: moveName,
      })
      const [event] = await visitor.heard('store_failed')
      expect(event?.error.cause).toMatchObject({
        message: expect.stringContaining(STILL_READ_ONLY),
        cause: { message: expect.stringContaining('READONLY') },
      })
    })

    test('the old primary is silent', async () => {
      const { promote, moveName, primary, ...started } = await start(byName(heading))
      const fault = 'Its name moves to a new primary, and the old one is silent'
      const failed = await expectDocumented({
        ...say(fault),
        ...started,
        break: async () => {
          await promote()
          ;(await primary()).pause()
          moveName()
        },
      })
      expect(failed).toBe(0)
    })
  })
}

for (const heading of ['node-redis', 'ioredis']) {
  describeWithRedis(`with ${heading}, it is as the page says when`, () => {
    test('the name moves to a new primary', async () => {
      const { switchOver, ...started } = await start(byName(heading))
      const fault = 'Its name moves to a new primary, and the old one becomes a replica'
      await expectDocumented({ ...say(fault), ...started, break: switchOver })
    })

    test('Redis is full', async () => {
      const { server, ...started } = await startAlone(heading)
      await expectDocumented({
        ...say('Redis is full (`maxmemory`, `noeviction`)'),
        ...started,
        break: () => server.cli('CONFIG', 'SET', 'maxmemory', '1'),
        repair: () => server.cli('CONFIG', 'SET', 'maxmemory', '0'),
      })
    })

    test('Redis is silent for a while', async () => {
      const { server, world, ...started } = await startAlone(heading)
      await expectDocumented({
        ...say('Redis is silent, and answers again'),
        ...started,
        break: async () => {
          await world.emailOtp.check() // now the server has the script of a guess
          await server.cli('CONFIG', 'RESETSTAT')
          server.pause()
        },
        repair: async () => {
          server.resume()
          // The guess that failed is counted now.
          await until(async () => (await server.cli('INFO', 'commandstats')).includes('hset:'))
        },
      })
    })

    test('Redis is emptied', async () => {
      const { server, world, visitor, code } = await startAlone(heading)
      await expectDocumentedLoss({
        ...say('Redis is emptied'),
        ...{ visitor, code, nextCode: world.requestUntilSent },
        break: () => server.cli('FLUSHALL'),
        failures: async () => {
          const key = await server.cli('KEYS', '*')
          return key === '' ? 0 : Number.parseInt(await server.cli('HGET', key, 'f'), 10)
        },
      })
    })

    test.each([
      ['Sentinel replaces a primary that has died', 'with Sentinel', bySentinel],
      ['A cluster replaces a primary that has died', 'with a cluster', byCluster],
    ] as const)('%s', async (fault, how, topology) => {
      const started = await start(topology(`${heading} ${how}`))
      const primary = await started.primary()
      await replicated(primary)
      await expectDocumented({
        ...say(fault),
        ...started,
        break: primary.kill,
        repair: async () => {
          const replica = await started.replica()
          await until(() => isPrimary(replica))
        },
      })
    })
  })
}

test('every row about Redis has a test', () => {
  expectEveryRowTested(SECTION)
})
