import { type PostgresPool, PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { USED } from '../../src/stores/postgres/helpers.js'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
  until,
} from '../helpers/postgres-server.js'
import { ADA, createWorld } from '../helpers/world.js'
import { guess, wrongCode } from '../helpers/wrong-code.js'
import { expectStoreFailed, LIMIT_MS } from './postgres-fails-in-time.js'

describeWithPostgres('an application whose PostgreSQL is down', () => {
  let server: PostgresServer
  let pool: pg.Pool
  let store: PostgresStore
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool()
  })
  beforeEach(async () => {
    await pool.query('DROP SCHEMA IF EXISTS passport_email_otp CASCADE')
    store = new PostgresStore({ pool })
    await store.migrate()
  })
  afterEach(() => server.resume())
  afterAll(() => server?.stop())

  /** An application with that store, and a client. */
  async function setUp(used: PostgresStore = store) {
    const world = await createWorld({ store: used, storeTimeoutSeconds: LIMIT_MS / 1000 })
    return { ...world, visitor: world.client() }
  }

  const rows = async () => (await pool.query('SELECT * FROM passport_email_otp.challenges')).rows

  test('accepts a code once after a restart between the two requests', async () => {
    const { visitor, codeFor, emailOtp } = await setUp()
    const code = await codeFor(visitor)
    await guess(visitor, code, 2)
    await server.kill()
    await expectStoreFailed(visitor.enterCode(code))
    await expectStoreFailed(visitor.enterCode(wrongCode(code)))
    await expectStoreFailed(visitor.requestCode('bob@example.com'))
    await server.start()
    expect((await visitor.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft: 2 })
    expect((await visitor.enterCode(code)).body).toMatchObject({ user: { email: ADA } })
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
    expect(await emailOtp.check().then(({ store }) => store)).toMatchObject({ ok: true })
  })

  test('rejects the code after the schema was dropped, and works again after migrate()', async () => {
    const { visitor, codeFor } = await setUp()
    const code = await codeFor(visitor)
    await pool.query('DROP SCHEMA passport_email_otp CASCADE')
    await expectStoreFailed(visitor.enterCode(code))
    await expectStoreFailed(visitor.requestCode(ADA))
    await store.migrate()
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
    const next = await codeFor(visitor)
    expect((await visitor.enterCode(next)).body).toMatchObject({ user: { email: ADA } })
  })

  test('answers a right code with an error while the server is paused, and its late result signs no user in', async () => {
    const { visitor, codeFor } = await setUp()
    const code = await codeFor(visitor)
    server.pause()
    await expectStoreFailed(visitor.enterCode(code))
    server.resume()
    await until(async () => (await rows())[0]?.attempts_left === USED) // the late result was: accepted
    expect((await visitor.home()).status).toBe(401)
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
    const next = await codeFor(visitor)
    expect((await visitor.enterCode(next)).body).toMatchObject({ user: { email: ADA } })
  })

  test('counts a wrong code once that is entered while the server is paused', async () => {
    const { visitor, codeFor } = await setUp()
    const code = await codeFor(visitor)
    server.pause()
    await expectStoreFailed(visitor.enterCode(wrongCode(code)))
    server.resume()
    await until(async () => (await rows())[0]?.attempts_left === 4)
    expect((await visitor.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft: 3 })
    expect((await visitor.enterCode(code)).body).toMatchObject({ user: { email: ADA } })
  })

  test('cancels a challenge that opens late because the server is paused, and refunds its send', async () => {
    const { visitor, calls, codeFor, smtp } = await setUp()
    await pool.query('SELECT') // opens a connection
    server.pause()
    await expectStoreFailed(visitor.requestCode(ADA))
    server.resume()
    const lateCancel = () => calls.find(({ verb }) => verb === 'cancel')
    await until(() => lateCancel() !== undefined)
    expect(lateCancel()?.request).toMatchObject({ refund: 'whole' })
    await until(async () => (await rows()).length === 0)
    expect(smtp.mails).toHaveLength(0)
    for (let i = 0; i < 5; i += 1) {
      const code = await codeFor(visitor) // all five sends of the budget are available
      expect(code).toMatch(/^\d{6}$/)
      await pool.query('DELETE FROM passport_email_otp.challenges')
    }
    expect((await visitor.requestCode(ADA)).body).toMatchObject({ reason: 'rate_limited' })
  })

  // The last one, because the server is gone afterwards.
  test('keeps challenges and counts after a fail-over to a standby', async () => {
    const standby = await server.startStandby()
    const standbyPool = standby.pool()
    let current: PostgresPool = pool
    // As with a host name that is moved to the new server, or with a proxy for both.
    const switched = { query: (text: string, values?: unknown[]) => current.query(text, values) }
    const { visitor, codeFor } = await setUp(new PostgresStore({ pool: switched }))
    const code = await codeFor(visitor)
    await guess(visitor, code, 3)
    const behind = 'SELECT pg_current_wal_lsn() > replay_lsn AS yes FROM pg_stat_replication'
    await until(async () => (await pool.query(behind)).rows[0]?.yes === false)
    await server.kill()

    current = standbyPool
    await expectStoreFailed(visitor.enterCode(code)) // still read-only
    expect(await new PostgresStore({ pool: standbyPool }).check()).toEqual([
      expect.stringContaining('The server is a read-only standby'),
    ])
    await standby.promote()
    expect((await visitor.enterCode(wrongCode(code))).body).toMatchObject({ attemptsLeft: 1 })
    expect((await visitor.enterCode(code)).body).toMatchObject({ user: { email: ADA } })
    expect((await visitor.enterCode(code)).body).toMatchObject({ reason: 'no_pending_code' })
  })
})
