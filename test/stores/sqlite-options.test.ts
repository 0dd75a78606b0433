import { SqliteStore, type SqliteStoreOptions } from 'passport-email-otp/sqlite'
import { describe, expect, test } from 'vitest'
import { expectNamed, expectRejected, rejectionOf } from '../helpers/rejects-option.js'

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
      expectRejected(make(options), 'database', '"better-sqlite3"', '"node:sqlite"')
    }
    expectRejected(make(Object.create({ database })), 'database')
  })

  test('reject a driver that returns other things than rows', () => {
    // An asynchronous driver, and one that returns rows as arrays
    for (const row of [undefined, null, {}, ['/data.db'], Promise.resolve({ file: '' })]) {
      expectRejected(make({ database: returning(row) }), 'file', 'better-sqlite3', 'node:sqlite')
    }
    expectRejected(make({ database: returning({ file: 1 }) }), 'file', 'number')
  })

  test('accept only prefixes that need no quotes in SQL', () => {
    for (const prefix of ['p', '_', 'a1_', 'a'.repeat(40)]) {
      expect(make({ database, prefix })).not.toThrow()
    }
    const wrong = ['', 'A', '1a', 'a-b', 'a b', 'a;', 'ä', "a'", 'sqlite_a', 'a'.repeat(41)]
    for (const prefix of [...wrong, 5, null]) {
      expectRejected(make({ database, prefix }), 'prefix', JSON.stringify(prefix))
    }
  })

  test('accept a lock time-out from 0 to 60 000 ms', () => {
    for (const lockTimeoutMs of [0, 1, 60_000]) {
      expect(make({ database, lockTimeoutMs })).not.toThrow()
    }
    for (const lockTimeoutMs of [-1, 1.5, 60_001, '1', null, Number.NaN]) {
      expectRejected(make({ database, lockTimeoutMs }), 'lockTimeoutMs', 0, 60_000)
    }
  })

  test('have no others', () => {
    expectRejected(make({ database, prefx: 'a' }), 'prefx', '"prefix"')
    expectRejected(
      make({ database, file: 'a' }),
      'file',
      ...['database', 'prefix', 'lockTimeoutMs'],
    )
  })

  test('do not matter for tables of another version, whose guesses are rejected', async () => {
    const row = { file: '', timeout: 0, version: 2, clock_ms: 0, id: null }
    const store = new SqliteStore({ database: returning(row) })
    expectNamed(await rejectionOf(store.attempt(guess)), 'SqliteStore', 2, 1)
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
