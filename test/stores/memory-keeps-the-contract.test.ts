import { testStore } from 'passport-email-otp/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND, STRANGER } from './contract/verbs.js'
import { advance, makeFloodableStore, makeMemoryStore, stopTheClock } from './memory-store.js'
import { stopBothClocks } from './sqlite-store.js'

stopTheClock()

const makeStore = () => {
  const { store, advance, openMore } = makeFloodableStore({ maxChallenges: 1_000 })
  // A full store drops the oldest.
  return { store, advance, evict: async () => void (await openMore(1_000)) }
}
testStore(makeStore, { describe, test })

describe('MemoryStore while the clock of its process is set', () => {
  // Otherwise the time that a test takes would pass for the store, too.
  beforeEach(() => void stopBothClocks())

  test('back: no expired code becomes valid again, and others expire as if it had not been', async () => {
    const { open, guess, verify } = makeMemoryStore()
    await open('first')
    await advance(10 * MINUTE)
    await open('second')
    await advance(-30 * DAY)
    expect(await verify('first')).toEqual({ outcome: 'unknown' })
    await advance(10 * MINUTE - 1)
    expect(await guess('second')).toMatchObject({ outcome: 'wrong' })
    await advance(1)
    expect(await verify('second')).toEqual({ outcome: 'unknown' })
  })

  test('back: no spacing and no send limit is longer, and failures still count', async () => {
    const { open, resend, guess, failures, msUntilFull } = makeMemoryStore()
    await open('first')
    await guess('first')
    await advance(-30 * DAY)
    expect(await resend('first', 'new')).toEqual({ outcome: 'waiting', retryAfterMs: 30 * SECOND })
    expect(await msUntilFull()).toBe(STRANGER.refillMs)
    await advance(30 * SECOND)
    expect(await resend('first', 'new')).toEqual({ outcome: 'reopened' })
    await advance(30 * DAY - 30 * SECOND - 1)
    expect(await failures()).toBe(1)
    await advance(1)
    expect(await failures()).toBe(0)
  })

  test('back twice: each time its own time goes on', async () => {
    const { open, guess, verify } = makeMemoryStore()
    await open('first')
    for (const ms of [HOUR, 2 * HOUR]) {
      await advance(4 * MINUTE)
      expect(await guess('first')).toMatchObject({ outcome: 'wrong' })
      await advance(-ms)
      expect(await guess('first')).toMatchObject({ outcome: 'wrong' })
    }
    await advance(2 * MINUTE)
    expect(await verify('first')).toEqual({ outcome: 'unknown' })
  })

  test('back and right again: its own time jumps forward', async () => {
    const { open, resend, verify } = makeMemoryStore()
    await open('first')
    await advance(-HOUR)
    expect(await resend('first', 'new')).toMatchObject({ outcome: 'waiting' })
    await advance(HOUR)
    expect(await verify('first')).toEqual({ outcome: 'unknown' })
  })

  test('back after the store was idle: a code has not gained that time', async () => {
    const { advance, setSystemClock } = stopBothClocks()
    const { open, verify } = makeMemoryStore()
    await open('first')
    await advance(10 * MINUTE)
    setSystemClock(Date.now() - DAY)
    expect(await verify('first')).toEqual({ outcome: 'unknown' })
  })
})
