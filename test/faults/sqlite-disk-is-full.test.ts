import { describe, expect, onTestFinished, test } from 'vitest'
import { isSqliteError } from '../../src/stores/sqlite/database.js'
import { FULL } from '../../src/stores/sqlite/problems.js'
import { mountSmallDisk, whyNoSmallDisk } from '../helpers/small-disk.js'
import { describeWithSqlite, newFolder } from '../helpers/sqlite.js'
import { KNOWN_BROWSER, TEN_DIGITS, verbs } from '../stores/contract/verbs.js'
import { emptyStore, openStore } from '../stores/sqlite-store.js'

// No send is refunded, because the attempts name another budget.
const rules = { budget: KNOWN_BROWSER, failuresBelow: TEN_DIGITS }
const PAGE = 4096

/** The outcome, or `full` for the error of a full disk or database. */
const outcomeOf = (call: Promise<{ outcome: string }>) =>
  call.then(
    ({ outcome }) => outcome,
    (err) => {
      if (isSqliteError(err, 'FULL')) return 'full'
      throw err
    },
  )

describeWithSqlite('SqliteStore on', (driver) => {
  describe.skipIf(whyNoSmallDisk)(`a disk that is full${skipped(whyNoSmallDisk)}`, () => {
    test('accepts no right code where a wrong one is not counted, however much room is left', async () => {
      const folder = newFolder()
      const disk = mountSmallDisk(folder)
      onTestFinished(() => disk.unmount())
      const { store, database, close } = await emptyStore(driver(), { folder })
      onTestFinished(close)
      database.exec('PRAGMA wal_autocheckpoint = 40')
      const { open, guess, verify } = verbs({ store, advance: () => {} })
      const addresses = Array.from({ length: 60 }, (_, i) => `address ${i}`)
      for (const address of addresses) {
        for (const challenge of ['first', 'second', 'third']) await open(challenge, { address })
      }

      const seen = { counted: 0, rejected: 0 }
      for (const [i, address] of addresses.entries()) {
        // Otherwise the log is written from its beginning again, which needs no room.
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
        disk.fill((i % 12) * PAGE)
        const wrong = await outcomeOf(guess('first', { address, ...rules }))
        const right = await outcomeOf(verify('second', { address, ...rules }))
        if (wrong === 'wrong') seen.counted += 1
        else {
          expect({ wrong, right }, `${i % 12} pages are free`).toEqual({
            wrong: 'full',
            right: 'full',
          })
          expect(await store.check()).toEqual([FULL])
          seen.rejected += 1
        }
        disk.free()
        if (wrong === 'full') {
          const found = { outcome: 'accepted', failures: 0 }
          expect(await verify('second', { address, ...rules })).toEqual(found)
        }
        expect(await outcomeOf(guess('third', { address, ...rules }))).toBe('wrong')
        expect(await store.check()).toEqual([])
      }
      expect(seen.counted).toBeGreaterThan(5)
      expect(seen.rejected).toBeGreaterThan(5)
    })
  })

  test('a database that may not grow accepts no right code where a wrong one is not counted, and check() reports it', async () => {
    const { database, store, open, guess, verify } = await openStore(driver())
    const addresses = Array.from({ length: 400 }, (_, i) => `address ${i}`)
    for (const address of addresses) await open('first', { address })
    database.exec('PRAGMA max_page_count = 1')
    const seen = { counted: 0, rejected: 0 }
    for (const address of addresses) {
      const wrong = await outcomeOf(guess('first', { address, ...rules }))
      const right = await outcomeOf(verify('first', { address, ...rules }))
      if (wrong === 'wrong') seen.counted += 1
      else {
        expect({ wrong, right }).toEqual({ wrong: 'full', right: 'full' })
        expect(await store.check()).toEqual([FULL])
        seen.rejected += 1
      }
    }
    // A guess makes its row longer, which needs a page where the row's page is full.
    expect(seen.rejected).toBeGreaterThan(10)
    expect(seen.counted).toBeGreaterThan(10)
  })
})

describeWithSqlite('check() of SqliteStore', (driver) => {
  test('reports a database that may not grow before the first call fails, however full its pages are', async () => {
    for (const count of [1, 4, 16, 31, 58, 77, 103]) {
      const { database, store, open } = await openStore(driver())
      for (let i = 0; i < count; i += 1) await open(`first ${i}`, { address: `address ${i}` })
      database.exec('PRAGMA max_page_count = 1')
      expect(await store.check(), `${count} addresses`).toEqual([FULL])
      database.exec('PRAGMA max_page_count = 4294967294')
      expect(await store.check()).toEqual([])
    }
  })

  test('needs no more room each time', async () => {
    const { database, store, open } = await openStore(driver())
    await open('first')
    const size = () => database.prepare('PRAGMA page_count').get()
    expect(await store.check()).toEqual([])
    const before = size()
    for (let i = 0; i < 10; i += 1) expect(await store.check()).toEqual([])
    expect(size()).toEqual(before)
  })
})

function skipped(why: string | undefined): string {
  return why === undefined ? '' : ` (skipped: ${why})`
}
