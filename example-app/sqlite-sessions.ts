import session, { type SessionData } from 'express-session'
import type { SqliteDatabase, SqliteStatement } from 'passport-email-otp/sqlite'

type Done<Value = void> = (err?: unknown, value?: Value | null) => void

/** A session whose cookie lives as long as the browser is kept for so long after its last request. */
const LIFETIME_MS = 24 * 60 * 60 * 1000

/** Keeps sessions in a table of an SQLite file, beside the challenges. */
export class SqliteSessions extends session.Store {
  readonly #find: SqliteStatement
  readonly #save: SqliteStatement
  readonly #prolong: SqliteStatement
  readonly #delete: SqliteStatement
  readonly #deleteExpired: SqliteStatement

  constructor(database: SqliteDatabase) {
    super()
    database.exec(`
      CREATE TABLE IF NOT EXISTS sessions (
        id TEXT PRIMARY KEY, session TEXT NOT NULL, expires_at INTEGER NOT NULL
      );
      CREATE INDEX IF NOT EXISTS sessions_expires_at ON sessions (expires_at)`)
    this.#find = database.prepare('SELECT session FROM sessions WHERE id = ? AND expires_at > ?')
    this.#save = database.prepare('INSERT OR REPLACE INTO sessions VALUES (?, ?, ?)')
    this.#prolong = database.prepare('UPDATE sessions SET expires_at = ? WHERE id = ?')
    this.#delete = database.prepare('DELETE FROM sessions WHERE id = ?')
    // Each new session deletes a few old ones, so that the store needs no timer.
    this.#deleteExpired = database.prepare(
      'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? LIMIT 5)',
    )
  }

  override get(id: string, done: Done<SessionData>): void {
    answer(done, () => {
      const row = this.#find.get(id, Date.now()) as { session: string } | undefined
      return row === undefined ? null : JSON.parse(row.session)
    })
  }

  override set(id: string, data: SessionData, done: Done = () => {}): void {
    answer(done, () => {
      this.#save.run(id, JSON.stringify(data), expiryOf(data))
      this.#deleteExpired.run(Date.now())
    })
  }

  override touch(id: string, data: SessionData, done: Done = () => {}): void {
    answer(done, () => {
      this.#prolong.run(expiryOf(data), id)
    })
  }

  override destroy(id: string, done: Done = () => {}): void {
    answer(done, () => {
      this.#delete.run(id)
    })
  }
}

function expiryOf({ cookie }: SessionData): number {
  return cookie.expires ? new Date(cookie.expires).getTime() : Date.now() + LIFETIME_MS
}

/** Calls back after this turn, as express-session expects it of every store. */
function answer<Value>(done: Done<Value>, run: () => Value): void {
  let result: [unknown] | [null, Value]
  try {
    result = [null, run()]
  } catch (err) {
    result = [err]
  }
  setImmediate(() => done(...result))
}
