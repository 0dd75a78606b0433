import { PostgresStore } from 'passport-email-otp/postgres'
import type pg from 'pg'
import { expect, test } from 'vitest'
import { describeWithPostgres, until, usePostgres } from '../helpers/postgres-server.js'
import { EIGHT_DIGITS, HOUR, MINUTE, verbs } from './contract/verbs.js'
import { clockedVerbs, emptyStore, rowsIn } from './postgres-store.js'

describeWithPostgres('rows in PostgreSQL', () => {
  const postgres = usePostgres({ max: 30 })

  const AMPLE = { key: 'ample', burst: 1_000, refillMs: 1 }

  const count = (schema: string) => rowsIn(postgres.pool, schema)

  test('deletes expired rows, and keeps those that still count', async () => {
    const { schema, open, addFailures, failures, advance } = await clockedVerbs(postgres.pool)
    for (let i = 0; i < 20; i += 1) await open(`${i}`, { address: `${i}` })
    await addFailures(1)
    expect(await count(schema)).toEqual({ addresses: 21, challenges: 20 })
    await advance(10 * MINUTE)
    for (let i = 0; i < 11; i += 1) await open(`later ${i}`, { address: 'bob', budget: AMPLE })
    expect(await count(schema)).toEqual({ addresses: 22, challenges: 11 })
    await advance(48 * HOUR)
    for (let i = 0; i < 11; i += 1) await open(`last ${i}`, { address: 'carol', budget: AMPLE })
    expect(await count(schema)).toEqual({ addresses: 2, challenges: 11 })
    expect(await failures()).toBe(1)
  })

  test('runs into no deadlock when requests clear rows and erase addresses concurrently', async () => {
    const { store, schema, open, guess, verify, advance } = await clockedVerbs(postgres.pool)
    const addresses = Array.from({ length: 15 }, (_, i) => `address ${i}`)
    for (let round = 0; round < 8; round += 1) {
      const asked = addresses.flatMap((address, i) => [
        open(`${round}`, { address }),
        open(`${round} too`, { address: addresses[14 - i] ?? address }),
        guess(`${round}`, { address }),
        verify(`${round} too`, { address }),
        store.forget({ address: addresses[(i + round) % 15] ?? address }),
      ])
      await Promise.all([...asked, advance(32 * 24 * HOUR)])
    }
    expect((await count(schema)).challenges).toBeLessThanOrEqual(60)
    const deadlocks =
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()'
    expect((await postgres.pool.query(deadlocks)).rows).toEqual([{ deadlocks: 0 }])
  })

  test('uses an index for every statement, even with plans made for empty tables', async () => {
    /** Runs queries in a session of its own. The server's statistics are complete after the session has ended. */
    const inOneSession = async <Result>(run: (own: pg.Pool) => Promise<Result>) => {
      const own = postgres.server.pool({ max: 1, application_name: 'counted' })
      const result = await run(own)
      await own.end()
      const session = `SELECT FROM pg_stat_activity WHERE application_name = 'counted'`
      await until(async () => (await postgres.pool.query(session)).rowCount === 0)
      return result
    }
    const scans = async () => {
      const { rows } = await postgres.pool.query(
        `SELECT sum(seq_scan)::int AS whole, sum(idx_scan)::int AS part
          FROM pg_stat_user_tables WHERE schemaname = $1`,
        [schema],
      )
      return rows[0]
    }
    // The indexes are built by reading the whole tables.
    const { schema } = await inOneSession(emptyStore)
    await postgres.pool.query(`VACUUM ANALYZE ${schema}.addresses, ${schema}.challenges`)
    const before = await scans()
    await inOneSession(async (own) => {
      const store = new PostgresStore({ pool: own, schema })
      const { open, resend, guess, verify, cancel } = verbs({ store, advance: () => {} })
      for (let i = 0; i < 10; i += 1) {
        const changes = { address: `${i % 4}`, budget: AMPLE, failuresBelow: EIGHT_DIGITS }
        await open(`${i}`, { ...changes, ttlMs: i % 2 ? 1 : 10 * MINUTE })
        await guess(`${i}`, changes)
        await resend(`${i}`, 'new', { ...changes, spacingMs: 0 })
        await cancel(`${i}`, { ...changes, refund: 'whole' })
        await verify(`${i}`, changes)
        await store.forget(changes)
      }
      await own.query(`SELECT ${schema}.sweep()`)
    })
    const after = await scans()
    expect(after.whole - before.whole).toBe(0)
    expect(after.part).toBeGreaterThan(before.part)
  })
})
