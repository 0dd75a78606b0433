import type { Config } from './config.js'
import type { Storage } from './storage-server.js'

/**
 * Connects to the server in REDIS_URL or DATABASE_URL, or opens the file in DATABASE_URL, and tests it. With neither,
 * everything is kept in the memory of this process, which works for a single process only. The packages for a server
 * or a file are loaded only with it.
 *
 * @throws {ConfigError} that says what is wrong, without the password
 */
export async function openStorage({ redisUrl, databaseUrl }: Config): Promise<Storage> {
  if (redisUrl !== undefined) {
    const { openRedis } = await import('./redis.js')
    return openRedis(redisUrl)
  }
  if (databaseUrl?.startsWith('sqlite:')) {
    const { openSqlite } = await import('./sqlite.js')
    return openSqlite(databaseUrl)
  }
  if (databaseUrl !== undefined) {
    const { openPostgres } = await import('./postgres.js')
    return openPostgres(databaseUrl)
  }
  return {
    name: 'this process',
    variable: 'none',
    challengeStore: undefined,
    sessionStore: undefined,
    close: async () => {},
  }
}
