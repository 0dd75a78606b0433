import { RedisStore as RedisSessionStore } from 'connect-redis'
import { RedisStore } from 'passport-email-otp/redis'
import { createClient } from 'redis'
import { hostOf, type Storage, tryOut, unusable, withoutPassword } from './storage-server.js'

const VARIABLE = 'REDIS_URL'

export const LOST = 'The connection to Redis was lost'
export const RESTORED = 'The connection to Redis is restored.'

/** The strategy waits two seconds for its store, so a later connection does not help the request. */
const CONNECT_LIMIT_MS = 2_000
/** The client replaces a connection that has been silent for so long. */
const SILENCE_LIMIT_MS = 3_000
const PING_EVERY_MS = 1_000
const RECONNECT_AT_MOST_AFTER_MS = 1_000

/** @throws {ConfigError} that says what is wrong, without the password */
export async function openRedis(url: string): Promise<Storage> {
  let isStarted = false
  let isLost = false
  const client = createClient({
    url,
    // Commands issued while Redis is down fail at once. A queue would replay a guess minutes later, after the
    // user was told that it had failed.
    disableOfflineQueue: true,
    pingInterval: PING_EVERY_MS,
    socket: {
      connectTimeout: CONNECT_LIMIT_MS,
      socketTimeout: SILENCE_LIMIT_MS,
      // At the start the operator reads the error. Later the app reconnects by itself.
      reconnectStrategy: (retries) =>
        isStarted && Math.min(50 * 2 ** retries, RECONNECT_AT_MOST_AFTER_MS),
    },
  })
  // Without a listener, an error event would end the process.
  client.on('error', (err: Error) => {
    if (!isStarted || isLost) return
    isLost = true
    const cause = withoutPassword(url, err.message)
    console.error(`${LOST} (${cause}). The app is trying to reconnect.`)
  })
  client.on('ready', () => {
    if (isLost) console.error(RESTORED)
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
