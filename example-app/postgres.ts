import connectPgSimple from 'connect-pg-simple'
import session from 'express-session'
import { PostgresStore } from 'passport-email-otp/postgres'
import pg from 'pg'
import { hostOf, type Storage, tryOut, unusable, withoutPassword } from './storage.js'

const VARIABLE = 'DATABASE_URL'

/** The strategy waits two seconds for its store: what comes later is of no use to anybody. */
const LIMIT_MS = 2_000

/** @throws {ConfigError} saying what is wrong, never the password */
export async function openPostgres(url: string): Promise<Storage> {
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: LIMIT_MS,
    // The server gives up what waits for a lock, or a guess could be counted long after whoever made
    // it was told that it failed. It may be the server that is silent, so the client has a limit too.
    statement_timeout: LIMIT_MS,
    query_timeout: LIMIT_MS + 500,
    keepAlive: true,
  })
  // Without a listener, the end of an idle connection would end the process.
  pool.on('error', (err) => {
    console.error(`A connection to PostgreSQL is lost: ${withoutPassword(url, err.message)}`)
  })

  const challengeStore = new PostgresStore({ pool })
  const sessionStore = new (connectPgSimple(session))({ pool, createTableIfMissing: true })
  try {
    await challengeStore.migrate()
    await inTurn(pool, () => tryOut(sessionStore))
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

/** Of processes that start at once, one after the other: two can't make the same table. */
async function inTurn(pool: pg.Pool, action: () => Promise<void>): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT pg_advisory_xact_lock(hashtext('example-app session table'))")
    await action()
    await client.query('COMMIT')
  } finally {
    client.release(true) // with the connection a transaction that failed ends too
  }
}
