import { expect, test } from 'vitest'
import { describeWithSqlite } from '../helpers/sqlite.js'
import { DAY, HOUR, MINUTE, SECOND, STRANGER } from '../stores/contract/verbs.js'
import { openAgain, openStore, stopBothClocks } from '../stores/sqlite-store.js'

describeWithSqlite('SqliteStore while the system clock is set', (driver) => {
  async function setUp() {
    const clock = stopBothClocks()
    const made = await openStore(driver())
    /** A store of a process that starts now. */
    const restarted = () => openAgain(driver(), made.file)
    return { ...made, ...clock, restarted }
  }

  test('back: no expired code becomes valid again, and time goes on', async () => {
    const { advance, setSystemClock, open, verify, guess } = await setUp()
    await open('first')
    await open('second')
    await advance(10 * MINUTE - 1)
    expect(await guess('first')).toMatchObject({ outcome: 'wrong' })
    await advance(1)
    expect(await verify('first')).toEqual({ outcome: 'unknown' })
    setSystemClock(Date.now() - HOUR)
    expect(await verify('first')).toEqual({ outcome: 'unknown' })
    await open('third')
    await advance(10 * MINUTE - 1)
    expect(await verify('third')).toMatchObject({ outcome: 'accepted' })
    await open('fourth')
    await advance(10 * MINUTE)
    expect(await verify('fourth')).toEqual({ outcome: 'unknown' })
  })

  test('back: no send refills earlier, no spacing is longer, and failures still count', async () => {
    const { advance, setSystemClock, open, resend, guess, failures, msUntilFull } = await setUp()
    await open('first')
    await guess('first')
    setSystemClock(Date.now() - DAY)
    expect(await resend('first', 'new')).toEqual({ outcome: 'waiting', retryAfterMs: 30 * SECOND })
    expect(await msUntilFull()).toBe(STRANGER.refillMs)
    await advance(30 * SECOND)
    expect(await resend('first', 'new')).toEqual({ outcome: 'reopened' })
    await advance(30 * DAY - 30 * SECOND - 1)
    expect(await failures()).toBe(1)
    await advance(1)
    expect(await failures()).toBe(0)
  })

  test('back, and the process starts again: time continues at what was recorded', async () => {
    const { advance, setSystemClock, restarted, open, verify } = await setUp()
    await open('first')
    await advance(10 * MINUTE)
    expect(await verify('first')).toEqual({ outcome: 'unknown' })
    setSystemClock(Date.now() - DAY)
    const { open: openAfter, verify: verifyAfter, resend } = restarted()
    expect(await verifyAfter('first')).toEqual({ outcome: 'unknown' })
    await openAfter('second')
    expect(await resend('second', 'new')).toEqual({ outcome: 'waiting', retryAfterMs: 30 * SECOND })
    await advance(9 * MINUTE)
    expect(await verifyAfter('second')).toEqual({ outcome: 'accepted', failures: 0 })
    expect(await verify('second')).toEqual({ outcome: 'unknown' })
  })

  test('forward and back again: codes last as long as they should', async () => {
    const { advance, setSystemClock, restarted, open } = await setUp()
    const now = Date.now()
    setSystemClock(now + 365 * DAY)
    await open('first')
    setSystemClock(now)
    await advance(9 * MINUTE)
    await open('second')
    const { verify } = restarted()
    expect(await verify('first')).toEqual({ outcome: 'accepted', failures: 0 })
    await open('third')
    await advance(MINUTE)
    expect(await verify('first')).toEqual({ outcome: 'unknown' })
    await advance(9 * MINUTE - 1)
    expect(await verify('second')).toEqual({ outcome: 'accepted', failures: 0 })
    await advance(1)
    expect(await verify('third')).toEqual({ outcome: 'unknown' })
  })
})
