import { PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { USED } from '../../src/stores/postgres/helpers.js'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
  until,
} from '../helpers/postgres-server.js'
import { ADA, createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { expectStoreFailed, LIMIT_MS } from './postgres-fails-in-time.js'

describeWithPostgres('an application whose PostgreSQL refuses queries', () => {
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

  /** An application with its own pool, and a client that was sent a code. */
  async function setUp(options?: pg.PoolConfig) {
    const appPool = server.pool({ user: 'app', max: 5, ...options })
    const store = new PostgresStore({ pool: appPool })
    const world = await createWorld({ store, storeTimeoutSeconds: LIMIT_MS / 1000 })
    const visitor = world.client()
    return { ...world, appPool, visitor, code: await world.codeFor(visitor) }
  }
  type Visitor = Awaited<ReturnType<typeof setUp>>['visitor']

  /** Expects that one wrong guess is counted and that the right code signs in once. */
  async function expectWorking(visitor: Visitor, code: string, attemptsLeft = 4) {
    expect((await visitor.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft })
    expect((await visitor.enterCode(code)).body).toMatchObject({ user: { email: ADA } })
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
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

  test('answers with an error when a guess waits too long for a lock, and counts the guess once', async () => {
    const { visitor, code } = await setUp()
    const unlock = await lock()
    await expectStoreFailed(visitor.enterCode(wrongCode(code)))
    await unlock()
    await until(async () => (await challenge()).attempts_left === 4)
    await expectWorking(visitor, code, 3)
  })

  test('signs no user in when the right code waits too long for a lock', async () => {
    const { visitor, code } = await setUp()
    const unlock = await lock()
    await expectStoreFailed(visitor.enterCode(code))
    await unlock()
    await until(async () => (await challenge()).attempts_left === USED)
    expect((await visitor.home()).status).toBe(401)
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
  })

  test('answers with an error when the connection ends during a guess, and counts nothing', async () => {
    const { visitor, code } = await setUp()
    const unlock = await lock()
    const entered = expectStoreFailed(visitor.enterCode(code))
    await untilOneWaits()
    await pool.query(`SELECT pg_terminate_backend(pid) ${waiting}`)
    await entered
    await unlock()
    await expectWorking(visitor, code)
  })

  test('answers with an error when the pool has no free connection', async () => {
    const { appPool, visitor, code, calls } = await setUp({ max: 1 })
    const only = await appPool.connect()
    await expectStoreFailed(visitor.requestCode('bob@example.com'))
    only.release()
    await until(() => calls.some(({ verb }) => verb === 'cancel')) // it was opened after the time limit
    await expectWorking(visitor, code)
  })

  test('answers with an error when the server has no free connection', async () => {
    const { appPool, visitor, code } = await setUp({ idleTimeoutMillis: 1 })
    await until(() => appPool.totalCount === 0)
    await pool.query('ALTER ROLE app NOSUPERUSER CONNECTION LIMIT 0')
    onTestFinished(
      async () => void (await pool.query('ALTER ROLE app SUPERUSER CONNECTION LIMIT -1')),
    )
    await expectStoreFailed(visitor.enterCode(code))
    await expectStoreFailed(visitor.requestCode('bob@example.com'))
    await pool.query('ALTER ROLE app SUPERUSER CONNECTION LIMIT -1')
    await expectWorking(visitor, code)
  })

  for (const condition of ['disk_full', 'out_of_memory']) {
    test(`changes nothing when a query fails with ${condition}`, async () => {
      const { visitor, code } = await setUp()
      await pool.query(`
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = '${condition}'; END $$;
        CREATE TRIGGER fail BEFORE INSERT OR UPDATE OR DELETE ON passport_email_otp.challenges
          FOR EACH ROW EXECUTE FUNCTION fail()`)
      onTestFinished(async () => void (await pool.query('DROP FUNCTION IF EXISTS fail CASCADE')))
      const before = (await pool.query('SELECT * FROM passport_email_otp.addresses')).rows
      await expectStoreFailed(visitor.enterCode(wrongCode(code)))
      await expectStoreFailed(visitor.enterCode(code))
      await expectStoreFailed(visitor.requestCode('bob@example.com'))
      expect((await pool.query('SELECT * FROM passport_email_otp.addresses')).rows).toEqual(before)
      await pool.query('DROP FUNCTION fail CASCADE')
      // The failed request for another address has left the first one pending.
      await expectWorking(visitor, code)
    })
  }

  test('answers with an error when the database has become read-only, and counts nothing', async () => {
    const { appPool, visitor, code } = await setUp({ idleTimeoutMillis: 1 })
    await until(() => appPool.totalCount === 0)
    await pool.query('ALTER ROLE app SET default_transaction_read_only = on')
    onTestFinished(
      async () => void (await pool.query('ALTER ROLE app RESET default_transaction_read_only')),
    )
    await expectStoreFailed(visitor.enterCode(code))
    await expectStoreFailed(visitor.requestCode('bob@example.com'))
    await pool.query('ALTER ROLE app RESET default_transaction_read_only')
    await until(() => appPool.totalCount === 0)
    await expectWorking(visitor, code)
  })

  test('rejects a code after its table was truncated, and sends a new one at once', async () => {
    const { visitor, code, codeFor } = await setUp()
    await pool.query('TRUNCATE passport_email_otp.challenges')
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
    const second = await codeFor(visitor)
    await pool.query('TRUNCATE passport_email_otp.addresses')
    expect((await visitor.enterCode(second)).body).toMatchObject({ reason: 'no_pending_code' })
    await expectWorking(visitor, await codeFor(visitor))
  })
})
