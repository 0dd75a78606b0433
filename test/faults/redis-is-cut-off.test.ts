import { expect, test } from 'vitest'
import { DAY, STRANGER } from '../../src/testing/store/verbs.js'
import { afterThisTest, wrongCode } from '../helpers/app.js'
import { describeWithRedis, startRedis, until } from '../helpers/redis-server.js'
import {
  expectNoUnhandledRejection,
  expectStoreFailed,
  RECOMMENDED,
  startLine,
  WITHOUT_OPTIONS,
  worldOn,
} from './redis-world.js'

expectNoUnhandledRejection()

/** A server, and a line to it that the test can cut. */
async function startBehindLine() {
  const server = await startRedis()
  afterThisTest(() => server.stop())
  const line = await startLine(server.port)
  const keys = async () => (await server.cli('KEYS', '*')).split('\n').filter(Boolean)
  /** How often a command ran, since the start or the last `CONFIG RESETSTAT`. */
  const ran = async (command: string) => {
    const statistics = await server.cli('INFO', 'commandstats')
    return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(statistics)?.[1] ?? 0)
  }
  return { server, line, keys, ran }
}

for (const [name, connect] of WITHOUT_OPTIONS) {
  describeWithRedis(`with ${name}, which keeps commands while it is cut off,`, () => {
    test('a right code entered meanwhile is used up later, and signs nobody in', async () => {
      const { line, keys } = await startBehindLine()
      const world = await worldOn(connect(line.port))
      const code = await world.askUntilSent()
      await line.cut()
      await expectStoreFailed(world.enter(code))
      await line.mend()
      await until(async () => (await keys()).length === 0) // accepted, much too late
      await world.expectNobodyIn()
      expect((await world.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
      await world.expectNobodyIn()
      expect((await world.enter(await world.askUntilSent())).status).toBe(200)
    })

    test('a wrong code entered meanwhile is counted later', async () => {
      const { line, ran, server } = await startBehindLine()
      const world = await worldOn(connect(line.port))
      const code = await world.askUntilSent()
      await world.enter(wrongCode(code))
      await server.cli('CONFIG', 'RESETSTAT')
      await line.cut()
      await expectStoreFailed(world.enter(wrongCode(code)))
      await line.mend()
      await until(async () => (await ran('hset')) > 0)
      expect((await world.enter(wrongCode(code))).body).toMatchObject({ attemptsLeft: 2 })
    })

    test('a code asked for meanwhile is opened later, and taken back', async () => {
      const { server, line, keys, ran } = await startBehindLine()
      const world = await worldOn(connect(line.port))
      await world.enter(await world.askUntilSent())
      await server.cli('CONFIG', 'RESETSTAT')
      await line.cut()
      await expectStoreFailed(world.browser().ask('ann@example.com'))
      await line.mend()
      await until(async () => (await ran('hset')) > 0)
      await until(async () => (await keys()).length === 0)
      expect(world.smtp.mails).toHaveLength(1)
    })

    test('a right code whose answer is lost signs nobody in, and is used up', async () => {
      const { line, keys } = await startBehindLine()
      const world = await worldOn(connect(line.port))
      await world.enter(await world.askUntilSent())
      const other = world.browser()
      await other.ask('ann@example.com')
      const { code } = await world.smtp.next()
      line.loseOneAnswer()
      // node-redis says that the connection is gone; ioredis sends the guess again, to a used code.
      expect((await other.enter(code)).body).toMatchObject(
        name === 'ioredis' ? { reason: 'no_pending_code' } : { error: 'store_failed' },
      )
      expect(await keys()).toEqual([])
      await until(async () => (await other.enter(code)).status === 403)
      expect((await other.home()).status).toBe(401)
    })
  })
}

for (const [name, connect] of RECOMMENDED) {
  describeWithRedis(`with ${name} and the recommended options,`, () => {
    test('nothing that was asked while it was cut off is done later', async () => {
      const { server, line, ran } = await startBehindLine()
      const world = await worldOn(connect(line.port))
      const code = await world.askUntilSent()
      await server.cli('CONFIG', 'RESETSTAT')
      await line.cut()
      await expectStoreFailed(world.enter(code))
      await expectStoreFailed(world.enter(wrongCode(code)))
      await expectStoreFailed(world.browser().ask('ann@example.com'))
      await line.mend()
      await until(async () => (await world.enter(code)).status === 200)
      // A single right code, and the store was asked for no more.
      expect((await ran('evalsha')) + (await ran('eval'))).toBeLessThanOrEqual(2)
    })

    test('a guess whose answer is lost is counted once', async () => {
      const { line, ran, server } = await startBehindLine()
      const client = connect(line.port)
      const { store, ...world } = await worldOn(client)
      await world.askUntilSent()
      const budget = STRANGER
      const key = { address: 'bob', challenge: 'first' }
      const opening = { ttlMs: DAY, keepMs: 0, attempts: 5, spacingMs: 0 }
      await store.open({ ...key, budget, ...opening })
      const guess = { ...key, matched: false, failuresBelow: 50, failuresWindowMs: DAY, budget }
      await store.attempt(guess)
      await server.cli('CONFIG', 'RESETSTAT')
      line.loseOneAnswer()
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
