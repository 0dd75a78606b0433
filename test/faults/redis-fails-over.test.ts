import { describe, expect, test, vi } from 'vitest'
import { describeWithRedis, replicated } from '../helpers/redis-server.js'
import { until } from '../helpers/until.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { byCluster, byName, bySentinel, type Connected } from './redis-topologies.js'
import { expectNoUnhandledRejection, expectStoreFailed, worldWith } from './redis-world.js'

vi.setConfig({ testTimeout: 120_000 })
expectNoUnhandledRejection()

async function start<C extends Connected>(connecting: Promise<C>) {
  const connected = await connecting
  const world = await worldWith(connected.store)
  const code = await world.requestUntilSent()
  /** Enters wrong codes until one is counted. Returns how many requests failed, and how long that took. */
  const untilCounted = async (attemptsLeft: number) => {
    const begun = performance.now()
    let failed = 0
    await until(async () => {
      const { status, body } = await world.enterCode(wrongCode(code))
      if (status === 503) failed += 1
      else expect(body).toMatchObject({ reason: 'invalid_code', attemptsLeft })
      return status !== 503
    }, 100)
    return { failed, seconds: (performance.now() - begun) / 1000 }
  }
  /** Expects that the right code signs in once. */
  const expectWorking = async () => {
    expect((await world.enterCode(code)).status).toBe(200)
    expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
  }
  return { ...connected, world, code, untilCounted, expectWorking }
}

const SINGLE = ['node-redis', 'node-redis with a pool', 'ioredis']

describeWithRedis('after the name of Redis has moved to a new primary', () => {
  test.each(SINGLE)('%s serves the next request, and counts its guess once', async (heading) => {
    const { switchOver, untilCounted, expectWorking } = await start(byName(heading))
    await switchOver()
    const { failed } = await untilCounted(4)
    expect(failed).toBeLessThanOrEqual(1)
    await expectWorking()
  })

  test.each(SINGLE)('%s serves concurrent requests, each guess counted once', async (heading) => {
    const { switchOver, world, code, expectWorking } = await start(byName(heading))
    await world.emailOtp.check() // the old primary has the script of a guess, as any that was used
    await switchOver()
    const guesses = await Promise.all([1, 2, 3, 4].map((n) => world.enterCode(wrongCode(code, n))))
    const left = guesses.map(({ body }) => body.attemptsLeft).sort()
    expect(left).toEqual([1, 2, 3, 4])
    await expectWorking()
  })

  test.each(SINGLE)(
    '%s says in words that the name still leads to a replica, and follows it later',
    async (heading) => {
      const { promote, demote, moveName, world, code, untilCounted, expectWorking } = await start(
        byName(heading),
      )
      await promote()
      await demote()
      for (const typed of [wrongCode(code), code]) await expectStoreFailed(world.enterCode(typed))
      const [event] = await world.heard('store_failed')
      expect(event?.error.cause).toMatchObject({
        message: expect.stringContaining('Redis is a read-only replica, as after a failover.'),
        cause: { message: expect.stringContaining('READONLY') },
      })
      moveName()
      const { failed } = await untilCounted(4)
      expect(failed).toBeLessThanOrEqual(1)
      await expectWorking()
    },
  )

  test.each(SINGLE)('%s leaves an old primary that does not answer', async (heading) => {
    const { primary, promote, moveName, untilCounted } = await start(byName(heading))
    await promote()
    ;(await primary()).pause()
    moveName()
    const { failed, seconds } = await untilCounted(4)
    expect(failed).toBe(1)
    expect(seconds).toBeLessThan(6)
  })
})

const REPLICATED = [
  ['node-redis with Sentinel', bySentinel],
  ['ioredis with Sentinel', bySentinel],
  ['node-redis with a cluster', byCluster],
  ['ioredis with a cluster', byCluster],
] as const

describeWithRedis('a server that watches its primary', () => {
  describe.each(REPLICATED)('%s', (heading, topology) => {
    test('serves the next request after a switch-over, and counts its guess once', async () => {
      const { switchOver, untilCounted, expectWorking } = await start(topology(heading))
      await switchOver()
      const { failed } = await untilCounted(4)
      expect(failed).toBeLessThanOrEqual(1)
      await expectWorking()
    })

    // when-redis-fails.test.ts has the primary that dies, and redis-other-clients.test.ts the answer that is lost.
    test('works again soon after its primary does not answer any more', async () => {
      const started = await start(topology(heading))
      const primary = await started.primary()
      await replicated(primary)
      primary.pause()
      expect((await started.untilCounted(4)).seconds).toBeLessThan(20)
      await started.expectWorking()
    })
  })
})
