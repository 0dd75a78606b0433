import {
  numberIn,
  type SqliteDatabase,
  type SqliteStatement,
  type SqliteValue,
} from './database.js'
import {
  type AddressRow,
  budgetsText,
  type ChallengeRow,
  type Found,
  foundIn,
  USED,
} from './rows.js'
import { SCHEMA_VERSION, type TableNames } from './schema.js'

/** Expired rows that an opening deletes: more than it adds, and too few to take long. */
const PRUNED_AT_ONCE = 2

/** Pages that a health check needs: more than an opening, which may add one to each table and index. */
const TRIED_PAGES = 8

/** No hash of an address is empty. */
const NO_ADDRESS = ''

/** The statements of the store. Each is prepared once. */
export class Tables {
  readonly #database: SqliteDatabase
  readonly #names: TableNames
  readonly #statements = new Map<string, SqliteStatement>()

  constructor(database: SqliteDatabase, names: TableNames) {
    this.#database = database
    this.#names = names
  }

  /**
   * Reads everything that a call needs in one statement, so that outside of a transaction it also is of one moment.
   *
   * @throws Error if the tables have another version, because it may have other rules
   */
  find(address: string, challenge: string | undefined, twin?: string): Found {
    const { state, addresses, challenges } = this.#names
    const row = this.#statement(`
      SELECT s.version, s.clock_ms, a.id, a.failures, a.window_end, a.budgets, a.kept_until,
        c.expires_at, c.attempts_left, c.mails, c.mailed_at, c.stale_below, c.free,
        c.charged_budget, c.charged_sends, c.charged_since, c.guessed_at,
        t.expires_at AS twin_expires_at, t.attempts_left AS twin_attempts_left, t.mailed_at AS twin_mailed_at
      FROM ${state} s
      LEFT JOIN ${addresses} a ON a.address = ?
      LEFT JOIN ${challenges} c ON c.address_id = a.id AND c.challenge = ?
      LEFT JOIN ${challenges} t ON t.address_id = a.id AND t.challenge = ?
      WHERE s.only_row = 1`).get(address, challenge ?? null, twin ?? null)
    const found = foundIn(row)
    if (found.version === SCHEMA_VERSION) return found
    throw new Error(
      `SqliteStore: the tables have version ${found.version}, not ${SCHEMA_VERSION}. ` +
        'Call migrate(), or update passport-email-otp where it is older',
    )
  }

  recordTime(now: number): void {
    this.#run(`UPDATE ${this.#names.state} SET clock_ms = ? WHERE only_row = 1`, now)
  }

  /**
   * Makes the changes of an opening, and leaves nothing behind. Its row needs new pages. A row as small as others would
   * often find room in a page that exists, while the next call fails because the database cannot grow.
   */
  tryOut(now: number): void {
    this.recordTime(now)
    const address = this.addAddress(NO_ADDRESS)
    const charge = { chargedBudget: '', chargedSends: 0, chargedSince: now }
    const row = { expiresAt: now, attemptsLeft: 0, mails: 1, mailedAt: now, staleBelow: 0 }
    this.addChallenge(address, NO_ADDRESS, { ...row, ...charge, isFree: false, isGuessedAt: false })
    const pageSize = numberIn(this.#statement('PRAGMA page_size').get(), 'page_size')
    const budget = { fullAt: now, notBefore: 0 }
    const budgets = new Map([[' '.repeat(TRIED_PAGES * pageSize), budget]])
    this.saveAddress({ ...address, budgets })
    this.deleteAddress(address)
  }

  addAddress(address: string): AddressRow {
    this.#write(
      'The address could not be added',
      `INSERT INTO ${this.#names.addresses} (address) VALUES (?)`,
      address,
    )
    const added = this.find(address, undefined).address
    if (added === undefined) throw new Error('SqliteStore: the address was not added')
    return added
  }

  saveAddress({ id, failures, windowEnd, budgets, keptUntil }: AddressRow): void {
    this.#write(
      'The address could not be saved, so nothing would be counted',
      `UPDATE ${this.#names.addresses}
      SET failures = ?, window_end = ?, budgets = ?, kept_until = ? WHERE id = ?`,
      ...[failures, windowEnd, budgetsText(budgets), keptUntil, id],
    )
  }

