import { PostgresStore } from 'passport-email-otp/postgres'
import { expect, test } from 'vitest'
import { describeWithPostgres, until, usePostgres } from '../helpers/postgres-server.js'
import { EIGHT_DIGITS, verbs } from './contract/verbs.js'
import { clockedVerbs, emptyStore } from './postgres-store.js'
import { countOf } from './races.js'

describeWithPostgres('PostgresStore', () => {
  const postgres = usePostgres({ max: 30 })

  /** Locks the row of an address in another session. Returns the function that unlocks it. */
  async function lock(schema: string) {
    const other = await postgres.pool.connect()
    await other.query('BEGIN')
    await other.query(`SELECT FROM ${schema}.addresses WHERE address = 'alice' FOR UPDATE`)
    return async () => {
      await other.query('COMMIT')
      other.release()
    }
  }
  test('reads the time after a request has waited for a lock', async () => {
    const store = await emptyStore(postgres.pool)
    const { open, verify } = verbs({ store, advance: () => {} })
    await open('first', { ttlMs: 300 })
    const unlock = await lock(store.schema)
    const answered = verify('first')
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`
    await until(async () => (await postgres.pool.query(waiting)).rowCount === 1)
    await postgres.pool.query('SELECT pg_sleep(0.3)')
    await unlock()
    expect(await answered).toEqual({ outcome: 'unknown' })
  })

  test('refuses without waiting for a lock and without a write transaction', async () => {
    const { schema, open, resend, guess, verify, failures } = await clockedVerbs(postgres.pool)
    for (let i = 0; i < 5; i += 1) await open(`${i}`)
    for (let i = 0; i < 5; i += 1) await guess('0')
    await guess('1') // makes it stale
    const unlock = await lock(schema)
    const next = 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next'
    const { rows: before } = await postgres.pool.query(next)
    expect(await open('sixth')).toMatchObject({ outcome: 'limited' })
    expect(await resend('2', 'new', { failuresBelow: EIGHT_DIGITS })).toMatchObject({
      outcome: 'waiting',
    })
    expect(await guess('never was')).toEqual({ outcome: 'unknown' })
    expect(await guess('0', { address: 'carol' })).toEqual({ outcome: 'unknown' })
    expect(await guess('0')).toEqual({ outcome: 'spent' })
    expect(await verify('1')).toEqual({ outcome: 'stale' })
    expect((await postgres.pool.query(next)).rows).toEqual(before)
    await unlock()
    expect(await failures()).toBe(5)
  })

  test.each(['repeatable read', 'serializable'])(
    'fails some concurrent requests under %s, and miscounts none',
    async (isolation) => {
      const { schema, open, failures } = await clockedVerbs(postgres.pool)
      const role = isolation.replace(' ', '_')
      await postgres.pool.query(`CREATE ROLE ${role} LOGIN SUPERUSER`)
      await postgres.pool.query(
        `ALTER ROLE ${role} SET default_transaction_isolation = '${isolation}'`,
      )
      const pool = postgres.server.pool({ user: role, max: 20 })
      const strict = verbs({ store: new PostgresStore({ pool, schema }), advance: () => {} })
      await open('first')
      const guesses = await atOnce(100, () => strict.guess('first'))
      expect(guesses.wrong).toBeGreaterThan(0)
      expect(guesses.wrong).toBeLessThanOrEqual(5)
      expect(await failures()).toBe(guesses.wrong)
      await open('second')
      const signIns = await atOnce(50, () => strict.verify('second', { failuresBelow: 50 }))
      expect(signIns.accepted).toBe(1)
      const opened = await atOnce(40, (i) => strict.open(`${i}`, { address: 'bob' }))
      expect(opened.opened).toBeGreaterThan(0)
      expect(opened.opened).toBeLessThanOrEqual(5)
    },
  )
})

/** Makes so many calls, and counts their outcomes. Each of the others fails with a serialization_failure. */
async function atOnce(times: number, call: (i: number) => Promise<{ outcome: string }>) {
  const results = await Promise.allSettled(Array.from({ length: times }, (_, i) => call(i)))
  return countOf(
    results.flatMap((each) => {
      if (each.status === 'fulfilled') return each.value.outcome
      expect(each.reason.code).toBe('40001')
      return []
    }),
  )
}
