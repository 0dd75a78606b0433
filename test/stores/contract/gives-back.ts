import { expect, test } from 'vitest'
import { DAY, DEVICE, HOUR, type MakeStore, MINUTE, STRANGER, verbs } from './verbs.js'

const REFILL = STRANGER.refillMs
const LONG = { ttlMs: DAY, keepMs: 0, spacingMs: 0 }

export function givesBack(makeStore: MakeStore): void {
  test('a sign-in takes back the failures of its own challenge and of no other', async () => {
    const { open, guess, answer, fail, failures } = verbs(await makeStore())
    await fail(2)
    await open('first')
    await guess('first')
    await guess('first')
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
    expect(await failures()).toBe(2)
  })

  test('the window stays when nothing is left to count in it', async () => {
    const { open, guess, answer, fail, failures, advance } = verbs(await makeStore())
    await open('first')
    await guess('first')
    await answer('first')
    await advance(29 * DAY)
    expect(await failures()).toBe(0)
    await fail(3)
    await advance(DAY - 1)
    expect(await failures()).toBe(3)
    await advance(1)
    expect(await failures()).toBe(0)
  })

  test('failures of a window that is over are not given back in the next', async () => {
    const { open, guess, answer, fail, failures, advance } = verbs(await makeStore())
    await fail(1)
    await advance(30 * DAY - MINUTE)
    await open('first')
    await guess('first')
    await guess('first')
    await advance(MINUTE)
    expect(await guess('first')).toMatchObject({ failures: 1 })
    await fail(2)
    await answer('first')
    expect(await failures()).toBe(2)
  })

  test('whoever signs in is never limited', async () => {
    const { open, again, answer, advance, fullAgainIn } = verbs(await makeStore())
    for (let i = 0; i < 20; i += 1) {
      expect(await open(`${i}`)).toMatchObject({ outcome: 'opened' })
      await advance(30_000)
      expect(await again(`${i}`, 'new')).toEqual({ outcome: 'reopened' })
      expect(await answer(`${i}`)).toEqual({ outcome: 'accepted' })
    }
    expect(await fullAgainIn()).toBe(0)
  })

  test('sends that nobody answered are kept', async () => {
    const { open, answer, fullAgainIn } = verbs(await makeStore())
    for (let i = 0; i < 3; i += 1) await open(`${i}`)
    await answer('1')
    expect(await fullAgainIn()).toBe(2 * REFILL)
  })

  test('what refilled by itself is not given back again', async () => {
    const { open, again, answer, advance, fullAgainIn } = verbs(await makeStore())
    for (const name of ['one', 'two', 'three', 'four']) await open(name, LONG)
    await advance(HOUR)
    await again('two', 'new', LONG)
    expect(await fullAgainIn()).toBe(5 * REFILL - HOUR)
    await answer('one') // 90 minutes were counted, 60 are back
    expect(await fullAgainIn()).toBe(5 * REFILL - HOUR - 30 * MINUTE)
    await answer('two') // 180 were counted from the first on, 60 are back
    expect(await fullAgainIn()).toBe(5 * REFILL - HOUR - 30 * MINUTE - 2 * HOUR)
    await advance(HOUR)
    await answer('three')
    expect(await fullAgainIn()).toBe(5 * REFILL - 2 * HOUR - 30 * MINUTE - 2 * HOUR)
  })

  test('nothing is given back to another budget than the one that was charged', async () => {
    const { open, answer, fullAgainIn } = verbs(await makeStore())
    await open('first')
    await open('second', { budget: DEVICE })
    expect(await answer('first', { budget: DEVICE })).toEqual({ outcome: 'accepted' })
    expect(await fullAgainIn()).toBe(REFILL)
    expect(await fullAgainIn({ budget: DEVICE })).toBe(REFILL)
  })

  test('a challenge reopened on another budget gives back that one send', async () => {
    const { open, again, answer, advance, fullAgainIn } = verbs(await makeStore())
    await open('first', LONG)
    await again('first', 'new', LONG)
    await advance(HOUR)
    await again('first', 'new', { ...LONG, budget: DEVICE })
    await open('second', { budget: DEVICE })
    await answer('first', { budget: DEVICE })
    expect(await fullAgainIn()).toBe(2 * REFILL - HOUR)
    expect(await fullAgainIn({ budget: DEVICE })).toBe(REFILL)
  })

  test('and to the first budget nothing', async () => {
    const { open, again, answer, fullAgainIn } = verbs(await makeStore())
    await open('first', LONG)
    await again('first', 'new', { ...LONG, budget: DEVICE })
    await answer('first')
    expect(await fullAgainIn()).toBe(REFILL)
    expect(await fullAgainIn({ budget: DEVICE })).toBe(REFILL)
  })

  test('a free replacement gives back what the code before it had cost', async () => {
    const { open, again, answer, fail, advance, fullAgainIn } = verbs(await makeStore())
    await open('unanswered')
    await open('six digits', LONG)
    await again('six digits', 'new', LONG)
    await fail(5)
    await advance(MINUTE)
    await again('six digits', 'eight', LONG)
    expect(await fullAgainIn()).toBe(3 * REFILL - MINUTE)
    await answer('eight', { failuresBelow: 50 }) // 180 minutes were counted, one is back
    expect(await fullAgainIn()).toBe(REFILL)
  })

  test('a free replacement that is sent again gives back both, from the first on', async () => {
    const { open, again, answer, fail, advance, fullAgainIn } = verbs(await makeStore())
    await open('six digits', LONG)
    await open('unanswered')
    await fail(5)
    await again('six digits', 'eight', LONG)
    await advance(HOUR)
    await again('eight', 'new', { ...LONG, failuresBelow: 50 })
    expect(await fullAgainIn()).toBe(3 * REFILL - HOUR)
    await answer('eight', { failuresBelow: 50 })
    expect(await fullAgainIn()).toBe(REFILL)
  })

  test('a free replacement gives back no failures of the code before it', async () => {
    const { open, again, guess, answer, fail, failures } = verbs(await makeStore())
    await open('six digits')
    await guess('six digits')
    await fail(4)
    await again('six digits', 'eight')
    await guess('eight', { failuresBelow: 50 })
    await answer('eight', { failuresBelow: 50 })
    expect(await failures()).toBe(5)
  })
}
