import { describe } from '../util/describe.js'
import { checkNames, optionReader } from '../util/option-reader.js'
import { member } from '../util/own.js'
import { attemptResult, openResult } from './answers.js'
import { postgresProblems } from './postgres/problems.js'
import { type PostgresPool, type Query, sendQuery } from './postgres/query.js'
import { poolRefusal } from './postgres/refusal.js'
import { DEFAULT_SCHEMA, schemaSql } from './postgres/schema.js'
import {
  type AttemptRequest,
  type AttemptResult,
  type CancelRequest,
  type ChallengeStore,
  type ForgetRequest,
  type OpenRequest,
  type OpenResult,
  REDUCED_REFUND_KEEPS_MS,
} from './store.js'

export type { PostgresPool } from './postgres/query.js'

const POOL = 'a Pool of "pg", or an object with its query method'

export interface PostgresStoreOptions {
  /**
   * A `Pool` of `pg`, or any object with its `query(text, values)` method. The store neither opens nor closes
   * it, and can share it with the application. Give it an `'error'` listener: without one, `pg` ends the
   * process when the server closes an idle connection. Do not pass a client inside a transaction, because
   * each call must be a separate transaction. Required.
   */
  readonly pool: PostgresPool
  /**
   * The schema that holds the tables and functions: at most 63 lower-case ASCII letters, digits and `_`, not
   * beginning with a digit or `pg_`. Default `'passport_email_otp'`.
   */
  readonly schema?: string | undefined
}

/**
 * Keeps challenges in PostgreSQL, for any number of processes.
 *
 * Each method calls one function in the database: one query and one transaction, by the database's clock. It
 * uses neither prepared statements nor session state, so a transaction-mode pooler is supported. A failed
 * query is never repeated, because the guess may have been counted already. The exception is one that a
 * read-only server has refused: it is sent again on another connection.
 *
 * Create the tables and functions first, with {@link PostgresStore.migrate} or `schema.sql`.
 */
export class PostgresStore implements ChallengeStore {
  readonly #pool: PostgresPool
  readonly #schema: string

  /** @throws TypeError for a missing, unknown or wrong option */
  constructor(options: PostgresStoreOptions) {
    checkNames('PostgresStore', options, ['pool', 'schema'])
    const read = optionReader('PostgresStore', options)
    const refusal = poolRefusal(options.pool)
    if (refusal !== undefined) throw read.wrong('pool', options.pool, `${POOL}; ${refusal}`)
    if (typeof options.pool?.query !== 'function') throw read.wrong('pool', options.pool, POOL)
    this.#pool = options.pool
    this.#schema = read.text('schema', DEFAULT_SCHEMA)
    // It becomes part of SQL text. A wrong name is rejected, not folded: "Otp" and "otp" are two schemas.
    if (!/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(this.#schema)) {
      const expected =
        'lower-case ASCII letters, digits and "_", not beginning with a digit or "pg_", at most 63'
      throw read.wrong('schema', this.#schema, expected)
    }
  }

  /**
   * Creates the schema, or updates an older one. Call it at every start, also from many processes at once. If
   * the schema is up to date, the role needs no right to create anything.
   *
   * @throws the database's error, also if a newer version of this package has created the schema
   */
  async migrate(): Promise<void> {
    await sendQuery(this.#pool, schemaSql(this.#schema))
    // A clean-up that fails must not stop a start.
    await this.#pool.query(`SELECT "${this.#schema}".sweep()`).catch(() => {})
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

  async cancel(request: CancelRequest): Promise<void> {
    const { address, challenge, budget, refund, spacingMs } = request
    await this.#call('cancel', [
      ...[address, challenge, refund, budget.key, budget.refillMs],
      ...[spacingMs, REDUCED_REFUND_KEEPS_MS],
    ])
  }

  async forget({ address }: ForgetRequest): Promise<void> {
    await this.#call('forget', [address])
  }

  /**
   * Returns what an operator has to fix, each as a sentence: a schema that is missing, older or newer than this
   * package, a missing right, a read-only server or role, or transactions that are not `read committed`.
   * Rejects if the database cannot be reached.
   */
  async check(): Promise<readonly string[]> {
    return postgresProblems(this.#query, this.#schema)
  }

  #call(verb: 'open' | 'attempt' | 'cancel' | 'forget', values: unknown[]) {
    const places = values.map((_, i) => `$${i + 1}`).join(', ')
    return this.#query(`SELECT * FROM "${this.#schema}".${verb}(${places})`, values)
  }

  readonly #query: Query = async (text, values) => {
    const result: unknown = await sendQuery(this.#pool, text, values)
    const rows = member(result, 'rows')
    if (!Array.isArray(rows)) throw unexpectedResult(result)
    const [row] = rows
    if (typeof row !== 'object' || row === null) throw unexpected(row)
    return row as Record<string, unknown>
  }
}

function unexpectedResult(result: unknown): TypeError {
  const what = `returned ${describe(result)}, and not an object with "rows"`
  return new TypeError(`PostgresStore: the query method of the pool ${what}`)
}

function unexpected(answer: unknown): TypeError {
  return new TypeError(`PostgresStore: the database answered ${answer}, not a row of its schema`)
}
