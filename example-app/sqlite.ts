import { createRequire } from 'node:module'
import { type SqliteDatabase, SqliteStore } from 'passport-email-otp/sqlite'
import { ConfigError } from './config.js'
import { SqliteSessions } from './sqlite-sessions.js'
import { type Storage, tryOut } from './storage-server.js'

const VARIABLE = 'DATABASE_URL'

/** How long SQLite waits for another process that writes a session. The process answers nothing meanwhile. */
const SESSION_LOCK_TIMEOUT_MS = 250

interface Connection extends SqliteDatabase {
  close(): void
}
type OpenFile = new (file: string) => Connection

/**
 * Keeps challenges and sessions in one file, for several processes on this machine.
 *
 * @throws {ConfigError} that says what is wrong
 */
export async function openSqlite(url: string): Promise<Storage> {
  // sqlite:data.db, sqlite:./data.db, sqlite:/var/lib/app/data.db and sqlite:///var/lib/app/data.db
  const file = url.replace(/^sqlite:(?:\/\/(?=\/))?/, '')
  let database: Connection | undefined
  try {
    database = new (await driver())(file)
    database.exec(`PRAGMA busy_timeout = ${SESSION_LOCK_TIMEOUT_MS}`)
    const challengeStore = new SqliteStore({ database })
    await challengeStore.migrate()
    // With each commit on the disk, a power failure forgets no guess.
    database.exec('PRAGMA synchronous = FULL')
    const sessionStore = new SqliteSessions(database)
    await tryOut(sessionStore)
    const { close } = database
    return {
      name: `SQLite in ${file}`,
      variable: VARIABLE,
      challengeStore,
      sessionStore,
      close: async () => close.call(database),
    }
  } catch (err) {
    database?.close()
    const { message } = err as Error
    throw new ConfigError([`The file ${file} in ${VARIABLE} cannot be used: ${message}.`])
  }
}

/** Node.js 22.13 and newer have SQLite. On Node.js 20, "npm start" installs better-sqlite3 once it is needed. */
async function driver(): Promise<OpenFile> {
  if (process.getBuiltinModule('node:sqlite')) {
    const name = 'node:sqlite'
    return (await import(name)).DatabaseSync
  }
  // It has a folder and a lockfile of its own, so that "npm start" installs it only for this variable.
  const folder = import.meta.dirname.replace(/[\\/]dist$/, '')
  return createRequire(`${folder}/better-sqlite3/package.json`)('better-sqlite3')
}
