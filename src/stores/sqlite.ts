import { checkNames, optionReader } from '../util/option-reader.js'
import { member } from '../util/own.js'
import { attempt, refuseAttempt } from './sqlite/attempt.js'
import { cancel } from './sqlite/cancel.js'
import { Clock } from './sqlite/clock.js'
import type { SqliteDatabase } from './sqlite/database.js'
import { DatabaseFile } from './sqlite/file.js'
import { migrate } from './sqlite/migrate.js'
import { open, refuseOpen } from './sqlite/open.js'
import { sqliteProblems } from './sqlite/problems.js'
import type { Found } from './sqlite/rows.js'
import { DEFAULT_PREFIX, type TableNames, tableNames } from './sqlite/schema.js'
import { Tables } from './sqlite/tables.js'
import { Transactions } from './sqlite/transactions.js'
import type {
  AttemptRequest,
  AttemptResult,
  CancelRequest,
  ChallengeStore,
  ForgetRequest,
  OpenRequest,
  OpenResult,
} from './store.js'

export type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite/database.js'

export interface SqliteStoreOptions {
  /**
   * An open connection: a `Database` of `better-sqlite3`, or a `DatabaseSync` of `node:sqlite` (Node.js 22.13 or newer).
   * The store neither opens nor closes it, and can share it with the application.
   *
   * Give the store a separate connection to the file if the application keeps a transaction open over an `await`, or an
   * `iterate()` of better-sqlite3: the store's calls reject meanwhile.
   * @range an open connection
   */
  readonly database: SqliteDatabase
  /**
   * The beginning of the names of its three tables.
   * @defaultValue `'passport_email_otp_'`
   * @range at most 40 lower-case ASCII letters, digits and `_`, not beginning with a digit or `sqlite_`
   */
  readonly prefix?: string | undefined
  /**
   * How long a call waits, in milliseconds, while another connection has locked the file. The process answers other
   * requests meanwhile. Keep it below the strategy's `storeTimeoutSeconds`, so that no guess is counted after its
   * request has failed.
   * @defaultValue `1500`
   * @range 0 to 60000
   */
  readonly lockTimeoutMs?: number | undefined
}

const LOCK_TIMEOUT_MS = { fallback: 1_500, min: 0, max: 60_000 }
const OPTIONS = ['database', 'prefix', 'lockTimeoutMs'] as const

/**
 * Keeps challenges in an SQLite file (SQLite 3.37 or newer), for any number of processes on one machine.
 *
 * Each method is one transaction, by the clock of the machine. Time never goes back: if the system clock is set back,
 * the store's time goes on from where it was. A call that fails is never repeated, because the guess may have been
 * counted already; a file that is locked is tried again, because nothing has happened then.
 *
 * Create the tables first, with {@link SqliteStore.migrate}.
 */
export class SqliteStore implements ChallengeStore {
  readonly #database: SqliteDatabase
  readonly #file: DatabaseFile
  readonly #names: TableNames
  readonly #tables: Tables
  readonly #transactions: Transactions
  readonly #lockTimeoutMs: number
  readonly #clock = new Clock()

  /** @throws TypeError for a missing, unknown or wrong option, and the driver's error for a closed database */
  constructor(options: SqliteStoreOptions) {
    checkNames('SqliteStore', options, OPTIONS)
    const read = optionReader('SqliteStore', options)
    const database = read.value('database')
    const isDatabase = ['exec', 'prepare'].every(
      (name) => typeof member(database, name) === 'function',
    )
    if (!isDatabase) {
      const expected = 'a Database of "better-sqlite3" or a DatabaseSync of "node:sqlite"'
      throw read.wrong('database', database, expected)
    }
    this.#database = options.database
    const prefix = read.text('prefix', DEFAULT_PREFIX)
    // It becomes part of SQL text.
    if (!/^(?!sqlite_)[a-z_][a-z0-9_]{0,39}$/.test(prefix)) {
      const expected =
        'lower-case ASCII letters, digits and "_", not beginning with a digit or "sqlite_", at most 40'
      throw read.wrong('prefix', prefix, expected)
    }
    this.#lockTimeoutMs = read.wholeNumber('lockTimeoutMs', LOCK_TIMEOUT_MS)
    this.#names = tableNames(prefix)
    this.#file = new DatabaseFile(this.#database)
    this.#tables = new Tables(this.#database, this.#names)
    this.#transactions = new Transactions(this.#database, this.#file)
  }

