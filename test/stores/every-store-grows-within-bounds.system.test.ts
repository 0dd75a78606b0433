import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, STRANGER, verbs } from './contract/verbs.js'
import { everyStore } from './list.js'

const ADDRESSES = 600

everyStore((running) => {
  test('forgets what no longer matters, while other requests come in', async () => {
    const { store, advance, rows } = await running().clocked()
    const { open, guess, cancel } = verbs({ store, advance })
    const flood = async (name: string) => {
      for (let i = 0; i < ADDRESSES; i += 1) {
        const address = { address: `${name} ${i}` }
        await open('first', address)
        if (i % 10 === 0) await guess('first', address)
      }
    }
    await flood('before')
    const before = await rows()
    expect(before).toBeGreaterThanOrEqual(ADDRESSES)

    // The last of it is the window of the failures, which began with a guess.
    await advance(31 * DAY)
    await flood('after')
    expect(await rows()).toBeLessThanOrEqual(before)
    await cancel('first', { address: 'after 1' })
  })

  test('keeps failures and sends for as long as they count', async () => {
    const { store, advance, rows } = await running().clocked()
    const { open, guess, failures, msUntilFull } = verbs({ store, advance })
    await open('first')
    await guess('first')
    await advance(30 * DAY - 1)
    for (let i = 0; i < 50; i += 1) await open('first', { address: `other ${i}` })
    expect(await failures()).toBe(1)
    await open('second', { address: 'bob' })
    await advance(HOUR)
    for (let i = 0; i < 50; i += 1) await open('first', { address: `more ${i}` })
    expect(await msUntilFull({ address: 'bob' })).toBe(STRANGER.refillMs - HOUR)
    expect(await failures()).toBe(0)
    expect(await rows()).toBeGreaterThan(50)
  })

  test('leaves nothing behind for guesses, resends and cancels at challenges that do not exist', async () => {
    const { store, rows, advance } = await running().clocked()
    const { open, guess, verify, cancel } = verbs({ store, advance })
    await open('first')
    const before = await rows()
    for (let i = 0; i < 200; i += 1) {
      for (const address of ['alice', `stranger ${i}`]) {
        expect(await guess(`${i}`, { address })).toEqual({ outcome: 'unknown' })
        expect(await verify(`${i}`, { address })).toEqual({ outcome: 'unknown' })
        await cancel(`${i}`, { address, refund: 'whole' })
      }
    }
    await advance(MINUTE)
    expect(await rows()).toBe(before)
  })
})
