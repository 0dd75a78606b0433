import { expect, onTestFinished, test } from 'vitest'
import { type Connection, describeWithSqlite } from '../helpers/sqlite.js'
import { verbs } from './contract/verbs.js'
import { ADDRESSES, CHALLENGES, emptyStore } from './sqlite-store.js'

const ROWS = 1_000_000

describeWithSqlite('SqliteStore with a million pending challenges', (driver) => {
  test('reads no table from its beginning to its end, and stays correct', {
    timeout: 240_000,
  }, async () => {
    const asked: string[] = []
    const { store, database, close } = await emptyStore(watched(driver(), asked))
    onTestFinished(close)
    fill(database)
    const { open, resend, guess, verify, cancel } = verbs({ store, advance: () => {} })
    expect(await open('first')).toEqual({ outcome: 'opened', failures: 0 })
    expect(await resend('first', 'new', { spacingMs: 0 })).toEqual({ outcome: 'reopened' })
    expect(await guess('first')).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
    expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 1 })
    await open('second')
    await cancel('second', { refund: 'whole' })
    await store.forget({ address: 'alice' })
    expect(await guess('c', { address: 'a500000' })).toMatchObject({ outcome: 'wrong' })

    const statements = asked.filter((sql) => /^\s*(SELECT|UPDATE|DELETE|INSERT)/.test(sql))
    expect(statements.length).toBeGreaterThan(8)
    for (const sql of statements) {
      const steps = plan(database, sql)
      // The aliases and the names of the tables that grow
      const scans = steps.filter((step) => /^SCAN (a|c|\w+_addresses|\w+_challenges)\b/.test(step))
      expect(scans, sql).toEqual([])
    }
  })
})

/** A driver that keeps the SQL of all prepared statements. */
function watched(driver: { open(file: string): Connection }, asked: string[]) {
  return {
    ...driver,
    name: 'better-sqlite3' as const,
    open: (file: string) => {
      const database = driver.open(file)
      const prepare = database.prepare.bind(database)
      database.prepare = (sql) => {
        if (sql.includes('passport_email_otp')) asked.push(sql)
        return prepare(sql)
      }
      return database
    },
  }
}

function fill(database: Connection): void {
  const now = Date.now()
  const numbers = `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT ${ROWS})`
  database.exec(`
    INSERT INTO ${ADDRESSES} (address, kept_until)
      ${numbers} SELECT 'a' || n, ${now + 86_400_000} FROM numbers;
    INSERT INTO ${CHALLENGES}
      SELECT id, 'c', ${now + 600_000} + id, 5, 1, ${now}, 0, 0, 'email-otp/stranger', 1, ${now}, 0
      FROM ${ADDRESSES};`)
}

function plan(database: Connection, sql: string): string[] {
  const statement = database.prepare(`EXPLAIN QUERY PLAN ${sql}`) as unknown as {
    all(...values: unknown[]): { detail: string }[]
  }
  const values = Array(sql.split('?').length - 1).fill(null)
  return statement.all(...values).map(({ detail }) => detail)
}
