import { RedisStore as RedisSessionStore } from 'connect-redis'
import { RedisStore } from 'passport-email-otp/redis'
import { createClient } from 'redis'
import { hostOf, type Storage, tryOut, unusable, withoutPassword } from './storage.js'

const VARIABLE = 'REDIS_URL'

/** The strategy waits two seconds for its store: what comes later is of no use to anybody. */
const CONNECT_LIMIT_MS = 2_000
/** A connection over which nothing comes for so long is dead, and a new one is made. */
const SILENCE_LIMIT_MS = 3_000
const PING_EVERY_MS = 1_000
const RECONNECT_AT_MOST_AFTER_MS = 1_000

/** @throws {ConfigError} saying what is wrong, never the password */
export async function openRedis(url: string): Promise<Storage> {
  let isStarted = false
  let isLost = false
  const client = createClient({
    url,
    // While the server is away requests fail at once. Kept in a queue, a guess could be carried out
    // minutes later, when whoever made it has long been told that it failed.
    disableOfflineQueue: true,
    pingInterval: PING_EVERY_MS,
    socket: {
      connectTimeout: CONNECT_LIMIT_MS,
      socketTimeout: SILENCE_LIMIT_MS,
      // At the start a person is there to read what is wrong; later the app mends itself.
      reconnectStrategy: (retries) =>
        isStarted && Math.min(50 * 2 ** retries, RECONNECT_AT_MOST_AFTER_MS),
    },
  })
  // Without a listener an error event would end the process.
  client.on('error', (err: Error) => {
    if (!isStarted || isLost) return
    isLost = true
    console.error(`Redis is lost, trying to reconnect: ${withoutPassword(url, err.message)}`)
  })
  client.on('ready', () => {
    if (isLost) console.error('Redis is back.')
    isLost = false
  })

  const sessionStore = new RedisSessionStore({ client, prefix: 'example-app:session:' })
  try {
    await client.connect()
    await tryOut(sessionStore)
  } catch (err) {
    client.destroy()
    throw unusable(VARIABLE, url, err)
  }
  isStarted = true
  return {
    name: `Redis at ${hostOf(url)}`,
    variable: VARIABLE,
    challengeStore: new RedisStore({ client }),
    sessionStore,
    close: async () => {
      if (client.isReady) await client.close()
      else client.destroy()
    },
  }
}
