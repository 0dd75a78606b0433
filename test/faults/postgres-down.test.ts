import { type PostgresPool, PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { wrongCode } from '../helpers/app.js'
import { ADA, attackWorld, guess } from '../helpers/attack-world.js'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
  until,
} from '../helpers/postgres-server.js'
import { failsInTime, LIMIT_MS } from './postgres-fails-in-time.js'

describeWithPostgres('while PostgreSQL is down', () => {
  let server: PostgresServer
  let pool: pg.Pool
  let store: PostgresStore
  beforeEach(async () => {
    server = await startPostgres()
    pool = server.pool()
    store = new PostgresStore({ pool })
    await store.migrate()
  })
  afterEach(async () => {
    server?.resume() // or it could not be ended
    await server?.stop()
  })

  /** An application with that store, and one visitor. */
  async function setUp(used: PostgresStore = store) {
    const world = await attackWorld({ store: used, storeTimeoutSeconds: LIMIT_MS / 1000 })
    return { ...world, visitor: world.client() }
  }

  const rows = async () => (await pool.query('SELECT * FROM passport_email_otp.challenges')).rows

  test('killed and started again between the requests, it still knows the code, and once', async () => {
    const { visitor, codeFor, emailOtp } = await setUp()
    const code = await codeFor(visitor)
    await guess(visitor, code, 2)
    await server.kill()
    await failsInTime(visitor.enter(code))
    await failsInTime(visitor.enter(wrongCode(code)))
    await failsInTime(visitor.ask('bob@example.com'))
    await server.start()
    expect((await visitor.enter(wrongCode(code))).body).toMatchObject({ attemptsLeft: 2 })
    expect((await visitor.enter(code)).body).toMatchObject({ user: { email: ADA } })
    expect((await visitor.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
    expect(await emailOtp.check().then(({ store }) => store)).toMatchObject({ ok: true })
  })

  test('started again empty, it lets nobody in, and serves again after migrate()', async () => {
    const { visitor, codeFor } = await setUp()
    const code = await codeFor(visitor)
    await pool.query('DROP SCHEMA passport_email_otp CASCADE')
    await failsInTime(visitor.enter(code))
    await failsInTime(visitor.ask(ADA))
    await store.migrate()
    expect((await visitor.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
    const next = await codeFor(visitor)
    expect((await visitor.enter(next)).body).toMatchObject({ user: { email: ADA } })
  })

  test('a code entered while it is paused is an error, and its late answer lets nobody in', async () => {
    const { visitor, codeFor } = await setUp()
    const code = await codeFor(visitor)
    server.pause()
    await failsInTime(visitor.enter(code))
    server.resume()
    await until(async () => (await rows()).length === 0) // the late answer was: accepted
    expect((await visitor.home()).status).toBe(401)
    expect((await visitor.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
    const next = await codeFor(visitor)
    expect((await visitor.enter(next)).body).toMatchObject({ user: { email: ADA } })
  })

  test('a wrong code entered while it is paused is counted once', async () => {
    const { visitor, codeFor } = await setUp()
    const code = await codeFor(visitor)
    server.pause()
    await failsInTime(visitor.enter(wrongCode(code)))
    server.resume()
    await until(async () => (await rows())[0]?.attempts_left === 4)
    expect((await visitor.enter(wrongCode(code))).body).toMatchObject({ attemptsLeft: 3 })
    expect((await visitor.enter(code)).body).toMatchObject({ user: { email: ADA } })
  })

  test('a code asked for while it is paused is taken back when the answer comes late', async () => {
    const { visitor, calls, codeFor, smtp } = await setUp()
    await pool.query('SELECT') // so that a connection is there
    server.pause()
    await failsInTime(visitor.ask(ADA))
    server.resume()
    const lateCancel = () => calls.find(({ verb }) => verb === 'cancel')
    await until(() => lateCancel() !== undefined)
    expect(lateCancel()?.request).toMatchObject({ refund: true })
    await until(async () => (await rows()).length === 0)
    expect(smtp.mails).toHaveLength(0)
    for (let i = 0; i < 5; i += 1) {
      const code = await codeFor(visitor) // all five sends are there
      expect(code).toMatch(/^\d{6}$/)
      await pool.query('DELETE FROM passport_email_otp.challenges')
    }
    expect((await visitor.ask(ADA)).body).toMatchObject({ reason: 'rate_limited' })
  })

  test('a standby that took over knows what the first server knew', async () => {
    const standby = await server.startStandby()
    const standbyPool = standby.pool()
    let current: PostgresPool = pool
    // As a name that is pointed at the new server, or a proxy before both.
    const switched = { query: (text: string, values?: unknown[]) => current.query(text, values) }
    const { visitor, codeFor } = await setUp(new PostgresStore({ pool: switched }))
    const code = await codeFor(visitor)
    await guess(visitor, code, 3)
    const behind = 'SELECT pg_current_wal_lsn() > replay_lsn AS yes FROM pg_stat_replication'
    await until(async () => (await pool.query(behind)).rows[0]?.yes === false)
    await server.kill()

    current = standbyPool
    await failsInTime(visitor.enter(code)) // it only reads as yet
    expect(await new PostgresStore({ pool: standbyPool }).check()).toEqual([
      expect.stringContaining('The server is a standby'),
    ])
    await standby.promote()
    expect((await visitor.enter(wrongCode(code))).body).toMatchObject({ attemptsLeft: 1 })
    expect((await visitor.enter(code)).body).toMatchObject({ user: { email: ADA } })
    expect((await visitor.enter(code)).body).toMatchObject({ reason: 'no_pending_code' })
  })
})
