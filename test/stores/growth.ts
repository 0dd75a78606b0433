import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, STRANGER, verbs } from './contract/verbs.js'
import type { RunningStore } from './listed/store.js'

const ADDRESSES = 200

/** Declares tests of what a store keeps, and of what it deletes while requests come in. */
export function growsWithinBounds(running: () => RunningStore): void {
  const clocked = async () => {
    const { store, advance, rows } = await running().clocked()
    const tools = verbs({ store, advance })
    /** Opens a challenge for so many new addresses. Each call may delete rows that are no longer needed. */
    const openMore = async (name: string, count: number) => {
      for (let i = 0; i < count; i += 1) await tools.open('first', { address: `${name} ${i}` })
    }
    const forget = async (address: string) => store.forget?.({ address })
    return { ...tools, rows, openMore, forget }
  }

  test('forgets what no longer matters, while other requests come in', async () => {
    const { guess, advance, rows, openMore } = await clocked()
    const flood = async (name: string) => {
      await openMore(name, ADDRESSES)
      for (let i = 0; i < ADDRESSES; i += 10) await guess('first', { address: `${name} ${i}` })
    }
    await flood('before')
    const before = await rows()
    expect(before).toBeGreaterThanOrEqual(ADDRESSES)

    // The last of it is the window of the failures, which began with a guess.
    await advance(31 * DAY)
    await flood('after')
    expect(await rows()).toBeLessThanOrEqual(before)
  })

  test('keeps failures and sends for as long as they count', async () => {
    const { open, guess, failures, msUntilFull, advance, rows, openMore } = await clocked()
    await open('first')
    await guess('first')
    await advance(30 * DAY - 1)
    await openMore('other', 50)
    expect(await failures()).toBe(1)
    await open('second', { address: 'bob' })
    await advance(HOUR)
    await openMore('more', 50)
    expect(await msUntilFull({ address: 'bob' })).toBe(STRANGER.refillMs - HOUR)
    expect(await failures()).toBe(0)
    expect(await rows()).toBeGreaterThan(50)
  })

  test('keeps an address while one of its challenges lives or one of its sends refills', async () => {
    const { open, verify, advance, openMore } = await clocked()
    const slow = { address: 'bob', budget: { ...STRANGER, burst: 1, refillMs: 5 * DAY } }
    await open('short life')
    await open('long life', { ttlMs: 5 * DAY })
    await open('another short life')
    await open('slow refill', slow)
    await advance(4 * DAY)
    await openMore('other', 4)
    expect(await open('too early', slow)).toEqual({ outcome: 'limited', retryAfterMs: DAY })
    expect(await verify('long life')).toEqual({ outcome: 'accepted', failures: 0 })
  })

  test('leaves nothing behind for guesses, cancels and erasures where there is no challenge', async () => {
    const { open, guess, verify, cancel, forget, advance, rows } = await clocked()
    await open('first')
    const before = await rows()
    for (let i = 0; i < 250; i += 1) {
      for (const address of ['alice', `stranger ${i}`]) {
        expect(await guess(`${i}`, { address })).toEqual({ outcome: 'unknown' })
        expect(await verify(`${i}`, { address })).toEqual({ outcome: 'unknown' })
        await cancel(`${i}`, { address, refund: 'whole' })
      }
      await forget(`stranger ${i}`)
    }
    await advance(MINUTE)
    expect(await rows()).toBe(before)
  })
}