  addChallenge(address: AddressRow, challenge: string, row: ChallengeRow): void {
    const columns = ['address_id', 'challenge', 'expires_at', 'stale_below', 'free', ...CHANGING]
    this.#write(
      'The challenge could not be added',
      `INSERT OR REPLACE INTO ${this.#names.challenges} (${columns.join(', ')})
      VALUES (${columns.map(() => '?').join(', ')})`,
      ...[address.id, challenge, row.expiresAt, row.staleBelow, row.isFree ? 1 : 0],
      ...changing(row),
    )
  }

  saveChallenge(address: AddressRow, challenge: string, row: ChallengeRow): void {
    this.#write(
      'The challenge could not be saved, so a guess at it would not be counted',
      `UPDATE ${this.#names.challenges} SET stale_below = ?, ${CHANGING.map((name) => `${name} = ?`).join(', ')}
      WHERE address_id = ? AND challenge = ?`,
      ...[row.staleBelow, ...changing(row), address.id, challenge],
    )
  }

  deleteChallenge(address: AddressRow, challenge: string): void {
    this.#write(
      'The challenge could not be deleted',
      `DELETE FROM ${this.#names.challenges} WHERE address_id = ? AND challenge = ?`,
      ...[address.id, challenge],
    )
  }

  /** Ends a challenge. Its row stays until its expiry, so that no later challenge has the same code. */
  useUp(address: AddressRow, challenge: string): void {
    this.#write(
      'The challenge could not be used up, so its code could be used again',
      `UPDATE ${this.#names.challenges} SET attempts_left = ${USED} WHERE address_id = ? AND challenge = ?`,
      ...[address.id, challenge],
    )
  }

  deleteAddress({ id }: AddressRow): void {
    const { addresses, challenges } = this.#names
    this.#run(`DELETE FROM ${challenges} WHERE address_id = ?`, id)
    this.#write('The address could not be deleted', `DELETE FROM ${addresses} WHERE id = ?`, id)
  }

  /** Deletes a few rows that no longer matter. Each opening calls it, so the store needs no timer. */
  prune(now: number): void {
    const { addresses, challenges } = this.#names
    this.#run(
      `DELETE FROM ${challenges} WHERE (address_id, challenge) IN (
        SELECT address_id, challenge FROM ${challenges} WHERE expires_at <= ?
        ORDER BY expires_at LIMIT ${PRUNED_AT_ONCE})`,
      now,
    )
    const old = `SELECT id FROM ${addresses} WHERE kept_until <= ? ORDER BY kept_until LIMIT ${PRUNED_AT_ONCE}`
    this.#run(`DELETE FROM ${challenges} WHERE address_id IN (${old})`, now)
    this.#run(`DELETE FROM ${addresses} WHERE id IN (${old})`, now)
  }

  /** Runs a statement that must change one row. A trigger can ignore a change without an error. */
  #write(failure: string, sql: string, ...values: SqliteValue[]): void {
    const { changes } = this.#run(sql, ...values)
    if (Number(changes) !== 1) throw new Error(`SqliteStore: ${failure}`)
  }

  #run(sql: string, ...values: SqliteValue[]): { readonly changes: number | bigint } {
    return this.#statement(sql).run(...values)
  }

  #statement(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

/** The columns of a challenge that a guess, a resend or a cancel changes. All are written alike every time. */
const CHANGING = [
  ...['attempts_left', 'mails', 'mailed_at', 'guessed_at'],
  ...['charged_budget', 'charged_sends', 'charged_since'],
]

function changing(row: ChallengeRow): SqliteValue[] {
  const mailedAt = row.mailedAt === -Infinity ? null : row.mailedAt
  return [
    ...[row.attemptsLeft, row.mails, mailedAt, row.isGuessedAt ? 1 : 0],
    ...[row.chargedBudget, row.chargedSends, row.chargedSince],
  ]
}
