import { once } from 'node:events'
import { connect as openSocket } from 'node:net'
import { expect, test } from 'vitest'
import { afterThisTest, wrongCode } from '../helpers/app.js'
import { describeWithRedis, startRedis, until } from '../helpers/redis-server.js'
import {
  expectNoUnhandledRejection,
  expectStoreFailed,
  type FaultWorld,
  RECOMMENDED,
  worldOn,
} from './redis-world.js'

expectNoUnhandledRejection()

async function started(...options: string[]) {
  const server = await startRedis(...options)
  afterThisTest(() => server.stop())
  return server
}

/** All that the server keeps, as text. */
const contents = async (server: Awaited<ReturnType<typeof started>>) => {
  const keys = (await server.cli('KEYS', '*')).split('\n').filter(Boolean).sort()
  return Promise.all(keys.map(async (key) => [key, await server.cli('HGETALL', key)]))
}

async function expectWorking(world: FaultWorld): Promise<void> {
  const code = await world.askUntilSent()
  expect((await world.enter(wrongCode(code))).body).toMatchObject({ reason: 'invalid_code' })
  expect((await world.enter(code)).status).toBe(200)
  await world.expectIn()
}

for (const [name, connect] of RECOMMENDED) {
  describeWithRedis(`with ${name}, a Redis that`, () => {
    async function start(...options: string[]) {
      const server = await started(...options)
      return { server, world: await worldOn(connect(server.port)) }
    }

    test('dies between the two requests fails the second, and a restart needs no restart of the application', async () => {
      const { server, world } = await start()
      const code = await world.askUntilSent()
      await server.kill()
      await expectStoreFailed(world.enter(code))
      await expectStoreFailed(world.ask('ann@example.com'))
      await expectStoreFailed(world.enter(wrongCode(code)))
      await world.expectNobodyIn()
      expect(world.smtp.mails).toHaveLength(1)

      await server.start()
      await expectWorking(world)
    })

    test('restarts empty knows no code any more', async () => {
      const { server, world } = await start()
      const code = await world.askUntilSent()
      await server.kill()
      await server.start()
      await until(async () => {
        const { status, body } = await world.enter(code)
        if (status === 503) return false
        expect({ status, reason: body.reason }).toEqual({ status: 403, reason: 'no_pending_code' })
        return true
      })
      await world.expectNobodyIn()
      await expectWorking(world)
    })

    test('hangs while a right code is entered fails, and its late answer signs nobody in', async () => {
      const { server, world } = await start()
      const code = await world.askUntilSent()
      const failed = world.failed()
      server.pause()
      await expectStoreFailed(world.enter(code))
      server.resume()
      await until(async () => (await contents(server)).length === 0) // accepted, much too late
      await world.expectNobodyIn()
      expect((await world.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
      expect(world.failed()).toBe(failed + 1)
      await expectWorking(world)
    })

    test('hangs while a code is asked for sends none, and its late opening is taken back', async () => {
      const { server, world } = await start()
      await expectWorking(world)
      await server.cli('FLUSHDB')
      await server.cli('CONFIG', 'RESETSTAT')
      server.pause()
      const other = world.browser()
      await expectStoreFailed(other.ask('ann@example.com'))
      server.resume()
      await until(async () => (await server.cli('INFO', 'commandstats')).includes('cmdstat_hset:'))
      await until(async () => (await contents(server)).length === 0)
      expect(world.smtp.mails).toHaveLength(1)
      expect((await other.home()).body).toEqual({ pending: null })
    })

    test('is emptied knows no code any more', async () => {
      const { server, world } = await start()
      const code = await world.askUntilSent()
      await server.cli('FLUSHALL')
      expect((await world.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
      await world.expectNobodyIn()
      await expectWorking(world)
    })

    test('loses its scripts gets them again', async () => {
      const { server, world } = await start()
      const code = await world.askUntilSent()
      const failed = world.failed()
      await server.cli('SCRIPT', 'FLUSH')
      expect((await world.enter(wrongCode(code))).body).toMatchObject({ attemptsLeft: 4 })
      await server.cli('SCRIPT', 'FLUSH')
      expect((await world.enter(code)).status).toBe(200)
      expect(world.failed()).toBe(failed)
    })

    test('is out of memory counts no guess half, sends no code, and takes a right one once', async () => {
      const { server, world } = await start()
      const code = await world.askUntilSent()
      await world.enter(wrongCode(code))
      const before = await contents(server)
      await server.cli('CONFIG', 'SET', 'maxmemory', '1')
      for (let n = 1; n <= 6; n += 1) await expectStoreFailed(world.enter(wrongCode(code, n)))
      await expectStoreFailed(world.browser().ask('ann@example.com'))
      expect(await contents(server)).toEqual(before)
      expect(world.smtp.mails).toHaveLength(1)

      expect((await world.enter(code)).status).toBe(200)
      await server.cli('CONFIG', 'SET', 'maxmemory', '0')
      expect((await world.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
    })

    test('becomes a replica signs nobody in, and works again as the primary', async () => {
      const { server, world } = await start()
      const other = await started()
      const code = await world.askUntilSent()
      const before = await contents(server)
      await server.cli('CONFIG', 'SET', 'replica-read-only', 'yes')
      // Of a primary that isn't there, so that nothing is overwritten.
      await other.kill()
      await server.cli('REPLICAOF', '127.0.0.1', `${other.port}`)
      await expectStoreFailed(world.enter(code))
      await expectStoreFailed(world.enter(wrongCode(code)))
      await expectStoreFailed(world.browser().ask('ann@example.com'))
      await world.expectNobodyIn()
      expect(await contents(server)).toEqual(before)
      await server.cli('REPLICAOF', 'NO', 'ONE')
      expect((await world.enter(code)).status).toBe(200)
      expect((await world.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
    })

    test('has all the clients it takes fails, and works when it has room', async () => {
      const server = await started('--maxclients', '5')
      const others = await Promise.all(
        Array.from({ length: 5 }, async () => {
          const socket = openSocket(server.port, '127.0.0.1')
          socket.write('PING\r\n')
          await once(socket, 'data')
          return socket
        }),
      )
      const world = await worldOn(connect(server.port))
      await expectStoreFailed(world.ask('ann@example.com'))
      expect(world.smtp.mails).toHaveLength(0)
      for (const socket of others) socket.destroy()
      await expectWorking(world)
    })
  })
}
