import { setImmediate as turn } from 'node:timers/promises'
import { SqliteStore } from 'passport-email-otp/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { expectNamed, rejectionOf } from '../helpers/rejects-option.js'
import { describeWithSqlite } from '../helpers/sqlite.js'
import { until } from '../helpers/until.js'
import { TEN_DIGITS, verbs } from '../stores/contract/verbs.js'
import { emptyStore } from '../stores/sqlite-store.js'

const rules = { failuresBelow: TEN_DIGITS }
const MINUTES = 120_000

describeWithSqlite('SqliteStore on a file that is locked', (driver) => {
  /** A store whose connection would block for minutes if SQLite waited, and another connection to the file. */
  async function setUp(lockTimeoutMs = 60_000) {
    const { file, close } = await emptyStore(driver())
    onTestFinished(close)
    const database = driver().open(file, { timeoutMs: MINUTES })
    const other = driver().open(file)
    onTestFinished(() => database.close())
    onTestFinished(() => other.close())
    const store = new SqliteStore({ database, lockTimeoutMs })
    return { file, database, other, store, ...verbs({ store, advance: () => {} }) }
  }
  const timeoutOf = (database: { prepare(sql: string): { get(): unknown } }) =>
    Number(Object.values(database.prepare('PRAGMA busy_timeout').get() as object)[0])

  test('waits for the other connection while the process goes on, and counts once', async () => {
    const { other, open, guess, verify, failures } = await setUp()
    await open('first')
    other.exec('BEGIN IMMEDIATE')
    let isSettled = false
    const guesses = [guess('first', rules), guess('first', rules)]
    for (const each of guesses) each.finally(() => (isSettled = true))
    // Many tries later. If SQLite waited, this process could not go on to release the lock.
    const since = performance.now()
    await until(() => performance.now() - since > 100)
    expect(isSettled).toBe(false)
    other.exec('COMMIT')
    const outcomes = (await Promise.all(guesses)).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['wrong', 'wrong'])
    expect(await failures()).toBe(2)
    expect(await verify('first', rules)).toEqual({ outcome: 'accepted', failures: 2 })
  })

  test('answers what needs no write at once', async () => {
    const { other, open, guess, verify, resend } = await setUp()
    await open('first')
    await open('spent', { attempts: 1 })
    await guess('spent')
    other.exec('BEGIN IMMEDIATE')
    const answers = [verify('never was'), verify('spent'), resend('first', 'second')]
    let settled = 0
    for (const each of answers) each.then(() => (settled += 1))
    await turn()
    expect(settled).toBe(3)
    expect(await Promise.all(answers)).toMatchObject([
      { outcome: 'unknown' },
      { outcome: 'spent' },
      { outcome: 'waiting' },
    ])
    other.exec('COMMIT')
  })

  test('gives up after the time-out, and nothing is counted later', async () => {
    const { other, open, guess, verify, failures } = await setUp(30)
    await open('first')
    other.exec('BEGIN IMMEDIATE')
    for (const enter of [guess, verify]) {
      expectNamed(await rejectionOf(enter('first', rules)), 'SqliteStore', 30)
    }
    other.exec('COMMIT')
    expect(await failures()).toBe(0)
    expect(await verify('first', rules)).toEqual({ outcome: 'accepted', failures: 0 })
  })

  test('leaves the time-out of the connection as the application has set it', async () => {
    const { database, other, open, guess } = await setUp(0)
    await open('first')
    expect(timeoutOf(database)).toBe(MINUTES)
    other.exec('BEGIN IMMEDIATE')
    expectNamed(await rejectionOf(guess('first')), 'SqliteStore', 0)
    expect(timeoutOf(database)).toBe(MINUTES)
    other.exec('COMMIT')
  })

  test('judges once where a reader lets the commit wait, without WAL', async () => {
    const { file, close } = await emptyStore(driver())
    close()
    const database = driver().open(file, { timeoutMs: MINUTES })
    onTestFinished(() => database.close())
    database.exec('PRAGMA journal_mode = DELETE')
    const store = new SqliteStore({ database, lockTimeoutMs: 60_000 })
    const { open, guess, failures } = verbs({ store, advance: () => {} })
    await open('first')
    const reader = driver().open(file)
    onTestFinished(() => reader.close())
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM sqlite_schema').get()
    const guessing = guess('first', rules)
    const since = performance.now()
    await until(() => performance.now() - since > 50)
    reader.exec('COMMIT')
    expect(await guessing).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
    expect(await failures()).toBe(1)
  })
})
