import { member, own } from '../../util/own.js'

/** What the store binds to a statement and reads from a row. */
export type SqliteValue = string | number | null

/**
 * The only methods of a prepared statement that the store calls, with values of type `SqliteValue`. The parameters
 * are wider, because the types of `better-sqlite3` do not take `null`, which its statements do.
 */
export interface SqliteStatement {
  get(...values: unknown[]): unknown
  run(...values: unknown[]): { readonly changes: number | bigint }
}

/** The only methods of a connection that the store calls. `better-sqlite3` and `node:sqlite` both have them. */
export interface SqliteDatabase {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
}

/** Reads a column of a row. @throws TypeError if the row has none, as with an asynchronous driver */
export function column(row: unknown, name: string): unknown {
  const value = own(row, name)
  if (value === undefined) {
    throw new TypeError(
      `SqliteStore: the database returned a row without "${name}". It must be a Database of better-sqlite3 or ` +
        'a DatabaseSync of node:sqlite whose rows are objects',
    )
  }
  return value
}

/** Reads a number. A connection can be configured to return integers as `bigint`. @throws TypeError otherwise */
export function numberIn(row: unknown, name: string): number {
  const value = column(row, name)
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  throw new TypeError(
    `SqliteStore: the database returned "${name}" as ${typeof value}, not a number`,
  )
}

export function textIn(row: unknown, name: string): string {
  const value = column(row, name)
  if (typeof value === 'string') return value
  throw new TypeError(`SqliteStore: the database returned "${name}" as ${typeof value}, not a text`)
}

/** The primary result codes of SQLite that the store tells apart (https://sqlite.org/rescode.html). */
const CODES = { BUSY: 5, READONLY: 8, FULL: 13 } as const

/** Whether an error of either driver has this result code, or an extended code of it such as BUSY_SNAPSHOT. */
export function isSqliteError(err: unknown, name: keyof typeof CODES): boolean {
  const code = member(err, 'code')
  if (code === `SQLITE_${name}`) return true
  if (typeof code === 'string' && code.startsWith(`SQLITE_${name}_`)) return true
  // node:sqlite: the extended code, whose low byte is the primary one
  const number = member(err, 'errcode')
  return typeof number === 'number' && (number & 0xff) === CODES[name]
}