  /**
   * Creates the tables, or updates older ones, and sets the file to WAL mode, in which readers and a writer do not
   * block each other. Call it at every start, also from many processes at once. If the tables are up to date, it
   * writes nothing.
   *
   * @throws the driver's error, also if a newer version of this package has created the tables
   */
  async migrate(): Promise<void> {
    await migrate(this.#database, this.#transactions, this.#names)
  }

  async open(request: OpenRequest): Promise<OpenResult> {
    const { address, pending, challenge } = request
    return this.#call(
      () => this.#tables.find(address, pending?.challenge, challenge),
      (found, now) => refuseOpen(found, request, now),
      (found, now) => open(this.#tables, found, request, now),
    )
  }

  async attempt(request: AttemptRequest): Promise<AttemptResult> {
    return this.#call(
      () => this.#tables.find(request.address, request.challenge),
      (found, now) => refuseAttempt(found, request, now),
      (found, now) => attempt(this.#tables, found, request, now),
    )
  }

  async cancel(request: CancelRequest): Promise<void> {
    await this.#call(
      () => this.#tables.find(request.address, request.challenge),
      () => undefined,
      (found, now) => cancel(this.#tables, found, request, now),
    )
  }

  async forget({ address }: ForgetRequest): Promise<void> {
    await this.#call(
      () => this.#tables.find(address, undefined),
      () => undefined,
      (found) => {
        if (found.address !== undefined) this.#tables.deleteAddress(found.address)
      },
    )
  }

  /**
   * Returns what an operator has to fix, each as a sentence: tables that are missing, older or newer than this
   * package, a file that cannot be written, was replaced or is not in WAL mode. Rejects if it cannot be read.
   */
  async check(): Promise<readonly string[]> {
    return sqliteProblems(this.#database, this.#file, this.#names, () =>
      this.#call(
        () => this.#tables.find('', undefined),
        () => undefined,
        (_, now) => this.#tables.tryOut(now),
      ),
    )
  }

  /**
   * Reads without the lock and answers a refusal. Otherwise reads again under the lock, in which a refusal may have
   * become the answer, and writes.
   */
  #call<Result>(
    find: () => Found,
    refuse: (found: Found, now: number) => Result | undefined,
    write: (found: Found, now: number) => Result,
  ): Promise<Result> {
    const decide = (act: (found: Found, now: number) => Result | undefined) => {
      const found = find()
      const now = this.#clock.now(found.recordedMs)
      return {
        result: act(found, now),
        now,
        isUnrecorded: now - found.recordedMs >= RECORD_EVERY_MS,
      }
    }
    return this.#transactions.run(this.#lockTimeoutMs, {
      read: () => {
        const { result, now, isUnrecorded } = decide(refuse)
        // An expired code must stay expired over a restart, also if the system clock is then set back.
        if (result !== undefined && isUnrecorded)
          this.#transactions.try(() => this.#tables.recordTime(now))
        return result
      },
      write: () => {
        const { result, now, isUnrecorded } = decide(
          (found, now) => refuse(found, now) ?? write(found, now),
        )
        if (isUnrecorded) this.#tables.recordTime(now)
        return result as Result
      },
    })
  }
}

/** How often the time is recorded, in milliseconds. Each time costs a page of the file. */
const RECORD_EVERY_MS = 1_000
