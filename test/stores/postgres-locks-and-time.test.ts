import type pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
  until,
} from '../helpers/postgres-server.js'
import { EIGHT_DIGITS, HOUR, MINUTE, verbs } from './contract/verbs.js'
import { clockedVerbs, emptyStore } from './postgres-store.js'

describeWithPostgres('on PostgreSQL', () => {
  let server: PostgresServer
  let pool: pg.Pool
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool({ max: 30 })
  })
  afterAll(() => server?.stop())

  /** Locks the row of an address in another session until the function that it gives is called. */
  async function lock(schema: string, address = 'alice') {
    const other = await pool.connect()
    await other.query('BEGIN')
    const row = `SELECT FROM ${schema}.addresses WHERE address = $1 FOR UPDATE`
    await other.query(row, [address])
    return async () => {
      await other.query('COMMIT')
      other.release()
    }
  }
  const nextTransaction = async () =>
    (await pool.query('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next')).rows[0].next

  test('the clock is the database’s: that of the process changes nothing', async () => {
    const store = await emptyStore(pool)
    const { open, again, answer } = verbs({ store, advance: () => {} })
    await open('first')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 24 * HOUR })
    try {
      const waiting = await again('first', 'second')
      expect(waiting).toMatchObject({ outcome: 'waiting' })
      const { retryAfterMs } = waiting as { retryAfterMs: number }
      expect(retryAfterMs).toBeGreaterThan(0)
      expect(retryAfterMs).toBeLessThanOrEqual(30_000)
      vi.setSystemTime(Date.now() - 48 * HOUR)
      expect(await answer('first')).toEqual({ outcome: 'accepted' })
      await open('short', { ttlMs: 1 })
      await pool.query('SELECT pg_sleep(0.002)')
      expect(await answer('short')).toEqual({ outcome: 'unknown' })
    } finally {
      vi.useRealTimers()
    }
  })

  test('time goes on while a request waits for a lock', async () => {
    const { schema, open, answer, advance } = await clockedVerbs(pool)
    await open('first')
    const unlock = await lock(schema)
    const answered = answer('first')
    await untilWaiting(1)
    await advance(10 * MINUTE)
    await unlock()
    expect(await answered).toEqual({ outcome: 'unknown' })
  })

  test('so does the database’s own clock', async () => {
    const store = await emptyStore(pool)
    const { open, answer } = verbs({ store, advance: () => {} })
    await open('first', { ttlMs: 300 })
    const unlock = await lock(store.schema)
    const answered = answer('first')
    await untilWaiting(1)
    await pool.query('SELECT pg_sleep(0.3)')
    await unlock()
    expect(await answered).toEqual({ outcome: 'unknown' })
  })

  test('what is refused waits for no lock and begins no transaction that writes', async () => {
    const { schema, open, again, guess, answer, failures } = await clockedVerbs(pool)
    for (let i = 0; i < 5; i += 1) await open(`${i}`)
    for (let i = 0; i < 5; i += 1) await guess('0')
    await guess('1') // found stale
    const unlock = await lock(schema)
    const before = await nextTransaction()
    expect(await open('sixth')).toMatchObject({ outcome: 'limited' })
    expect(await again('2', 'new', { failuresBelow: EIGHT_DIGITS })).toMatchObject({
      outcome: 'waiting',
    })
    expect(await guess('never was')).toEqual({ outcome: 'unknown' })
    expect(await guess('0', { address: 'nobody' })).toEqual({ outcome: 'unknown' })
    expect(await guess('0')).toEqual({ outcome: 'spent' })
    expect(await answer('1')).toEqual({ outcome: 'stale' })
    expect(await nextTransaction()).toBe(before)
    await unlock()
    expect(await failures()).toBe(5)
  })

  /** Resolves once so many sessions wait for a lock. */
  async function untilWaiting(sessions: number) {
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`
    await until(async () => (await pool.query(waiting)).rowCount === sessions)
  }
})
