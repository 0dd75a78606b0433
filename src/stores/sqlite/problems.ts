import { isSqliteError, numberIn, type SqliteDatabase } from './database.js'
import type { DatabaseFile } from './file.js'
import { installedVersion, journalMode } from './migrate.js'
import { SCHEMA_VERSION, type TableNames } from './schema.js'

export const FULL = 'The disk or the database is full: make room.'
export const READ_ONLY =
  'The database is read-only: let the process write to the file and to its folder.'

/**
 * The problems that an operator has to fix, each as a sentence.
 *
 * @param write changes the tables as a call does: only a change shows a full disk and a read-only file
 */
export async function sqliteProblems(
  database: SqliteDatabase,
  file: DatabaseFile,
  names: TableNames,
  write: () => Promise<unknown>,
): Promise<readonly string[]> {
  if (file.isReplaced()) {
    return [`The file ${file.path} was replaced or deleted: restart the processes that use it.`]
  }
  const version = installedVersion(database, names)
  if (version === 0) {
    return [`The table ${names.state} does not exist: call store.migrate().`]
  }
  if (version !== SCHEMA_VERSION) {
    const remedy =
      version < SCHEMA_VERSION
        ? 'call store.migrate()'
        : 'a newer passport-email-otp has created them; update the package here'
    return [`The tables have version ${version}, not ${SCHEMA_VERSION}: ${remedy}.`]
  }
  return [...settingProblems(database), ...(await writeProblems(write))]
}

function* settingProblems(database: SqliteDatabase) {
  const mode = journalMode(database)
  if (mode !== 'wal' && mode !== 'memory') {
    yield `The journal mode of the file is "${mode}", in which readers and writers block each other: ` +
      'call store.migrate() while no other connection is open.'
  }
  if (numberIn(database.prepare('PRAGMA synchronous').get(), 'synchronous') === 0) {
    yield 'PRAGMA synchronous is OFF, so a power failure can destroy the file: set it to NORMAL or FULL.'
  }
}

async function writeProblems(write: () => Promise<unknown>): Promise<readonly string[]> {
  try {
    await write()
    return []
  } catch (err) {
    if (isSqliteError(err, 'FULL')) return [FULL]
    if (isSqliteError(err, 'READONLY')) return [READ_ONLY]
    throw err
  }
}
