import { SqliteStore } from 'passport-email-otp/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithSqlite, newFolder } from '../helpers/sqlite.js'
import { verbs } from './contract/verbs.js'
import { emptyStore, STATE } from './sqlite-store.js'

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
    expect(await store.check()).toEqual([
      'The table passport_email_otp_state does not exist: call store.migrate().',
    ])
    database.exec('DROP TABLE passport_email_otp_challenges')
    await store.migrate()
    expect(await store.check()).toEqual([])
  })

  test('of a newer version are not changed, and reported by check()', async () => {
    const { database, store } = await setUp()
    database.exec(`UPDATE ${STATE} SET version = 7`)
    await expect(store.migrate()).rejects.toThrow(/have version 7, made by a newer/)
    expect(await store.check()).toEqual([
      'The tables have version 7, not 1: a newer passport-email-otp has created them; update the package here.',
    ])
    const { open } = verbs({ store, advance: () => {} })
    await expect(open('first')).rejects.toThrow(/have version 7, not 1/)
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
    const { open, guess, verify } = verbs({ store, advance: () => {} })
    expect(await open('first')).toEqual({ outcome: 'opened', failures: 0 })
    expect(await guess('first')).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
    expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 1 })
    expect(await store.check()).toEqual([])
  })

  test('are in a file in WAL mode, and check() reports another mode', async () => {
    const { file, store, close } = await emptyStore(driver())
    const mode = () => connect(file).prepare('PRAGMA journal_mode').get()
    expect(mode()).toMatchObject({ journal_mode: 'wal' })
    expect(await store.check()).toEqual([])
    close()
  })

  test('are reported by check() if a power failure can destroy the file, or without WAL', async () => {
    const file = `${newFolder()}/data.db`
    const database = connect(file)
    const store = new SqliteStore({ database })
    await store.migrate()
    database.exec('PRAGMA synchronous = OFF')
    expect(await store.check()).toEqual([
      'PRAGMA synchronous is OFF, so a power failure can destroy the file: set it to NORMAL or FULL.',
    ])
    database.exec('PRAGMA synchronous = FULL')
    database.exec('PRAGMA journal_mode = DELETE')
    expect(await store.check()).toEqual([
      expect.stringMatching(
        /^The journal mode of the file is "delete", .* call store\.migrate\(\)/,
      ),
    ])
    await store.migrate()
    expect(await store.check()).toEqual([])
  })
})
