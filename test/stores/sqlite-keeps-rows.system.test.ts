import { expect, onTestFinished, test } from 'vitest'
import { describeWithSqlite } from '../helpers/sqlite.js'
import { DAY, STRANGER, verbs } from './contract/verbs.js'
import { ADDRESSES, emptyStore, stopBothClocks } from './sqlite-store.js'

describeWithSqlite('the row of an address in SqliteStore', (driver) => {
  test('stays while a challenge lives or a send refills, and is deleted afterwards', async () => {
    const { advance } = stopBothClocks()
    const { store, database, close } = await emptyStore(driver())
    onTestFinished(close)
    const { open, verify } = verbs({ store, advance })
    const slow = { address: 'bob', budget: { ...STRANGER, burst: 1, refillMs: 5 * DAY } }
    const openMore = async (name: string, count: number) => {
      for (let n = 0; n < count; n += 1) await open(`${name} ${n}`, { address: `${name} ${n}` })
    }

    await open('long life', { ttlMs: 5 * DAY })
    await open('slow refill', slow)
    advance(4 * DAY)
    // Each of them deletes up to two rows that are no longer needed.
    await openMore('other', 4)
    expect(await open('too early', slow)).toEqual({ outcome: 'limited', retryAfterMs: DAY })
    expect(await verify('long life')).toEqual({ outcome: 'accepted', failures: 0 })

    advance(10 * DAY)
    await openMore('late', 8)
    const { rows } = database.prepare(`SELECT count(*) AS rows FROM ${ADDRESSES}`).get() as {
      rows: unknown
    }
    expect(Number(rows)).toBe(8)
  })
})
