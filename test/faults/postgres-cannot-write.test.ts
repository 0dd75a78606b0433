import { PostgresStore } from 'passport-email-otp/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { KNOWN_BROWSER } from '../stores/contract/verbs.js'
import { type Counting, startCounting, TABLES } from './postgres-counting.js'

describeWithPostgres('PostgresStore on a PostgreSQL that cannot write', () => {
  let server: PostgresServer
  let counting: Counting
  beforeAll(async () => {
    server = await startPostgres()
    counting = await startCounting(server)
  })
  beforeEach(() => counting.empty())
  afterAll(() => server?.stop())

  describe('accepts no right code where a wrong one is not counted', () => {
    const PRIVILEGES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
    test.each(
      TABLES.flatMap((table) => PRIVILEGES.map((privilege) => [privilege, table] as const)),
    )('when the role has lost %s on %s', async (privilege, table) => {
      const role = `no_${privilege}_${table}`.toLowerCase()
      const { pool, schema } = counting
      await pool.query(`
          CREATE ROLE ${role} LOGIN;
          GRANT USAGE ON SCHEMA ${schema} TO ${role};
          GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};
          GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role};
          REVOKE ${privilege} ON ${schema}.${table} FROM ${role}`)
      await counting.open('first', { budget: KNOWN_BROWSER })
      const limited = new PostgresStore({ pool: server.pool({ user: role }), schema })
      const found = await counting.expectCountedOrRejected(0, limited, role)
      expect(found.isCounted).toBe(['INSERT', 'DELETE'].includes(privilege))
      await found.expectWorking()
      expect(await limited.check()).toEqual([
        `The role "${role}" lacks a privilege on ${schema}.${table} (${privilege}): grant it.`,
      ])
    })

    test('when transactions are read-only by default', async () => {
      const { schema } = counting
      const options = '-c default_transaction_read_only=on'
      const readOnly = new PostgresStore({ pool: server.pool({ options }), schema })
      await counting.open('first', { budget: KNOWN_BROWSER })
      const found = await counting.expectCountedOrRejected(0, readOnly, 'read-only')
      expect(found.isCounted).toBe(false)
      await found.expectWorking()
    })

    test.each([
      ['statement_timeout', 'addresses'],
      ['lock_timeout', 'addresses'],
      ['statement_timeout', 'challenges'],
      ['lock_timeout', 'challenges'],
    ])('when %s ends the wait for a lock on %s', async (setting, table) => {
      const { pool, schema } = counting
      const hasty = new PostgresStore({
        pool: server.pool({ options: `-c ${setting}=100` }),
        schema,
      })
      await counting.open('first', { budget: KNOWN_BROWSER })
      const other = await pool.connect()
      await other.query('BEGIN')
      await other.query(`SELECT FROM ${schema}.${table} FOR UPDATE`)
      const found = await counting.expectCountedOrRejected(0, hasty, setting).finally(async () => {
        await other.query('COMMIT')
        other.release()
      })
      expect(found.isCounted).toBe(false)
      await found.expectWorking()
    })
  })
})
