import type { PGlite } from '@electric-sql/pglite'
import { type PostgresPool, PostgresStore } from 'passport-email-otp/postgres'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { expectRejected, expectRejection } from '../helpers/rejects-option.js'

const pool: PostgresPool = { query: async () => ({ rows: [] }) }

describe('PostgresStore', () => {
  test('accepts a Pool or Client of pg, PGlite, and any object with their query method', () => {
    expect(new PostgresStore({ pool: new pg.Pool() })).toBeDefined()
    expect(new PostgresStore({ pool: new pg.Client() })).toBeDefined()
    expect((db: PGlite) => new PostgresStore({ pool: db })).toBeDefined()
    expect(new PostgresStore({ pool, schema: undefined })).toBeDefined()
  })

  test('rejects a value that is not a pool', () => {
    for (const wrong of [undefined, null, {}, 'postgres://localhost', () => {}]) {
      expectRejected(() => new PostgresStore({ pool: wrong as never }), 'pool', '"pg"')
    }
    expect(() => new PostgresStore(undefined as never)).toThrow(TypeError)
  })

  test('rejects an unknown option, and suggests the known name', () => {
    const options = { pool, scheme: 'otp' }
    expectRejected(() => new PostgresStore(options), 'scheme', '"schema"')
  })

  test('accepts only plain lower-case names of schemas, because they become part of SQL text', () => {
    for (const schema of ['otp', '_otp', 'otp_2', 'user', 'a'.repeat(63)]) {
      expect(new PostgresStore({ pool, schema })).toBeDefined()
    }
    const wrong = ['', 'Otp', '2otp', 'o-tp', 'o.tp', 'ötp', 'a"; DROP', "a'b", 'otp\n', 'pg_otp']
    for (const schema of [...wrong, 'a'.repeat(64), 5, null]) {
      const make = () => new PostgresStore({ pool, schema: schema as string })
      expectRejected(make, 'schema', JSON.stringify(schema))
    }
  })

  test('rejects an answer that the functions of the schema never return', async () => {
    const store = (rows: unknown[]) =>
      new PostgresStore({ pool: { query: async () => ({ rows }) } })
    const question = { address: 'a', challenge: 'c', budget: { key: 'b', burst: 1, refillMs: 1 } }
    const rules = { ttlMs: 1, keepMs: 1, attempts: 1, spacingMs: 1 }
    const guess = { matched: true, failuresBelow: 5, failuresWindowMs: 1 }
    for (const rows of [[], [null], [{ outcome: 'fine' }], [{}]]) {
      await expect(store(rows).open({ ...question, ...rules })).rejects.toThrow(TypeError)
      await expect(store(rows).attempt({ ...question, ...guess })).rejects.toThrow(TypeError)
    }
  })

  test('sends one query for each method, with all values as parameters', async () => {
    const asked: { text: string; values: unknown[] }[] = []
    const query = async (text: string, values: unknown[] = []) => {
      asked.push({ text, values })
      return { rows: [{ outcome: text.includes('attempt') ? 'accepted' : 'reopened' }] }
    }
    const store = new PostgresStore({ pool: { query } })
    const question = {
      address: "a'",
      challenge: 'c"',
      budget: { key: 'b;', burst: 1, refillMs: 2 },
    }
    await store.open({ ...question, ttlMs: 3, keepMs: 4, attempts: 5, spacingMs: 6 })
    await store.attempt({ ...question, matched: true, failuresBelow: 5, failuresWindowMs: 7 })
    await store.cancel({ ...question, refund: 'whole', spacingMs: 30_000 })
    await store.forget(question)
    const named = (verb: string, count: number) => {
      const places = Array.from({ length: count }, (_, i) => `$${i + 1}`).join(', ')
      return `SELECT * FROM "passport_email_otp".${verb}(${places})`
    }
    expect(asked).toEqual([
      { text: named('open', 11), values: ["a'", 'c"', null, null, 3, 4, 5, 6, 'b;', 1, 2] },
      { text: named('attempt', 7), values: ["a'", 'c"', true, 5, 7, 'b;', 2] },
      { text: named('cancel', 7), values: ["a'", 'c"', 'whole', 'b;', 2, 30_000, 300_000] },
      { text: named('forget', 1), values: ["a'"] },
    ])
  })
})

test.each([
  [[], 'an array of 0'],
  [undefined, 'undefined'],
  [{}, 'an object'],
])('says that the answer of a pool has no rows: %j', async (answer, words) => {
  const store = new PostgresStore({ pool: { query: async () => answer as never } })
  await expectRejection(store.forget({ address: 'a' }), 'PostgresStore', words, '"rows"')
})
