import { once } from 'node:events'
import { connect as openSocket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithRedis, startRedis, until } from '../helpers/redis-server.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { expectStoreFailed } from './fails-in-time.js'
import { expectNoUnhandledRejection, type FaultWorld, RECOMMENDED, worldOn } from './redis-world.js'

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

    test('answers with errors while Redis is down, and rejects an old code and works again after it restarts empty', async () => {
      const { server, world } = await start()
      const code = await world.requestUntilSent()
      await server.kill()
      await expectStoreFailed(world.enterCode(code))
      await expectStoreFailed(world.requestCode('ann@example.com'))
      await expectStoreFailed(world.enterCode(wrongCode(code)))
      await world.expectSignedOut()
      expect(world.smtp.mails).toHaveLength(1)

      await server.start()
      await until(async () => (await world.enterCode(code)).status !== 503)
      expect((await world.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
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
