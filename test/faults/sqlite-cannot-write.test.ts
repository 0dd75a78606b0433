import { describe, expect, test } from 'vitest'
import { READ_ONLY } from '../../src/stores/sqlite/problems.js'
import { describeWithSqlite } from '../helpers/sqlite.js'
import { KNOWN_BROWSER, outcomeOf, TEN_DIGITS, verbs } from '../stores/contract/verbs.js'
import {
  ADDRESSES,
  CHALLENGES,
  emptyStore,
  openAgain,
  openStore,
  rowsOf,
  STATE,
} from '../stores/sqlite-store.js'

const rules = { failuresBelow: TEN_DIGITS }

describeWithSqlite('SqliteStore', (driver) => {
  const setUp = () => openStore(driver())

  test('on a file that was opened for reading only rejects guesses and answers refusals', async () => {
    const { file, open, verify } = await setUp()
    await open('first')
    const { store, ...reading } = openAgain(driver(), file, { readOnly: true })
    for (const enter of [reading.guess, reading.verify]) {
      await expect(enter('first', rules)).rejects.toThrow(/readonly/)
      expect(await enter('another')).toEqual({ outcome: 'unknown' })
    }
    await expect(reading.open('second')).rejects.toThrow(/readonly/)
    expect(await reading.resend('first', 'second')).toMatchObject({ outcome: 'waiting' })
    expect(await store.check()).toEqual([READ_ONLY])
    await store.migrate() // the tables are up to date, so nothing is written
    expect(await verify('first', rules)).toEqual({ outcome: 'accepted', failures: 0 })
  })

  describe('accepts no right code where a wrong one is not counted', () => {
    test.each([
      ['UPDATE', ADDRESSES, 'rejected', 'rejected'],
      ['UPDATE', CHALLENGES, 'rejected', 'rejected'],
      // A right code is marked as used; neither deletes anything.
      ['DELETE', CHALLENGES, 'wrong', 'accepted'],
      ['INSERT', ADDRESSES, 'wrong', 'accepted'],
      ['UPDATE', STATE, 'wrong', 'accepted'],
    ])('when a trigger ignores %s on %s', async (change, table, wrong, right) => {
      const { database, open, guess, verify } = await setUp()
      await open('first', { budget: KNOWN_BROWSER })
      database.exec(
        `CREATE TRIGGER ignoring BEFORE ${change} ON ${table} BEGIN SELECT RAISE(IGNORE); END`,
      )
      const before = rowsOf(database)
      expect(await outcomeOf(guess('first', rules))).toBe(wrong)
      if (wrong === 'rejected') expect(rowsOf(database)).toEqual(before)
      const counted = rowsOf(database)
      expect(await outcomeOf(verify('first', rules))).toBe(right)
      // The transaction of a rejected code leaves nothing behind.
      if (right === 'rejected') expect(rowsOf(database)).toEqual(counted)
      database.exec('DROP TRIGGER ignoring')
      const failures = wrong === 'wrong' ? 1 : 0
      const again =
        right === 'accepted' ? { outcome: 'unknown' } : { outcome: 'accepted', failures }
      expect(await verify('first', rules)).toEqual(again)
    })

    test('when a trigger fails after each change', async () => {
      const { database, open, guess, verify } = await setUp()
      await open('first', { budget: KNOWN_BROWSER })
      for (const [change, table] of [
        ['UPDATE', ADDRESSES],
        ['UPDATE', CHALLENGES],
      ]) {
        database.exec(
          `CREATE TRIGGER failing AFTER ${change} ON ${table} BEGIN SELECT RAISE(ABORT, 'no'); END`,
        )
        const before = rowsOf(database)
        await expect(guess('first', rules)).rejects.toThrow('no')
        await expect(verify('first', rules)).rejects.toThrow('no')
        expect(rowsOf(database)).toEqual(before)
        database.exec('DROP TRIGGER failing')
      }
      expect(await guess('first', rules)).toMatchObject({ outcome: 'wrong', failures: 1 })
    })
  })

  test('rejects inside a transaction of the application, and leaves that as it is', async () => {
    const { database, open, guess, verify, failures } = await setUp()
    await open('first')
    database.exec('BEGIN; CREATE TABLE of_the_application (id)')
    await expect(guess('first', rules)).rejects.toThrow(/transaction/)
    await expect(verify('first', rules)).rejects.toThrow(/transaction/)
    database.exec('INSERT INTO of_the_application VALUES (7); COMMIT')
    expect(database.prepare('SELECT id FROM of_the_application').get()).toMatchObject({ id: 7 })
    expect(await failures()).toBe(0)
  })

  test('counts or rejects while the application reads rows one by one, and counts afterwards', async () => {
    const { database, open, guess, failures } = await setUp()
    await open('first')
    await open('second', { address: 'bob' })
    const reading = database.prepare(`SELECT * FROM ${ADDRESSES}`) as unknown as {
      iterate(): Iterator<unknown>
    }
    const rows = reading.iterate()
    rows.next()
    const outcome = await outcomeOf(guess('first', rules))
    // better-sqlite3 runs no other statement meanwhile. SQLite itself, and so node:sqlite, does.
    expect(outcome).toBe(driver().name === 'better-sqlite3' ? 'rejected' : 'wrong')
    rows.return?.()
    const counted = outcome === 'wrong' ? 1 : 0
    expect(await failures()).toBe(counted)
    expect(await guess('first', rules)).toMatchObject({ outcome: 'wrong', failures: counted + 1 })
  })

  test('rejects once the connection is closed', async () => {
    const { store, close } = await emptyStore(driver())
    const { open, guess } = verbs({ store, advance: () => {} })
    await open('first')
    close()
    await expect(guess('first')).rejects.toThrow()
    await expect(store.check()).rejects.toThrow()
  })

  test('rejects before migrate(), and works after it', async () => {
    const { file } = await setUp()
    const { store, open, verify } = openAgain(driver(), `${file}-other`)
    await expect(open('first')).rejects.toThrow(/no such table/)
    await store.migrate()
    await open('first')
    expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 0 })
  })
})
