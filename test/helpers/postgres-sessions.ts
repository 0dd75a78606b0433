import connectPgSimple from 'connect-pg-simple'
import session from 'express-session'
import type pg from 'pg'

/** A session store in PostgreSQL, whose table `session` is there and empty, as those of the store for challenges. */
export async function postgresSessions(pool: pg.Pool): Promise<session.Store> {
  const store = new (connectPgSimple(session))({
    pool,
    createTableIfMissing: true,
    pruneSessionInterval: false,
  })
  // The first call creates the table.
  await new Promise((resolve) => store.get('none', resolve))
  await pool.query('TRUNCATE session, passport_email_otp.addresses, passport_email_otp.challenges')
  return store
}
