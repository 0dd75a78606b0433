import { SqliteStore } from 'passport-email-otp/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { expectNamed, rejectionOf } from '../helpers/rejects-option.js'
import { describeWithSqlite, newFolder } from '../helpers/sqlite.js'
import { verbs } from './contract/verbs.js'
import { expectEveryVerb } from './every-verb.js'
import { emptyStore, STATE } from './sqlite-store.js'

/** Expects one problem of `check()`, which names these. */
async function expectProblem(store: SqliteStore, ...names: (string | number)[]): Promise<void> {
  const problems = await store.check()
  expect(problems).toHaveLength(1)
  expectNamed(problems.join(), ...names)
}

describeWithSqlite('the tables of SqliteStore', (driver) => {
  async function setUp() {
    const made = await emptyStore(driver())
    onTestFinished(made.close)
    return made
  }
  const connect = (file: string) => {
    const database = driver().open(file)
    onTestFinished(() => database.close())
    return database
  }

  test('are created once by many connections at once, and are not changed by a later migrate()', async () => {
    const file = `${newFolder()}/data.db`
    const stores = Array.from({ length: 10 }, () => new SqliteStore({ database: connect(file) }))
    await Promise.all(stores.map((store) => store.migrate()))
    const [first, second] = stores as [SqliteStore, SqliteStore]
    await verbs({ store: first, advance: () => {} }).open('first')
    await second.migrate()
    const { verify } = verbs({ store: second, advance: () => {} })
    expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 0 })
    for (const store of stores) expect(await store.check()).toEqual([])
  })

  test('are created as a whole or not at all', async () => {
    const database = connect(`${newFolder()}/data.db`)
    database.exec('CREATE TABLE passport_email_otp_challenges (in_the_way)')
    const store = new SqliteStore({ database })
    await expect(store.migrate()).rejects.toThrow(/already exists/)
    await expectProblem(store, 'passport_email_otp_state', 'migrate()')
    database.exec('DROP TABLE passport_email_otp_challenges')
    await store.migrate()
    expect(await store.check()).toEqual([])
  })

  test('of a newer version are not changed, and reported by check()', async () => {
    const { database, store } = await setUp()
    database.exec(`UPDATE ${STATE} SET version = 7`)
    expectNamed(await rejectionOf(store.migrate()), 'SqliteStore', 7, 1)
    await expectProblem(store, 7, 1, 'passport-email-otp')
    expect((await store.check()).join()).not.toContain('migrate()')
    const { open } = verbs({ store, advance: () => {} })
    expectNamed(await rejectionOf(open('first')), 'SqliteStore', 7, 1)
  })

  test('of two prefixes are apart', async () => {
    const { database, store } = await setUp()
    const other = new SqliteStore({ database, prefix: 'other_' })
    await other.migrate()
    await verbs({ store, advance: () => {} }).open('first')
    const { verify } = verbs({ store: other, advance: () => {} })
    expect(await verify('first')).toEqual({ outcome: 'unknown' })
  })

  test('work over a connection that returns integers as bigint', async () => {
    const { database, store } = await setUp()
    const prepare = database.prepare.bind(database)
    database.prepare = (sql) => {
      const statement = prepare(sql)
      const asBigint = statement as { safeIntegers?(): void; setReadBigInts?(on: boolean): void }
      if (asBigint.safeIntegers) asBigint.safeIntegers()
      else asBigint.setReadBigInts?.(true)
      return statement
    }
    await expectEveryVerb(store)
  })

  test('are never read from beginning to end, so that no call slows down as they grow', async () => {
    const { database, store } = await setUp()
    const prepare = database.prepare.bind(database)
    const asked: string[] = []
    database.prepare = (sql) => {
      if (/^\s*(SELECT|UPDATE|DELETE|INSERT).*passport_email_otp/s.test(sql)) asked.push(sql)
      return prepare(sql)
    }
    await expectEveryVerb(store)
    expect(asked.length).toBeGreaterThan(8)
    for (const sql of asked) {
      const explain = prepare(`EXPLAIN QUERY PLAN ${sql}`) as unknown as {
        all(...values: unknown[]): { detail: string }[]
      }
      const steps = explain.all(...Array(sql.split('?').length - 1).fill(null))
      // The aliases and the names of the tables that grow
      const scans = steps.filter(({ detail }) =>
        /^SCAN (a|c|\w+_addresses|\w+_challenges)\b/.test(detail),
      )
      expect(scans, sql).toEqual([])
    }
  })

  test('are in a file in WAL mode, and check() reports another mode, or that a power failure can destroy the file', async () => {
    const file = `${newFolder()}/data.db`
    const database = connect(file)
    const store = new SqliteStore({ database })
    await store.migrate()
    expect(database.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' })
    database.exec('PRAGMA synchronous = OFF')
    await expectProblem(store, 'PRAGMA synchronous', 'OFF', 'FULL')
    database.exec('PRAGMA synchronous = FULL')
    database.exec('PRAGMA journal_mode = DELETE')
    await expectProblem(store, '"delete"', 'migrate()')
    await store.migrate()
    expect(await store.check()).toEqual([])
  })
})
