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

/** Stops the clock of a schema. Returns the function that moves it forward. */
export async function stopTheClockOf(pool: PostgresPool, schema: string) {
  await pool.query(`CREATE TABLE ${schema}.test_clock (ms double precision)`)
  await pool.query(`INSERT INTO ${schema}.test_clock SELECT ${schema}.now_ms()`)
  await pool.query(`
    CREATE OR REPLACE FUNCTION ${schema}.now_ms() RETURNS double precision LANGUAGE sql VOLATILE
    AS 'SELECT ms FROM ${schema}.test_clock'`)
  return async (ms: number) => {
    await pool.query(`UPDATE ${schema}.test_clock SET ms = ms + $1`, [ms])
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
