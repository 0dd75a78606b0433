import { numberIn, type SqliteDatabase, textIn } from './database.js'
import { SCHEMA_VERSION, schemaSql, type TableNames } from './schema.js'
import type { Transactions } from './transactions.js'

/** Processes that start at the same time wait for each other. No request waits yet. */
const LIMIT_MS = 10_000

/** Creates the tables, or updates older ones. @throws the driver's error, also if a newer version created them */
export async function migrate(
  database: SqliteDatabase,
  transactions: Transactions,
  names: TableNames,
): Promise<void> {
  const isCurrent = () => {
    const version = installedVersion(database, names)
    if (version > SCHEMA_VERSION) {
      throw new Error(
        `SqliteStore: the tables have version ${version}, made by a newer passport-email-otp than this one, ` +
          `which knows versions up to ${SCHEMA_VERSION}. Update the package wherever it uses this file`,
      )
    }
    return version === SCHEMA_VERSION || undefined
  }
  await transactions.run(LIMIT_MS, {
    // Not inside a transaction: SQLite changes the mode only outside of one.
    read: () => {
      if (journalMode(database) === 'delete') database.prepare('PRAGMA journal_mode = WAL').get()
      return isCurrent()
    },
    write: () => {
      if (!isCurrent()) database.exec(schemaSql(names))
      return true
    },
  })
}

/**
 * The journal mode. In `wal`, a reader and a writer do not block each other. The file keeps the mode. A database in
 * memory has `memory`.
 */
export function journalMode(database: SqliteDatabase): string {
  return textIn(database.prepare('PRAGMA journal_mode').get(), 'journal_mode')
}

/** The version of the tables, or 0 without any. */
export function installedVersion(database: SqliteDatabase, { state }: TableNames): number {
  const exists = `SELECT count(*) AS tables FROM sqlite_schema WHERE type = 'table' AND name = '${state}'`
  if (numberIn(database.prepare(exists).get(), 'tables') === 0) return 0
  return numberIn(database.prepare(`SELECT version FROM ${state}`).get(), 'version')
}
