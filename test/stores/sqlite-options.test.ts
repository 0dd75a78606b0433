import { SqliteStore, type SqliteStoreOptions } from 'passport-email-otp/sqlite'
import { describe, expect, test } from 'vitest'

/** A connection whose queries all return this row. */
const returning = (row: unknown): SqliteStoreOptions['database'] => ({
  exec: () => {},
  prepare: () => ({ get: () => row, run: () => ({ changes: 1 }) }),
})
const database = returning({ file: '', timeout: 0 })
const make = (options: object) => () => new SqliteStore(options as SqliteStoreOptions)

const key = { address: 'a', challenge: 'c', budget: { key: 'b', burst: 1, refillMs: 1 } }
const guess = { ...key, matched: true, failuresBelow: 5, failuresWindowMs: 1 }

describe('the options of SqliteStore', () => {
  test('require a connection', () => {
    const without = [{}, { database: undefined }, { database: './data.db' }, { database: {} }]
    for (const options of [...without, { database: null }, { database: { exec: () => {} } }]) {
      expect(make(options)).toThrow(/"database" (is missing|must be a Database of)/)
    }
    expect(make(Object.create({ database }))).toThrow(/"database" is inherited/)
  })

  test('reject a driver that returns other things than rows', () => {
    // An asynchronous driver, and one that returns rows as arrays
    for (const row of [undefined, null, {}, ['/data.db'], Promise.resolve({ file: '' })]) {
      expect(make({ database: returning(row) })).toThrow(/a row without "file"/)
    }
    expect(make({ database: returning({ file: 1 }) })).toThrow(/returned "file" as number/)
  })

  test('accept only prefixes that need no quotes in SQL', () => {
    for (const prefix of ['p', '_', 'a1_', 'a'.repeat(40)]) {
      expect(make({ database, prefix })).not.toThrow()
    }
    const wrong = ['', 'A', '1a', 'a-b', 'a b', 'a;', 'ä', "a'", 'sqlite_a', 'a'.repeat(41)]
    for (const prefix of [...wrong, 5, null]) {
      expect(make({ database, prefix }), `${prefix}`).toThrow(/option "prefix" must be/)
    }
  })

  test('accept a lock time-out from 0 to 60 000 ms', () => {
    for (const lockTimeoutMs of [0, 1, 60_000]) {
      expect(make({ database, lockTimeoutMs })).not.toThrow()
    }
    for (const lockTimeoutMs of [-1, 1.5, 60_001, '1', null, Number.NaN]) {
      expect(make({ database, lockTimeoutMs })).toThrow(/"lockTimeoutMs" must be a whole number/)
    }
  })

  test('have no others', () => {
    expect(make({ database, prefx: 'a' })).toThrow(/unknown option "prefx". Did you mean "prefix"/)
    expect(make({ database, file: 'a' })).toThrow(/unknown option "file"/)
  })

  test('do not matter for tables of another version, whose guesses are rejected', async () => {
    const row = { file: '', timeout: 0, version: 2, clock_ms: 0, id: null }
    const store = new SqliteStore({ database: returning(row) })
    await expect(store.attempt(guess)).rejects.toThrow(/the tables have version 2, not 1/)
  })

  test('do not matter for a row with missing or wrong columns, which is rejected', async () => {
    const found = { file: '', timeout: 0, version: 1, clock_ms: 0, id: 1, failures: 0 }
    const address = { ...found, window_end: 0, budgets: '{}', kept_until: 0 }
    for (const row of [found, { ...address, failures: '0' }, { ...address, budgets: 5 }]) {
      const store = new SqliteStore({ database: returning(row) })
      await expect(store.attempt(guess)).rejects.toThrow(TypeError)
    }
  })
})
