import { expect, test } from 'vitest'
import { describeWithPostgres, until, usePostgres } from '../helpers/postgres-server.js'
import { EIGHT_DIGITS, verbs } from './contract/verbs.js'
import { clockedVerbs, emptyStore } from './postgres-store.js'

describeWithPostgres('PostgresStore', () => {
  const postgres = usePostgres({ max: 30 })

  /** Locks the row of an address in another session. Returns the function that unlocks it. */
  async function lock(schema: string, address = 'alice') {
    const other = await postgres.pool.connect()
    await other.query('BEGIN')
    const row = `SELECT FROM ${schema}.addresses WHERE address = $1 FOR UPDATE`
    await other.query(row, [address])
    return async () => {
      await other.query('COMMIT')
      other.release()
    }
  }
  const nextTransaction = async () =>
    (await postgres.pool.query('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next'))
      .rows[0].next

  test('reads the time after a request has waited for a lock', async () => {
    const store = await emptyStore(postgres.pool)
    const { open, verify } = verbs({ store, advance: () => {} })
    await open('first', { ttlMs: 300 })
    const unlock = await lock(store.schema)
    const answered = verify('first')
    await untilWaiting(1)
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
    const before = await nextTransaction()
    expect(await open('sixth')).toMatchObject({ outcome: 'limited' })
    expect(await resend('2', 'new', { failuresBelow: EIGHT_DIGITS })).toMatchObject({
      outcome: 'waiting',
    })
    expect(await guess('never was')).toEqual({ outcome: 'unknown' })
    expect(await guess('0', { address: 'carol' })).toEqual({ outcome: 'unknown' })
    expect(await guess('0')).toEqual({ outcome: 'spent' })
    expect(await verify('1')).toEqual({ outcome: 'stale' })
    expect(await nextTransaction()).toBe(before)
    await unlock()
    expect(await failures()).toBe(5)
  })

  /** Resolves once so many sessions wait for a lock. */
  async function untilWaiting(sessions: number) {
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`
    await until(async () => (await postgres.pool.query(waiting)).rowCount === sessions)
  }
})
