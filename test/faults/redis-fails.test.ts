import { once } from 'node:events'
import { connect as openSocket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithRedis, startRedis, until } from '../helpers/redis-server.js'
import { wrongCode } from '../helpers/wrong-code.js'
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
  onTestFinished(() => server.stop())
  return server
}

/** Returns all keys of the server with their contents, as text. */
const contents = async (server: Awaited<ReturnType<typeof started>>) => {
  const keys = (await server.cli('KEYS', '*')).split('\n').filter(Boolean).sort()
  return Promise.all(keys.map(async (key) => [key, await server.cli('HGETALL', key)]))
}

/** Whether a code was accepted: its challenge is kept until it expires, so that its id is not used again. */
const hasUsedChallenge = async (server: Awaited<ReturnType<typeof started>>) =>
  (await contents(server)).some(([, fields]) => / -1 /.test(String(fields)))

async function expectWorking(world: FaultWorld): Promise<void> {
  const code = await world.requestUntilSent()
  expect((await world.enterCode(wrongCode(code))).body).toMatchObject({ reason: 'invalid_code' })
  expect((await world.enterCode(code)).status).toBe(200)
  await world.expectSignedIn()
}

for (const [name, connect] of RECOMMENDED) {
  describeWithRedis(`an application with ${name}`, () => {
    async function start(...options: string[]) {
      const server = await started(...options)
      return { server, world: await worldOn(connect(server.port)) }
    }

    test('answers with errors while Redis is down, and works again after Redis restarts', async () => {
      const { server, world } = await start()
      const code = await world.requestUntilSent()
      await server.kill()
      await expectStoreFailed(world.enterCode(code))
      await expectStoreFailed(world.requestCode('ann@example.com'))
      await expectStoreFailed(world.enterCode(wrongCode(code)))
      await world.expectSignedOut()
      expect(world.smtp.mails).toHaveLength(1)

      await server.start()
      await expectWorking(world)
    })

    test('rejects a code after Redis has restarted empty', async () => {
      const { server, world } = await start()
      const code = await world.requestUntilSent()
      await server.kill()
      await server.start()
      await until(async () => {
        const { status, body } = await world.enterCode(code)
        if (status === 503) return false
        expect({ status, reason: body.reason }).toEqual({ status: 403, reason: 'no_pending_code' })
        return true
      })
      await world.expectSignedOut()
      await expectWorking(world)
    })

    test('answers a right code with an error while Redis hangs, and its late result signs no user in', async () => {
      const { server, world } = await start()
      const code = await world.requestUntilSent()
      const failed = world.failed()
      server.pause()
      await expectStoreFailed(world.enterCode(code))
      server.resume()
      await until(async () => await hasUsedChallenge(server)) // accepted after the time limit
      await world.expectSignedOut()
      expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
      expect(world.failed()).toBe(failed + 1)
      await expectWorking(world)
    })

    test('sends no code while Redis hangs, and cancels the challenge that opens late', async () => {
      const { server, world } = await start()
      await expectWorking(world)
      await server.cli('FLUSHDB')
      await server.cli('CONFIG', 'RESETSTAT')
      server.pause()
      const other = world.client()
      await expectStoreFailed(other.requestCode('ann@example.com'))
      server.resume()
      await until(async () => (await server.cli('INFO', 'commandstats')).includes('cmdstat_hset:'))
      await until(async () => (await contents(server)).length === 0)
      expect(world.smtp.mails).toHaveLength(1)
      expect((await other.home()).body).toEqual({ pending: null })
    })

    test('rejects a code after FLUSHALL', async () => {
      const { server, world } = await start()
      const code = await world.requestUntilSent()
      await server.cli('FLUSHALL')
      expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
      await world.expectSignedOut()
      await expectWorking(world)
    })

    test('sends the scripts again after SCRIPT FLUSH', async () => {
      const { server, world } = await start()
      const code = await world.requestUntilSent()
      const failed = world.failed()
      await server.cli('SCRIPT', 'FLUSH')
      expect((await world.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft: 4 })
      await server.cli('SCRIPT', 'FLUSH')
      expect((await world.enterCode(code)).status).toBe(200)
      expect(world.failed()).toBe(failed)
    })

    test('judges neither wrong nor right codes and sends none while Redis is out of memory, and accepts the right one after that', async () => {
      const { server, world } = await start()
      const code = await world.requestUntilSent()
      await world.enterCode(wrongCode(code))
      const before = await contents(server)
      await server.cli('CONFIG', 'SET', 'maxmemory', '1')
      for (let n = 1; n <= 6; n += 1) {
        await expectStoreFailed(world.enterCode(wrongCode(code, n)))
        await expectStoreFailed(world.enterCode(code))
      }
      await expectStoreFailed(world.client().requestCode('ann@example.com'))
      await world.expectSignedOut()
      expect(await contents(server)).toEqual(before)
      expect(world.smtp.mails).toHaveLength(1)

      await server.cli('CONFIG', 'SET', 'maxmemory', '0')
      expect((await world.enterCode(code)).status).toBe(200)
      await world.expectSignedIn()
      expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
    })

    test('signs no user in while Redis is a replica, and works again once it is a primary', async () => {
      const { server, world } = await start()
      const other = await started()
      const code = await world.requestUntilSent()
      const before = await contents(server)
      await server.cli('CONFIG', 'SET', 'replica-read-only', 'yes')
      // The primary is down, so that nothing is overwritten.
      await other.kill()
      await server.cli('REPLICAOF', '127.0.0.1', `${other.port}`)
      await expectStoreFailed(world.enterCode(code))
      await expectStoreFailed(world.enterCode(wrongCode(code)))
      await expectStoreFailed(world.client().requestCode('ann@example.com'))
      await world.expectSignedOut()
      expect(await contents(server)).toEqual(before)
      await server.cli('REPLICAOF', 'NO', 'ONE')
      expect((await world.enterCode(code)).status).toBe(200)
      expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
    })

    test('answers with an error while Redis has its maximum of clients, and works again after that', async () => {
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
      await expectStoreFailed(world.requestCode('ann@example.com'))
      expect(world.smtp.mails).toHaveLength(0)
      for (const socket of others) socket.destroy()
      await expectWorking(world)
    })
  })
}
