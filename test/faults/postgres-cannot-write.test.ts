import { PostgresStore } from 'passport-email-otp/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { expectNamed } from '../helpers/rejects-option.js'
import { KNOWN_BROWSER } from '../stores/contract/verbs.js'
import { type Counting, startCounting, TABLES } from './postgres-counting.js'

describeWithPostgres('PostgresStore on a PostgreSQL that cannot write', () => {
  let server: PostgresServer
  let counting: Counting
  beforeAll(async () => {
    server = await startPostgres()
    counting = await startCounting(server)
    await counting.pool.query(
      'CREATE FUNCTION ignore() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    )
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
      const problems = await limited.check()
      expect(problems).toHaveLength(1)
      expectNamed(problems.join(), `"${role}"`, `${schema}.${table}`, privilege)
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

  describe('whose writes are ignored without an error', () => {
    /** Ignores a change without an error, as a trigger, a rule or a policy can, and returns what ends that. */
    async function ignore(
      change: string,
      table: string,
      condition = '',
    ): Promise<() => Promise<unknown>> {
      const { pool, schema } = counting
      await pool.query(
        `CREATE TRIGGER ignored BEFORE ${change} ON ${schema}.${table} FOR EACH ROW ${condition} EXECUTE FUNCTION ignore()`,
      )
      return () => pool.query(`DROP TRIGGER ignored ON ${schema}.${table}`)
    }

    test.each([
      ['addresses', ''],
      ['challenges', ''],
      // The last write of an accepted code, which a wrong one does not make.
      ['challenges', 'WHEN (NEW.attempts_left < 0)'],
    ])(
      'accepts no right code while a trigger ignores each UPDATE on %s %s',
      async (table, condition) => {
        const { open, guess, verify } = counting
        await open('first')
        const end = await ignore('UPDATE', table, condition)
        await expect(verify('first')).rejects.toThrow()
        // A wrong guess is counted, or it is an error too.
        if (condition === '') await expect(guess('first')).rejects.toThrow()
        else expect(await guess('first')).toMatchObject({ outcome: 'wrong', failures: 1 })
        await end()
        expect(await verify('first')).toMatchObject({ outcome: 'accepted' })
      },
    )

    test('sends no free mail while a trigger ignores that the short code is replaced', async () => {
      const { open, resend, addFailures } = counting
      await open('first')
      await addFailures(5)
      const end = await ignore('UPDATE', 'challenges')
      await expect(resend('first', 'second')).rejects.toThrow()
      await end()
      expect(await resend('first', 'second')).toEqual({ outcome: 'opened', failures: 5 })
    })

    test('opens no challenge while a trigger ignores each UPDATE on addresses', async () => {
      const { open } = counting
      const end = await ignore('UPDATE', 'addresses')
      await expect(open('first')).rejects.toThrow()
      await end()
      expect(await open('first')).toMatchObject({ outcome: 'opened' })
    })

    test('ends where a row of an address can neither be locked nor created', async () => {
      const { open } = counting
      const end = await ignore('INSERT', 'addresses')
      await expect(open('first')).rejects.toThrow()
      await end()
    })
  })
})
