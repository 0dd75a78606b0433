import { type PostgresPool, PostgresStore } from 'passport-email-otp/postgres'
import { verbs } from './contract/verbs.js'

let schemas = 0

/** An empty store in a new schema. */
export async function emptyStore(pool: PostgresPool): Promise<PostgresStore & { schema: string }> {
  const schema = `test_${schemas++}`
  const store = new PostgresStore({ pool, schema })
  await store.migrate()
  return Object.assign(store, { schema })
}

/** How many rows a store has. */
export async function rowsIn(pool: PostgresPool, schema: string) {
  const { rows } = await pool.query(`SELECT
    (SELECT count(*)::int FROM ${schema}.addresses) AS addresses,
    (SELECT count(*)::int FROM ${schema}.challenges) AS challenges`)
  return rows[0] as { addresses: number; challenges: number }
}

/**
 * Stops the clock of a schema. Returns the function that moves it forward. A sequence, because a query on a table
 * would be compiled each time: the functions that ask for the time run with enable_seqscan off.
 */
export async function stopTheClockOf(pool: PostgresPool, schema: string) {
  const clock = `'${schema}.test_clock'`
  await pool.query(`CREATE SEQUENCE ${schema}.test_clock`)
  await pool.query(`SELECT setval(${clock}, ${schema}.now_ms()::bigint)`)
  await pool.query(`
    CREATE OR REPLACE FUNCTION ${schema}.now_ms() RETURNS double precision LANGUAGE sql VOLATILE
    AS $$ SELECT pg_catalog.pg_sequence_last_value(${clock})::double precision $$`)
  return async (ms: number) => {
    await pool.query(`SELECT setval(${clock}, pg_sequence_last_value(${clock}) + $1)`, [ms])
  }
}

export type ClockedStore = Awaited<ReturnType<Awaited<ReturnType<typeof clockedStores>>>>

/** Makes every insertion and update in the tables of a schema fail as on a full disk. Returns the undo. */
export async function fillTheDiskOf(pool: PostgresPool, schema: string) {
  await pool.query(`
    CREATE OR REPLACE FUNCTION ${schema}.test_fail() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$`)
  for (const table of ['addresses', 'challenges']) {
    await pool.query(`CREATE TRIGGER test_fail BEFORE INSERT OR UPDATE ON ${schema}.${table}
      FOR EACH ROW EXECUTE FUNCTION ${schema}.test_fail()`)
  }
  return async () => void (await pool.query(`DROP FUNCTION ${schema}.test_fail CASCADE`))
}

/** Returns a function that makes an empty store whose clock stands still. All stores use one schema. */
export async function clockedStores(pool: PostgresPool) {
  const store = await emptyStore(pool)
  const advance = await stopTheClockOf(pool, store.schema)
  const evict = async () => void (await pool.query(`DELETE FROM ${store.schema}.challenges`))
  return async () => {
    await evict()
    await pool.query(`DELETE FROM ${store.schema}.addresses`)
    let close = async () => {}
    const failWrites = async () => {
      close = await fillTheDiskOf(pool, store.schema)
    }
    return { store, advance, evict, failWrites, close: () => close() }
  }
}

/** The verbs of an empty store whose clock stands still. */
export async function clockedVerbs(pool: PostgresPool) {
  const store = await emptyStore(pool)
  const advance = await stopTheClockOf(pool, store.schema)
  return { store, schema: store.schema, ...verbs({ store, advance }) }
}
