import { checkNames, optionReader } from '../util/option-reader.js'
import { attemptResult, openResult } from './answers.js'
import { findings } from './postgres/problems.js'
import { DEFAULT_SCHEMA, schemaSql } from './postgres/schema.js'
import type {
  AttemptRequest,
  AttemptResult,
  CancelRequest,
  ChallengeStore,
  ForgetRequest,
  OpenRequest,
  OpenResult,
} from './store.js'

/** The one method of a `pg.Pool` that the store calls. PGlite has it too. */
export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>
}

export interface PostgresStoreOptions {
  /**
   * A `Pool` of `pg`, or anything with its `query(text, values)`. The store neither opens nor closes
   * it, and needs none to itself. Give it an `'error'` listener: without one, `pg` ends the process
   * when the server closes a connection that nobody uses. Not a client inside a transaction: each
   * call must be a transaction of its own.
   */
  readonly pool: PostgresPool
  /**
   * The schema that holds the tables and functions: lower-case ASCII letters, digits and `_`, not
   * beginning with a digit or `pg_`, at most 63. Default is `passport_email_otp`.
   */
  readonly schema?: string | undefined
}

/** Asks for one row. */
export type Query = (text: string, values: unknown[]) => Promise<Record<string, unknown>>

/**
 * Keeps challenges in PostgreSQL, for any number of processes.
 *
 * Each verb is one call of a function in the database: one query, one transaction, on the database's
 * clock. It needs no prepared statement and no state of a session, so a transaction-mode pooler may
 * stand between. No query is ever repeated: after a failure nobody knows whether a guess was counted.
 *
 * The tables and functions must be there first: {@link PostgresStore.migrate}, or `schema.sql`.
 */
export class PostgresStore implements ChallengeStore {
  readonly #pool: PostgresPool
  readonly #schema: string

  /** @throws TypeError for an option that is missing, unknown or not what it must be. */
  constructor(options: PostgresStoreOptions) {
    checkNames('PostgresStore', options, ['pool', 'schema'])
    const read = optionReader('PostgresStore', options)
    if (typeof options.pool?.query !== 'function') {
      throw read.wrong('pool', options.pool, 'a Pool of "pg", or an object with its query method')
    }
    this.#pool = options.pool
    this.#schema = read.text('schema', DEFAULT_SCHEMA)
    // It stands in SQL text, and is refused rather than changed: "Otp" and "otp" are two schemas.
    if (!/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(this.#schema)) {
      const expected =
        'lower-case ASCII letters, digits and "_", not beginning with a digit or "pg_", at most 63'
      throw read.wrong('schema', this.#schema, expected)
    }
  }

  /**
   * Makes the schema, or brings an older one up to date. Safe to call at every start and from many
   * processes at once. A role that finds the schema up to date needs no right to create anything.
   *
   * @throws the database's error, also where the schema was made by a newer version of this package.
   */
  async migrate(): Promise<void> {
    await this.#pool.query(schemaSql(this.#schema))
  }

  async open(request: OpenRequest): Promise<OpenResult> {
    const { address, challenge, pending, ttlMs, keepMs, attempts, spacingMs, budget } = request
    const { outcome, failures, retry_after_ms } = await this.#call('open', [
      ...[address, challenge, pending?.challenge ?? null, pending?.failuresBelow ?? null],
      ...[ttlMs, keepMs, attempts, spacingMs],
      ...[budget.key, budget.burst, budget.refillMs],
    ])
    return openResult(outcome, { failures, retryAfterMs: retry_after_ms })
  }

  async attempt(request: AttemptRequest): Promise<AttemptResult> {
    const { address, challenge, matched, failuresBelow, failuresWindowMs, budget } = request
    const { outcome, attempts_left, failures } = await this.#call('attempt', [
      ...[address, challenge, matched, failuresBelow, failuresWindowMs],
      ...[budget.key, budget.refillMs],
    ])
    return attemptResult(outcome, { attemptsLeft: attempts_left, failures })
  }

  async cancel({ address, challenge, budget, refund }: CancelRequest): Promise<void> {
    await this.#call('cancel', [address, challenge, refund, budget.key, budget.refillMs])
  }

  async forget({ address }: ForgetRequest): Promise<void> {
    await this.#call('forget', [address])
  }

  /**
   * Says what an operator should mend: a schema that is missing, old or newer than this package; a
   * missing right; a server or role that only reads; transactions that are not `read committed`.
   * Rejects where the database can't be reached.
   */
  async check(): Promise<readonly string[]> {
    return findings(this.#query, this.#schema)
  }

  #call(verb: 'open' | 'attempt' | 'cancel' | 'forget', values: unknown[]) {
    const places = values.map((_, i) => `$${i + 1}`).join(', ')
    return this.#query(`SELECT * FROM "${this.#schema}".${verb}(${places})`, values)
  }

  readonly #query: Query = async (text, values) => {
    const [row] = (await this.#pool.query(text, values)).rows
    if (typeof row !== 'object' || row === null) throw unexpected(row)
    return row as Record<string, unknown>
  }
}

function unexpected(answer: unknown): TypeError {
  return new TypeError(`PostgresStore: the database's answer is not one of the schema's: ${answer}`)
}
