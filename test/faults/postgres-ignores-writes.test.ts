import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { type Counting, startCounting } from './postgres-counting.js'

describeWithPostgres('PostgresStore whose writes are ignored without an error', () => {
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
