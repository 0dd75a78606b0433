import { setTimeout as wait } from 'node:timers/promises'
import { isSqliteError, numberIn, type SqliteDatabase } from './database.js'
import type { DatabaseFile } from './file.js'

/** Waits between two tries grow from one millisecond to this many, in milliseconds. */
const LONGEST_WAIT_MS = 20

/** What one call does. Both functions are synchronous, so no other code of the process runs in between. */
interface Work<Result> {
  /** Reads without a lock. Returns the answer if nothing has to be written. */
  readonly read?: () => Result | undefined
  /** Runs in a transaction that holds the only lock for writing. */
  readonly write: () => Result
}

/**
 * Runs each call as one transaction.
 *
 * Drivers of SQLite are synchronous: while SQLite waits for a lock, the process answers no request. So SQLite does
 * not wait at all, and the store waits between tries, in which the process goes on. A try that finds the file locked
 * has changed nothing, so that a guess is never counted or judged twice. No other error is tried again.
 */
export class Transactions {
  readonly #database: SqliteDatabase
  readonly #file: DatabaseFile

  constructor(database: SqliteDatabase, file: DatabaseFile) {
    this.#database = database
    this.#file = file
  }

  /** @throws the driver's error, and an Error if the file stays locked for longer than `limitMs` */
  async run<Result>(limitMs: number, work: Work<Result>): Promise<Result> {
    const giveUpAt = performance.now() + limitMs
    for (let waitMs = 1; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        return this.#withoutWaiting(() => work.read?.() ?? this.#transaction(work.write))
      } catch (err) {
        if (!isSqliteError(err, 'BUSY')) throw err
        if (performance.now() >= giveUpAt) throw locked(limitMs, err)
      }
      // A random part, so that processes do not collide again and again.
      await wait(waitMs * (0.5 + Math.random()))
    }
  }

  /** Runs a transaction that may fail without consequences. For use within {@link run}. */
  try(act: () => void): void {
    try {
      this.#transaction(act)
    } catch {
      // The file is locked, read-only or full. The next call tries again.
    }
  }

  /** The connection may be the application's, so its own time-out is restored. */
  #withoutWaiting<Result>(act: () => Result): Result {
    this.#file.expectInPlace()
    const timeoutMs = numberIn(this.#database.prepare('PRAGMA busy_timeout').get(), 'timeout')
    if (timeoutMs === 0) return act()
    this.#database.exec('PRAGMA busy_timeout = 0')
    try {
      return act()
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${timeoutMs}`)
    }
  }

  #transaction<Result>(act: () => Result): Result {
    // Fails inside a transaction of the application, which could undo a guess that was judged.
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = act()
      this.#database.exec('COMMIT')
      return result
    } catch (err) {
      this.#rollBack()
      throw err
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK')
    } catch {
      // SQLite has rolled back by itself, as on a full disk. The first error says more.
    }
  }
}

function locked(limitMs: number, cause: unknown): Error {
  return new Error(
    `SqliteStore: another connection has locked the database for more than ${limitMs} ms`,
    { cause },
  )
}
