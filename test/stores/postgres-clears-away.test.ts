import { PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
  until,
} from '../helpers/postgres-server.js'
import { EIGHT_DIGITS, HOUR, MINUTE, verbs } from './contract/verbs.js'
import { clockedVerbs, emptyStore } from './postgres-store.js'

describeWithPostgres('what PostgreSQL keeps', () => {
  let server: PostgresServer
  let pool: pg.Pool
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool({ max: 30 })
  })
  afterAll(() => server?.stop())

  const AMPLE = { key: 'ample', burst: 1_000, refillMs: 1 }

  async function count(schema: string) {
    const rows = async (table: string) =>
      (await pool.query(`SELECT count(*)::int AS n FROM ${schema}.${table}`)).rows[0].n
    return { addresses: await rows('addresses'), challenges: await rows('challenges') }
  }

  test('unknown challenges leave no row', async () => {
    const { store, schema, guess, cancel } = await clockedVerbs(pool)
    for (let i = 0; i < 100; i += 1) await guess(`${i}`, { address: `${i}` })
    await cancel('never was', { refund: true })
    await store.forget({ address: 'alice' })
    expect(await count(schema)).toEqual({ addresses: 0, challenges: 0 })
  })

  test('what has expired is cleared away, and what still counts is not', async () => {
    const { schema, open, fail, failures, advance } = await clockedVerbs(pool)
    for (let i = 0; i < 20; i += 1) await open(`${i}`, { address: `${i}` })
    await fail(1)
    expect(await count(schema)).toEqual({ addresses: 21, challenges: 20 })
    await advance(10 * MINUTE)
    for (let i = 0; i < 11; i += 1) await open(`later ${i}`, { address: 'bob', budget: AMPLE })
    expect(await count(schema)).toEqual({ addresses: 22, challenges: 11 })
    await advance(48 * HOUR)
    for (let i = 0; i < 11; i += 1) await open(`last ${i}`, { address: 'carol', budget: AMPLE })
    expect(await count(schema)).toEqual({ addresses: 2, challenges: 11 })
    expect(await failures()).toBe(1)
  })

  test('what is known of an address stays until its sends have refilled', async () => {
    const { open, fullAgainIn, advance } = await clockedVerbs(pool)
    const slow = { budget: { ...AMPLE, refillMs: 10 * 24 * HOUR } }
    await open('first', slow)
    await advance(3 * 24 * HOUR)
    await open('other', { address: 'bob' })
    expect(await fullAgainIn(slow)).toBe(7 * 24 * HOUR)
  })

  test('clearing away, forgetting and asking at once never lock each other out', async () => {
    const { store, schema, open, guess, answer, advance } = await clockedVerbs(pool)
    const addresses = Array.from({ length: 15 }, (_, i) => `address ${i}`)
    for (let round = 0; round < 8; round += 1) {
      const asked = addresses.flatMap((address, i) => [
        open(`${round}`, { address }),
        open(`${round} too`, { address: addresses[14 - i] ?? address }),
        guess(`${round}`, { address }),
        answer(`${round} too`, { address }),
        store.forget({ address: addresses[(i + round) % 15] ?? address }),
      ])
      await Promise.all([...asked, advance(32 * 24 * HOUR)])
    }
    expect((await count(schema)).challenges).toBeLessThanOrEqual(60)
    const deadlocks =
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()'
    expect((await pool.query(deadlocks)).rows).toEqual([{ deadlocks: 0 }])
  })

  test('no verb ever reads a whole table, though its plans were made while they were empty', async () => {
    const { schema } = await emptyStore(pool)
    await pool.query(`VACUUM ANALYZE ${schema}.addresses, ${schema}.challenges`)
    const own = server.pool({ max: 1, application_name: schema })
    const store = new PostgresStore({ pool: own, schema })
    const { open, again, guess, answer, cancel } = verbs({ store, advance: () => {} })
    for (let i = 0; i < 10; i += 1) {
      const changes = { address: `${i % 4}`, budget: AMPLE, failuresBelow: EIGHT_DIGITS }
      await open(`${i}`, { ...changes, ttlMs: i % 2 ? 1 : 10 * MINUTE })
      await guess(`${i}`, changes)
      await again(`${i}`, 'new', { ...changes, spacingMs: 0 })
      await cancel(`${i}`, { ...changes, refund: true })
      await answer(`${i}`, changes)
      await store.forget(changes)
    }
    await own.end() // its counts are complete when its session is gone
    const session = 'SELECT FROM pg_stat_activity WHERE application_name = $1'
    await until(async () => (await pool.query(session, [schema])).rowCount === 0)
    const scans = `SELECT sum(seq_scan)::int AS whole, sum(idx_scan)::int > 0 AS any
      FROM pg_stat_user_tables WHERE schemaname = $1`
    expect((await pool.query(scans, [schema])).rows).toEqual([{ whole: 0, any: true }])
  })
})
