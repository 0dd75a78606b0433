import { Redis } from 'ioredis'
import { RedisStore } from 'passport-email-otp/redis'
import { createClient } from 'redis'
import { afterEach, beforeEach, expect, onTestFinished } from 'vitest'
import type { RedisStoreClient } from '../../src/stores/redis/client.js'
import type { ChallengeStore } from '../../src/stores/store.js'
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
export function worldOn(client: RedisStoreClient) {
  return worldWith(new RedisStore({ client }), 1)
}

/** An application with a store. By default the store has as much time as the strategy gives it. */
export async function worldWith<Store extends ChallengeStore>(
  store: Store,
  storeTimeoutSeconds?: number,
) {
  const world = await createWorld({ store, storeTimeoutSeconds })
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
