import { expect, test, vi } from 'vitest'
import { describeWithRedis, replicated } from '../helpers/redis-server.js'
import { until } from '../helpers/until.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { byCluster, byName, bySentinel } from './redis-topologies.js'
import { expectNoUnhandledRejection, worldWith } from './redis-world.js'

vi.setConfig({ testTimeout: 120_000 })
expectNoUnhandledRejection()

// when-redis-fails.test.ts has the single requests after a failover, and redis-other-clients.test.ts the answer that is
// lost and the switch-over of Sentinel and a cluster.
describeWithRedis('after the name of Redis has moved to a new primary', () => {
  test.each(['node-redis', 'node-redis with a pool', 'ioredis'])(
    '%s serves concurrent requests, each guess counted once',
    async (heading) => {
      const { switchOver, store } = await byName(heading)
      const world = await worldWith(store)
      const code = await world.requestUntilSent()
      await world.emailOtp.check() // the old primary has the script of a guess, as any that was used
      await switchOver()
      const guesses = await Promise.all(
        [1, 2, 3, 4].map((n) => world.enterCode(wrongCode(code, n))),
      )
      expect(guesses.map(({ body }) => body.attemptsLeft).sort()).toEqual([1, 2, 3, 4])
      expect((await world.enterCode(code)).status).toBe(200)
      expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
    },
  )
})

describeWithRedis('a server that watches its primary', () => {
  test.each([
    ['node-redis with Sentinel', bySentinel],
    ['ioredis with Sentinel', bySentinel],
    ['node-redis with a cluster', byCluster],
    ['ioredis with a cluster', byCluster],
  ] as const)(
    'lets %s work again soon after its primary does not answer any more',
    async (heading, topology) => {
      const connected = await topology(heading)
      const world = await worldWith(connected.store)
      const code = await world.requestUntilSent()
      const primary = await connected.primary()
      await replicated(primary)
      primary.pause()
      const begun = performance.now()
      let failed = 0
      await until(async () => {
        const { status, body } = await world.enterCode(wrongCode(code))
        if (status === 503) {
          failed += 1
          return false
        }
        expect(body.reason).toBe('invalid_code')
        // A guess whose answer came too late may have been counted.
        expect(body.attemptsLeft).toBeLessThanOrEqual(4)
        expect(body.attemptsLeft).toBeGreaterThanOrEqual(4 - failed)
        return true
      }, 100)
      expect(performance.now() - begun).toBeLessThan(20_000)
      expect((await world.enterCode(code)).status).toBe(200)
      expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
    },
  )
})
