import connectPgSimple from 'connect-pg-simple'
import session from 'express-session'
import { PostgresStore } from 'passport-email-otp/postgres'
import pg from 'pg'
import { hostOf, type Storage, tryOut, unusable, withoutPassword } from './storage-server.js'

const VARIABLE = 'DATABASE_URL'

export const LOST = 'A connection to PostgreSQL was lost'

/** The strategy waits two seconds for its store, so a later answer does not help the request. */
const LIMIT_MS = 2_000

/** @throws {ConfigError} that says what is wrong, without the password */
export async function openPostgres(url: string): Promise<Storage> {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: LIMIT_MS,
    // The server cancels a statement that waits for a lock. Otherwise a guess could be counted long after the
    // user was told that it had failed. The server itself may be silent, so the client has a limit too.
    statement_timeout: LIMIT_MS,
    query_timeout: LIMIT_MS + 500,
    keepAlive: true,
  })
  // Without a listener, the loss of an idle connection would end the process.
  pool.on('error', (err) => {
    console.error(`${LOST}: ${withoutPassword(url, err.message)}`)
  })

  const challengeStore = new PostgresStore({ pool })
  const sessionStore = new (connectPgSimple(session))({ pool, createTableIfMissing: true })
  try {
    await challengeStore.migrate()
    await oneAtATime(pool, () => tryOut(sessionStore))
  } catch (err) {
    await pool.end()
    throw unusable(VARIABLE, url, err)
  }
  return {
    name: `PostgreSQL at ${hostOf(url)}`,
    variable: VARIABLE,
    challengeStore,
    sessionStore,
    close: async () => {
      await sessionStore.close()
      await pool.end()
    },
  }
}

/** Serializes processes that start at the same time, because two cannot create the same table. */
async function oneAtATime(pool: pg.Pool, action: () => Promise<void>): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT pg_advisory_xact_lock(hashtext('example-app session table'))")
    await action()
    await client.query('COMMIT')
  } finally {
    client.release(true) // closing the connection also ends a failed transaction
  }
}
