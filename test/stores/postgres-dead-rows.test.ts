import { expect, test } from 'vitest'
import { describeWithPostgres, usePostgres } from '../helpers/postgres-server.js'
import { DAY, HOUR, MINUTE, SECOND } from './contract/verbs.js'
import { clockedVerbs, rowsIn } from './postgres-store.js'

const PAUSE = 3 * MINUTE

describeWithPostgres('rows that PostgreSQL has deleted', () => {
  const postgres = usePostgres()

  const count = (schema: string) => rowsIn(postgres.pool, schema)

  test('do not slow down requests while an old transaction keeps them', {
    timeout: 180_000,
  }, async () => {
    const { schema } = await clockedVerbs(postgres.pool)
    const own = postgres.server.pool({ max: 1 })
    const open = (address: string) => `${schema}.open(${address}, 'challenge', NULL, NULL,
      ${10 * MINUTE}, ${2 * MINUTE}, 5, ${30 * SECOND}, 'budget', 5, ${90 * MINUTE})`
    const advance = `setval('${schema}.test_clock', pg_sequence_last_value('${schema}.test_clock') + ${PAUSE})`
    /** Opens for so many new addresses, each in a transaction. */
    const openMany = (prefix: string, number: number) =>
      own.query(`DO $$ BEGIN
        FOR i IN 1..${number} LOOP
          PERFORM ${advance};
          PERFORM ${open(`'${prefix} ' || i`)};
          COMMIT;
        END LOOP;
      END $$`)
    /** Returns the most blocks that one of several requests has visited, in tables and indexes. */
    const blocksVisited = async (prefix: string) => {
      const visited: number[] = []
      for (let i = 0; i < 20; i += 1) {
        await own.query(`SELECT ${advance}`)
        const explain = 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM'
        const { rows } = await own.query(`${explain} ${open(`'${prefix} ${i}'`)}`)
        const [{ Plan: plan }] = rows[0]['QUERY PLAN']
        visited.push(plan['Shared Hit Blocks'] + plan['Shared Read Blocks'])
      }
      return Math.max(...visited)
    }

    await openMany('first', 500)
    const reader = postgres.server.pool({ max: 1, idleTimeoutMillis: 0 })
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await reader.query(`SELECT count(*) FROM ${schema}.challenges`)
    const before = await blocksVisited('before')
    // In ten days, so that addresses expire too.
    await openMany('later', 5_000)
    const after = await blocksVisited('after')
    await reader.query('COMMIT')
    const left = await count(schema)
    expect(left.challenges).toBeLessThan(100)
    expect(left.addresses).toBeLessThan(2 * (DAY / PAUSE) + 100)
    expect(after).toBeLessThan(before + 30)
  })

  test('are followed by others after the clock was set back by a day', async () => {
    const { schema, open, advance } = await clockedVerbs(postgres.pool)
    const openMany = async (prefix: string, number: number) => {
      for (let i = 0; i < number; i += 1) await open(`${i}`, { address: `${prefix} ${i}` })
    }
    await openMany('before', 5)
    await advance(2 * DAY)
    await openMany('pruning', 6)
    expect(await count(schema)).toEqual({ addresses: 6, challenges: 6 })
    await advance(-DAY)
    await openMany('after', 5)
    await advance(10 * MINUTE)
    await openMany('pruning again', 6)
    expect(await count(schema)).toEqual({ addresses: 17, challenges: 12 })
    await advance(4 * DAY)
    await openMany('last', 12)
    expect(await count(schema)).toEqual({ addresses: 12, challenges: 12 })
  })

  test('are deleted with their address if the transaction that deleted them was rolled back', async () => {
    const { schema, open, advance } = await clockedVerbs(postgres.pool)
    await open('hers')
    await advance(HOUR)
    await rollBackAPruning(schema)
    await open('second', { address: 'bob' })
    expect(await count(schema)).toEqual({ addresses: 2, challenges: 2 })
    await advance(2 * DAY)
    for (let i = 0; i < 3; i += 1) await open(`${i}`, { address: 'carol' })
    expect(await count(schema)).toEqual({ addresses: 1, challenges: 3 })
  })

  test('are deleted by migrate() if the transaction that deleted them was rolled back', async () => {
    const { store, schema, open, advance } = await clockedVerbs(postgres.pool)
    for (let i = 0; i < 3; i += 1) {
      await open(`${i}`, { address: `${i}` })
      await advance(1)
    }
    await advance(3 * DAY)
    await rollBackAPruning(schema)
    await open('second', { address: 'bob' })
    // The last challenge of the failed transaction is tried again.
    expect(await count(schema)).toEqual({ addresses: 3, challenges: 2 })
    await store.migrate()
    expect(await count(schema)).toEqual({ addresses: 1, challenges: 1 })
  })

  /** Has the expired rows deleted by a transaction that fails then. */
  async function rollBackAPruning(schema: string): Promise<void> {
    const client = await postgres.pool.connect()
    await client.query('BEGIN')
    await client.query(`SELECT ${schema}.prune(${schema}.now_ms())`)
    await client.query('ROLLBACK')
    client.release()
  }
})
