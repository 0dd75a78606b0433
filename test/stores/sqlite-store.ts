import { join } from 'node:path'
import { SqliteStore, type SqliteStoreOptions } from 'passport-email-otp/sqlite'
import { onTestFinished, vi } from 'vitest'
import { DEFAULT_PREFIX } from '../../src/stores/sqlite/schema.js'
import { type Connection, newFolder, type SqliteDriver } from '../helpers/sqlite.js'
import { verbs } from './contract/verbs.js'

export const ADDRESSES = `${DEFAULT_PREFIX}addresses`
export const CHALLENGES = `${DEFAULT_PREFIX}challenges`
export const STATE = `${DEFAULT_PREFIX}state`

/** An empty store on a new file, with its connection. */
export async function emptyStore(
  driver: SqliteDriver,
  { folder = newFolder(), ...options }: Partial<SqliteStoreOptions> & { folder?: string } = {},
) {
  const file = join(folder, 'data.db')
  const database = driver.open(file)
  const store = new SqliteStore({ database, ...options })
  await store.migrate()
  return { file, database, store, close: () => database.close() }
}

/** An empty store that closes with the test, and its verbs. */
export async function openStore(driver: SqliteDriver) {
  const made = await emptyStore(driver)
  onTestFinished(made.close)
  return { ...made, ...verbs({ store: made.store, advance: () => {} }) }
}

/** Another store on a file, over a connection of its own that closes with the test. */
export function openAgain(
  driver: SqliteDriver,
  file: string,
  options?: Parameters<SqliteDriver['open']>[1],
) {
  const database = driver.open(file, options)
  onTestFinished(() => database.close())
  const store = new SqliteStore({ database })
  return { database, store, ...verbs({ store, advance: () => {} }) }
}

/** Empties the tables of a database for another store. Its time begins again. */
export function emptied({ database }: { database: Connection }): SqliteStore {
  database.exec(`
    DELETE FROM ${CHALLENGES};
    DELETE FROM ${ADDRESSES};
    UPDATE ${STATE} SET clock_ms = 0;`)
  return new SqliteStore({ database })
}

/** Stops the system clock and the monotonic one until the test ends: the store reads both. Returns what moves them. */
export function stopBothClocks(start: number | string = '2030-01-01T00:00:00Z') {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: new Date(start) })
  onTestFinished(() => void vi.useRealTimers())
  return {
    advance: (ms: number) => void vi.advanceTimersByTime(ms),
    /** Sets the system clock, as an operator does. The monotonic one goes on. */
    setSystemClock: (instant: number) => void vi.setSystemTime(instant),
  }
}

/** All rows of addresses and challenges. */
export function rowsOf(database: Connection): unknown[] {
  return [ADDRESSES, CHALLENGES].map((table) => {
    const names = `SELECT group_concat(name) AS names FROM pragma_table_info('${table}')`
    const { names: columns } = database.prepare(names).get() as { names: string }
    return database
      .prepare(`SELECT json_group_array(json_array(${columns})) AS rows FROM ${table}`)
      .get()
  })
}
