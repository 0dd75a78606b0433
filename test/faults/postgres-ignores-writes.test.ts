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

  test.each(['UPDATE ON addresses', 'UPDATE ON challenges', 'DELETE ON challenges'])(
    'accepts no right code while a trigger ignores each %s',
    async (event) => {
      const { pool, schema, open, guess, verify } = counting
      await open('first')
      const [verb, table] = event.split(' ON ')
      await pool.query(
        `CREATE TRIGGER ignored BEFORE ${verb} ON ${schema}.${table} FOR EACH ROW EXECUTE FUNCTION ignore()`,
      )
      await expect(verify('first')).rejects.toThrow()
      // A wrong guess is counted, or it is an error too. It deletes nothing.
      if (verb === 'UPDATE') await expect(guess('first')).rejects.toThrow()
      else expect(await guess('first')).toMatchObject({ outcome: 'wrong', failures: 1 })
      await pool.query(`DROP TRIGGER ignored ON ${schema}.${table}`)
      expect(await verify('first')).toMatchObject({ outcome: 'accepted' })
    },
  )

  test('opens no challenge while a trigger ignores each UPDATE ON addresses', async () => {
    const { pool, schema, open } = counting
    await pool.query(
      `CREATE TRIGGER ignored BEFORE UPDATE ON ${schema}.addresses FOR EACH ROW EXECUTE FUNCTION ignore()`,
    )
    await expect(open('first')).rejects.toThrow()
    await pool.query(`DROP TRIGGER ignored ON ${schema}.addresses`)
    expect(await open('first')).toMatchObject({ outcome: 'opened' })
  })

  test('ends where a row of an address can neither be locked nor created', async () => {
    const { pool, schema, open } = counting
    await pool.query(
      `CREATE TRIGGER ignored BEFORE INSERT ON ${schema}.addresses FOR EACH ROW EXECUTE FUNCTION ignore()`,
    )
    await expect(open('first')).rejects.toThrow()
    await pool.query(`DROP TRIGGER ignored ON ${schema}.addresses`)
  })
})
