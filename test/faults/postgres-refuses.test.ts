import { PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { afterThisTest, wrongCode } from '../helpers/app.js'
import { ADA, attackWorld } from '../helpers/attack-world.js'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
  until,
} from '../helpers/postgres-server.js'
import { failsInTime, LIMIT_MS } from './postgres-fails-in-time.js'

describeWithPostgres('while PostgreSQL refuses', () => {
  let server: PostgresServer
  let pool: pg.Pool
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool()
    await new PostgresStore({ pool }).migrate()
    await pool.query('CREATE ROLE app LOGIN SUPERUSER')
  })
  beforeEach(async () => {
    await pool.query('TRUNCATE passport_email_otp.addresses, passport_email_otp.challenges')
  })
  afterAll(() => server?.stop())

  /** An application on a pool of its own, and one visitor who was sent a code. */
  async function setUp(options?: pg.PoolConfig) {
    const appPool = server.pool({ user: 'app', max: 5, ...options })
    const store = new PostgresStore({ pool: appPool })
    const world = await attackWorld({ store, storeTimeoutSeconds: LIMIT_MS / 1000 })
    const visitor = world.client()
    return { ...world, appPool, visitor, code: await world.codeFor(visitor) }
  }
  type Visitor = Awaited<ReturnType<typeof setUp>>['visitor']

  /** One wrong guess is counted, the right code signs in, and once. */
  async function servesAgain(visitor: Visitor, code: string, attemptsLeft = 4) {
    expect((await visitor.enter(wrongCode(code))).body).toMatchObject({ attemptsLeft })
    expect((await visitor.enter(code)).body).toMatchObject({ user: { email: ADA } })
    expect((await visitor.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
  }
  const challenge = async () =>
    (await pool.query('SELECT * FROM passport_email_otp.challenges')).rows[0]
  /** Locks the address's row in another session. */
  async function lock() {
    const other = await pool.connect()
    await other.query('BEGIN; SELECT FROM passport_email_otp.addresses FOR UPDATE')
    return async () => {
      await other.query('COMMIT')
      other.release()
    }
  }
  const waiting = `FROM pg_stat_activity WHERE usename = 'app' AND wait_event_type = 'Lock'`
  const untilOneWaits = () =>
    until(async () => (await pool.query(`SELECT ${waiting}`)).rowCount === 1)

  test('a lock that is held too long is an error, and the guess behind it is counted once', async () => {
    const { visitor, code } = await setUp()
    const unlock = await lock()
    await failsInTime(visitor.enter(wrongCode(code)))
    await unlock()
    await until(async () => (await challenge()).attempts_left === 4)
    await servesAgain(visitor, code, 3)
  })

  test('the right code behind such a lock lets nobody in, then or later', async () => {
    const { visitor, code } = await setUp()
    const unlock = await lock()
    await failsInTime(visitor.enter(code))
    await unlock()
    await until(async () => (await challenge()) === undefined)
    expect((await visitor.home()).status).toBe(401)
    expect((await visitor.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
  })

  test('a connection that is ended in the midst of a guess is an error, and nothing is counted', async () => {
    const { visitor, code } = await setUp()
    const unlock = await lock()
    const entered = failsInTime(visitor.enter(code))
    await untilOneWaits()
    await pool.query(`SELECT pg_terminate_backend(pid) ${waiting}`)
    await entered
    await unlock()
    await servesAgain(visitor, code)
  })

  test('a pool without a free connection is an error', async () => {
    const { appPool, visitor, code, calls } = await setUp({ max: 1 })
    const only = await appPool.connect()
    await failsInTime(visitor.ask('bob@example.com'))
    only.release()
    await until(() => calls.some(({ verb }) => verb === 'cancel')) // it was opened too late
    await servesAgain(visitor, code)
  })

  test('a server without a free connection is an error', async () => {
    const { appPool, visitor, code } = await setUp({ idleTimeoutMillis: 1 })
    await until(() => appPool.totalCount === 0)
    await pool.query('ALTER ROLE app NOSUPERUSER CONNECTION LIMIT 0')
    afterThisTest(() => pool.query('ALTER ROLE app SUPERUSER CONNECTION LIMIT -1'))
    await failsInTime(visitor.enter(code))
    await failsInTime(visitor.ask('bob@example.com'))
    await pool.query('ALTER ROLE app SUPERUSER CONNECTION LIMIT -1')
    await servesAgain(visitor, code)
  })

  for (const condition of ['disk_full', 'out_of_memory']) {
    test(`an error of ${condition} in the midst of a verb undoes all of it`, async () => {
      const { visitor, code } = await setUp()
      await pool.query(`
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = '${condition}'; END $$;
        CREATE TRIGGER fail BEFORE INSERT OR UPDATE OR DELETE ON passport_email_otp.challenges
          FOR EACH ROW EXECUTE FUNCTION fail()`)
      afterThisTest(() => pool.query('DROP FUNCTION IF EXISTS fail CASCADE'))
      const before = (await pool.query('SELECT * FROM passport_email_otp.addresses')).rows
      await failsInTime(visitor.enter(wrongCode(code)))
      await failsInTime(visitor.enter(code))
      await failsInTime(visitor.ask('bob@example.com'))
      expect((await pool.query('SELECT * FROM passport_email_otp.addresses')).rows).toEqual(before)
      await pool.query('DROP FUNCTION fail CASCADE')
      // The visitor has asked for another address meanwhile, which left the first one pending.
      await servesAgain(visitor, code)
    })
  }

  test('a database that has become read-only is an error, and nothing is counted', async () => {
    const { appPool, visitor, code } = await setUp({ idleTimeoutMillis: 1 })
    await until(() => appPool.totalCount === 0)
    await pool.query('ALTER ROLE app SET default_transaction_read_only = on')
    afterThisTest(() => pool.query('ALTER ROLE app RESET default_transaction_read_only'))
    await failsInTime(visitor.enter(code))
    await failsInTime(visitor.ask('bob@example.com'))
    await pool.query('ALTER ROLE app RESET default_transaction_read_only')
    await until(() => appPool.totalCount === 0)
    await servesAgain(visitor, code)
  })

  test('what was truncated is not there any more: no login, and a new code at once', async () => {
    const { visitor, code, codeFor } = await setUp()
    await pool.query('TRUNCATE passport_email_otp.challenges')
    expect((await visitor.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
    const second = await codeFor(visitor)
    await pool.query('TRUNCATE passport_email_otp.addresses')
    expect((await visitor.enter(second)).body).toMatchObject({ reason: 'no_pending_code' })
    await servesAgain(visitor, await codeFor(visitor))
  })
})
