import { expect, onTestFinished, test } from 'vitest'
import { DAY, STRANGER } from '../../src/testing/store/verbs.js'
import { describeWithRedis, startRedis, until } from '../helpers/redis-server.js'
import { startProxy } from '../helpers/tcp-proxy.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { expectStoreFailed } from './fails-in-time.js'
import { expectNoUnhandledRejection, RECOMMENDED, WITHOUT_OPTIONS, worldOn } from './redis-world.js'

expectNoUnhandledRejection()

/** A server behind a proxy that the test can cut. */
async function startBehindProxy() {
  const server = await startRedis()
  onTestFinished(() => server.stop())
  const proxy = await startProxy(server.port)
  const linesOf = async (...command: string[]) =>
    (await server.cli(...command)).split('\n').filter(Boolean)
  /** Returns what is kept: failures, sends and challenges. A used challenge, with -1 attempts left, is left out. */
  const kept = async () => {
    const keys = await linesOf('KEYS', '*')
    const values = await Promise.all(keys.map((key) => linesOf('HVALS', key)))
    return values.flat().filter((value) => value.split(' ')[1] !== '-1')
  }
  /** Returns how often a command ran since the start or the last `CONFIG RESETSTAT`. */
  const ran = async (command: string) => {
    const statistics = await server.cli('INFO', 'commandstats')
    return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(statistics)?.[1] ?? 0)
  }
  return { server, proxy, kept, ran }
}

for (const [name, connect] of WITHOUT_OPTIONS) {
  describeWithRedis(`an application with ${name} and default options`, () => {
    test('carries out what was requested while cut off later: counts a guess, uses a code up without a sign-in, cancels a challenge', async () => {
      const { server, proxy, kept, ran } = await startBehindProxy()
      const world = await worldOn(connect(proxy.port))
      const code = await world.requestUntilSent()
      const whileCutOff = async (request: () => Parameters<typeof expectStoreFailed>[0]) => {
        await server.cli('CONFIG', 'RESETSTAT')
        await proxy.cut()
        await expectStoreFailed(request())
        await proxy.restore()
        await until(async () => (await ran('hset')) > 0)
      }
      const onlyFailuresAreKept = () => until(async () => (await kept()).length === 1)
      await whileCutOff(() => world.enterCode(wrongCode(code)))
      expect((await world.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft: 3 })

      await whileCutOff(() => world.enterCode(code))
      await onlyFailuresAreKept() // accepted after the time limit
      await world.expectSignedOut()
      expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
      await world.expectSignedOut()

      await whileCutOff(() => world.client().requestCode('ann@example.com'))
      await onlyFailuresAreKept() // cancelled, and its send refunded
      expect(world.smtp.mails).toHaveLength(1)
      expect((await world.enterCode(await world.requestUntilSent())).status).toBe(200)
    })

    test('uses up a right code whose result is lost, but signs no user in', async () => {
      const { proxy, kept } = await startBehindProxy()
      const world = await worldOn(connect(proxy.port))
      await world.enterCode(await world.requestUntilSent())
      const other = world.client()
      await other.requestCode('ann@example.com')
      const { code } = await world.smtp.next()
      proxy.loseOneAnswer()
      // node-redis rejects because the connection is lost. ioredis sends the attempt again, and the code is used.
      expect((await other.enterCode(code)).body).toMatchObject(
        name === 'ioredis' ? { reason: 'no_pending_code' } : { code: 'store_failed' },
      )
      expect(await kept()).toEqual([])
      await until(async () => (await other.enterCode(code)).status === 403)
      expect((await other.home()).status).toBe(401)
    })
  })
}

for (const [name, connect] of RECOMMENDED) {
  describeWithRedis(`an application with ${name} and the recommended options`, () => {
    test('does not replay commands that were issued while cut off', async () => {
      const { server, proxy, ran } = await startBehindProxy()
      const world = await worldOn(connect(proxy.port))
      const code = await world.requestUntilSent()
      await server.cli('CONFIG', 'RESETSTAT')
      await proxy.cut()
      await expectStoreFailed(world.enterCode(code))
      await expectStoreFailed(world.enterCode(wrongCode(code)))
      await expectStoreFailed(world.client().requestCode('ann@example.com'))
      await proxy.restore()
      await until(async () => (await world.enterCode(code)).status === 200)
      // One attempt with the right code, sent by its SHA-1 and then as text, and no other command.
      expect((await ran('evalsha')) + (await ran('eval'))).toBeLessThanOrEqual(2)
    })

    test('counts a guess once whose result is lost', async () => {
      const { proxy, ran, server } = await startBehindProxy()
      const client = connect(proxy.port)
      const { store, ...world } = await worldOn(client)
      await world.requestUntilSent()
      const budget = STRANGER
      const key = { address: 'bob', challenge: 'first' }
      const opening = { ttlMs: DAY, keepMs: 0, attempts: 5, spacingMs: 0 }
      await store.open({ ...key, budget, ...opening })
      const guess = { ...key, matched: false, failuresBelow: 50, failuresWindowMs: DAY, budget }
      await store.attempt(guess)
      await server.cli('CONFIG', 'RESETSTAT')
      proxy.loseOneAnswer()
      await expect(store.attempt(guess)).rejects.toThrow(Error)
      expect(await ran('evalsha')).toBe(1)
      await until(() =>
        store.attempt(guess).then(
          (result) => {
            expect(result).toEqual({ outcome: 'wrong', attemptsLeft: 2, failures: 3 })
            return true
          },
          () => false,
        ),
      )
    })
  })
}
