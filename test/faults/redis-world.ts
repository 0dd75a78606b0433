import { once } from 'node:events'
import { createServer, connect as openSocket, type Socket } from 'node:net'
import { Redis } from 'ioredis'
import { RedisStore } from 'passport-email-otp/redis'
import { createClient } from 'redis'
import { afterEach, beforeEach, expect, onTestFinished } from 'vitest'
import type { RedisStoreClient } from '../../src/stores/redis/client.js'
import { createWorld } from '../helpers/world.js'

/** Creates a client. */
type Connect = (port: number) => RedisStoreClient

const ignore = () => {}

/** The clients with the options that the README recommends: they fail at once while there is no connection. */
export const RECOMMENDED: [string, Connect][] = [
  [
    'node-redis',
    (port) => {
      const client = createClient({
        url: `redis://127.0.0.1:${port}`,
        disableOfflineQueue: true,
        socket: { reconnectStrategy: 50 },
      }).on('error', ignore)
      client.connect().catch(ignore)
      onTestFinished(() => client.destroy())
      return client
    },
  ],
  [
    'ioredis',
    (port) => {
      const client = new Redis(port, {
        enableOfflineQueue: false,
        autoResendUnfulfilledCommands: false,
        maxRetriesPerRequest: 0,
        retryStrategy: () => 50,
      }).on('error', ignore)
      onTestFinished(() => client.disconnect())
      return client
    },
  ],
]

/** The clients with default options: both keep commands while there is no connection, and send them later. */
export const WITHOUT_OPTIONS: [string, Connect][] = [
  [
    'node-redis',
    (port) => {
      const client = createClient({ url: `redis://127.0.0.1:${port}` }).on('error', ignore)
      client.connect().catch(ignore)
      onTestFinished(() => client.destroy())
      return client
    },
  ],
  [
    'ioredis',
    (port) => {
      const client = new Redis(port).on('error', ignore)
      onTestFinished(() => client.disconnect())
      return client
    },
  ],
]

/** An application with a RedisStore and a time limit of one second for it. */
export async function worldOn(client: RedisStoreClient) {
  const store = new RedisStore({ client })
  const world = await createWorld({ store, storeTimeoutSeconds: 1 })
  const failed = () => world.events.filter(({ type }) => type === 'store_failed').length
  const browser = world.client()
  return {
    ...world,
    ...browser,
    store,
    failed,
    /** Requests a code until the store works again, and returns it. */
    requestUntilSent: async () => {
      for (;;) {
        const { status } = await browser.requestCode('ann@example.com')
        if (status === 202) return (await world.smtp.next()).code
        expect(status).toBe(503)
      }
    },
    expectSignedOut: async () => expect((await browser.home()).status).toBe(401),
    expectSignedIn: async () =>
      expect((await browser.home()).body.user).toEqual({ email: 'ann@example.com' }),
  }
}

export type FaultWorld = Awaited<ReturnType<typeof worldOn>>

/** Expects the answer of a failed store, shortly after the time limit of one second at the latest. */
export async function expectStoreFailed(
  request: PromiseLike<{ status: number; body: { code?: string } }>,
): Promise<void> {
  const begun = performance.now()
  const { status, body } = await request
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'store_failed' })
  expect(performance.now() - begun).toBeLessThan(2_500)
}

/** Fails every test of a file that leaves an unhandled rejection. */
export function expectNoUnhandledRejection(): void {
  const unhandled: unknown[] = []
  const collect = (reason: unknown) => void unhandled.push(reason)
  beforeEach(() => void process.on('unhandledRejection', collect))
  afterEach(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', collect)
    expect(unhandled.splice(0)).toEqual([])
  })
}

/** Starts a proxy to a server whose connections a test can cut. */
export async function startProxy(serverPort: number) {
  const sockets = new Set<Socket>()
  let loseAnswers = false
  let lost: () => void = ignore
  const proxy = createServer((near) => {
    const far = openSocket(serverPort, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', ignore).on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    far.on('data', (answer) => {
      if (loseAnswers) lost()
      else near.write(answer)
    })
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const listen = async (port: number) => {
    proxy.listen(port, '127.0.0.1')
    await once(proxy, 'listening')
  }
  await listen(0)
  const address = proxy.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const close = () => {
    cut()
    return new Promise<void>((resolve) => void proxy.close(() => resolve()))
  }
  onTestFinished(() => (proxy.listening ? close() : undefined))
  return {
    port,
    /** Ends all connections, and refuses new ones until `restore` is called. */
    cut: close,
    restore: () => listen(port),
    /** Drops the next answer of the server together with the connection. */
    loseOneAnswer: () => {
      loseAnswers = true
      lost = () => {
        loseAnswers = false
        cut()
      }
    },
  }
}
