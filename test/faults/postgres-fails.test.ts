import { PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { USED } from '../../src/stores/postgres/helpers.js'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
  until,
} from '../helpers/postgres-server.js'
import { ADA, createWorld } from '../helpers/world.js'
import { guess, wrongCode } from '../helpers/wrong-code.js'
import { expectStoreFailed, LIMIT_MS } from './fails-in-time.js'
import { fill } from './postgres-by-name.js'

describeWithPostgres('an application whose PostgreSQL fails', () => {
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
  afterEach(() => server.resume())
  afterAll(() => server?.stop())

  /** An application with its own pool, and a client that was sent a code. */
  async function setUp(options?: pg.PoolConfig) {
    const appPool = server.pool({ user: 'app', max: 5, ...options })
    const store = new PostgresStore({ pool: appPool })
    const world = await createWorld({ store, storeTimeoutSeconds: LIMIT_MS / 1000 })
    const visitor = world.client()
    return { ...world, appPool, store, visitor, code: await world.codeFor(visitor) }
  }
  type Visitor = Awaited<ReturnType<typeof setUp>>['visitor']

  /** Expects that one wrong guess is counted and that the right code signs in once. */
  async function expectWorking(visitor: Visitor, code: string, attemptsLeft = 4) {
    expect((await visitor.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft })
    expect((await visitor.enterCode(code)).body).toMatchObject({ user: { email: ADA } })
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
  }
  const challenges = async () =>
    (await pool.query('SELECT * FROM passport_email_otp.challenges')).rows
  const untilLeft = (attempts: number) =>
    until(async () => (await challenges())[0]?.attempts_left === attempts)
  /** Locks the address's row in another session. */
  async function lock() {
    const other = await pool.connect()
    await other.query('BEGIN; SELECT FROM passport_email_otp.addresses FOR UPDATE')
    return async () => {
      await other.query('COMMIT')
      other.release()
    }
  }

  test('accepts a code once after a restart between the two requests', async () => {
    const { visitor, code, emailOtp } = await setUp()
    await guess(visitor, code, 2)
    await server.kill()
    await expectStoreFailed(visitor.enterCode(code))
    await expectStoreFailed(visitor.enterCode(wrongCode(code)))
    await expectStoreFailed(visitor.requestCode('bob@example.com'))
    await server.start()
    await expectWorking(visitor, code, 2)
    expect(await emailOtp.check().then(({ store }) => store)).toMatchObject({ ok: true })
  })

  test('rejects a code after the schema or its tables were dropped or emptied, and works again at once', async () => {
    const { visitor, code, codeFor, store } = await setUp()
    await pool.query('DROP SCHEMA passport_email_otp CASCADE')
    await expectStoreFailed(visitor.enterCode(code))
    await expectStoreFailed(visitor.requestCode(ADA))
    await store.migrate()
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
    for (const table of ['challenges', 'addresses']) {
      const next = await codeFor(visitor)
      await pool.query(`TRUNCATE passport_email_otp.${table}`)
      expect((await visitor.enterCode(next)).body).toMatchObject({ reason: 'no_pending_code' })
    }
    await expectWorking(visitor, await codeFor(visitor))
  })

  test('signs no user in by a right code that is accepted late because the server is paused', async () => {
    const { visitor, code, codeFor } = await setUp()
    server.pause()
    await expectStoreFailed(visitor.enterCode(code))
    server.resume()
    await untilLeft(USED) // the late result was: accepted
    expect((await visitor.home()).status).toBe(401)
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
    await expectWorking(visitor, await codeFor(visitor))
  })

  test('cancels a challenge that opens late because the server is paused, and refunds its send', async () => {
    const { client, calls, codeFor, smtp } = await setUp()
    await pool.query('TRUNCATE passport_email_otp.addresses, passport_email_otp.challenges')
    const visitor = client()
    server.pause()
    await expectStoreFailed(visitor.requestCode(ADA))
    server.resume()
    const lateCancel = () => calls.find(({ verb }) => verb === 'cancel')
    await until(() => lateCancel() !== undefined)
    expect(lateCancel()?.request).toMatchObject({ refund: 'whole' })
    await until(async () => (await challenges()).length === 0)
    expect(smtp.mails).toHaveLength(1) // that of the first visitor
    for (let i = 0; i < 5; i += 1) {
      const code = await codeFor(visitor) // all five sends of the budget are available
      expect(code).toMatch(/^\d{6}$/)
      await pool.query('DELETE FROM passport_email_otp.challenges')
    }
    expect((await visitor.requestCode(ADA)).body).toMatchObject({ reason: 'rate_limited' })
  })

  test('answers with an error when an attempt waits too long for a lock, which is counted once and signs no user in', async () => {
    const { visitor, code } = await setUp()
    for (const [entered, left] of [
      [wrongCode(code), 4],
      [code, USED],
    ] as const) {
      const unlock = await lock()
      await expectStoreFailed(visitor.enterCode(entered))
      await unlock()
      await untilLeft(left)
    }
    expect((await visitor.home()).status).toBe(401)
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
  })

  test('answers with an error when the connection ends during a guess, and counts nothing', async () => {
    const { visitor, code } = await setUp()
    const unlock = await lock()
    const entered = expectStoreFailed(visitor.enterCode(code))
    const waiting = `FROM pg_stat_activity WHERE usename = 'app' AND wait_event_type = 'Lock'`
    await until(async () => (await pool.query(`SELECT ${waiting}`)).rowCount === 1)
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

  test('counts nothing while the role is read-only, and serves the next request over a pool of read-only connections', async () => {
    const { appPool, visitor, code } = await setUp({ idleTimeoutMillis: 1 })
    await until(() => appPool.totalCount === 0)
    appPool.options.idleTimeoutMillis = 0
    await pool.query('ALTER ROLE app SET default_transaction_read_only = on')
    onTestFinished(
      async () => void (await pool.query('ALTER ROLE app RESET default_transaction_read_only')),
    )
    await fill(appPool)
    await expectStoreFailed(visitor.enterCode(code))
    await expectStoreFailed(visitor.requestCode('bob@example.com'))
    await fill(appPool)
    await pool.query('ALTER ROLE app RESET default_transaction_read_only')
    await expectWorking(visitor, code)
  })
})
