import { expect, test } from 'vitest'
import { DAY, DEVICE, HOUR, type MakeStore, MINUTE, SECOND, STRANGER, verbs } from './verbs.js'

const REFILL = STRANGER.refillMs
const LONG = { ttlMs: DAY, keepMs: 0, spacingMs: 0 }
const REFUND = { refund: true }

export function cancels(makeStore: MakeStore): void {
  test('a challenge that was mailed once goes, and its send stays counted', async () => {
    const { open, cancel, answer, fullAgainIn } = verbs(await makeStore())
    await open('first')
    await cancel('first')
    expect(await answer('first')).toEqual({ outcome: 'unknown' })
    expect(await fullAgainIn()).toBe(REFILL)
  })

  test('with refund its send is given back', async () => {
    const { open, cancel, fullAgainIn } = verbs(await makeStore())
    await open('other')
    await open('first')
    await cancel('first', REFUND)
    expect(await fullAgainIn()).toBe(REFILL)
  })

  test('what is not there is left alone', async () => {
    const { open, cancel, answer, fullAgainIn } = verbs(await makeStore())
    await open('first')
    expect(await cancel('never was', REFUND)).toBeUndefined()
    expect(await fullAgainIn()).toBe(REFILL)
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
  })

  test('what has expired gives nothing back', async () => {
    const { open, cancel, advance, fullAgainIn } = verbs(await makeStore())
    await open('first')
    await advance(10 * MINUTE)
    await cancel('first', REFUND)
    expect(await fullAgainIn()).toBe(REFILL - 10 * MINUTE)
  })

  test('a challenge that was mailed again stays and loses its spacing alone', async () => {
    const { open, again, guess, cancel, advance } = verbs(await makeStore())
    await open('first')
    await guess('first')
    await advance(30 * SECOND)
    await again('first', 'new')
    await cancel('first')
    expect(await again('first', 'new')).toEqual({ outcome: 'reopened' })
    expect(await again('first', 'new')).toMatchObject({ outcome: 'waiting' })
    expect(await guess('first')).toEqual({ outcome: 'wrong', attemptsLeft: 3, failures: 2 })
  })

  test('without refund the mail sent again stays counted, and a sign-in still gives it back', async () => {
    const { open, again, cancel, answer, fullAgainIn } = verbs(await makeStore())
    await open('first', LONG)
    await again('first', 'new', LONG)
    await cancel('first')
    expect(await fullAgainIn()).toBe(2 * REFILL)
    await answer('first')
    expect(await fullAgainIn()).toBe(0)
  })

  test('each cancelling takes back one mail, and the last one takes the challenge', async () => {
    const { open, again, cancel, answer } = verbs(await makeStore())
    await open('first', LONG)
    await again('first', 'new', LONG)
    await again('first', 'new', LONG)
    await cancel('first')
    await cancel('first')
    expect(await again('first', 'new', LONG)).toEqual({ outcome: 'reopened' })
    await cancel('first')
    await cancel('first')
    expect(await answer('first')).toEqual({ outcome: 'unknown' })
  })

  test('the send of a mail sent again is given back by its own time', async () => {
    const { open, again, cancel, advance, fullAgainIn } = verbs(await makeStore())
    await open('first', LONG)
    await advance(HOUR)
    await again('first', 'new', LONG)
    await advance(MINUTE)
    await cancel('first', REFUND)
    expect(await fullAgainIn()).toBe(REFILL - HOUR)
  })

  test('cancelled to its end, a challenge gives back what has not refilled of its first send', async () => {
    const { open, again, cancel, advance, fullAgainIn } = verbs(await makeStore())
    await open('other', LONG)
    await open('first', LONG)
    await advance(HOUR)
    await again('first', 'new', LONG)
    await cancel('first', REFUND)
    await cancel('first', REFUND)
    expect(await fullAgainIn()).toBe(2 * REFILL - HOUR - 30 * MINUTE)
  })

  test('a send is given back once: by cancelling or by a sign-in', async () => {
    const { open, again, cancel, answer, fullAgainIn } = verbs(await makeStore())
    await open('other')
    await open('first', LONG)
    await again('first', 'new', LONG)
    await cancel('first', REFUND)
    expect(await fullAgainIn()).toBe(2 * REFILL)
    await answer('first')
    expect(await fullAgainIn()).toBe(REFILL)
  })

  test('once somebody guessed, nothing is given back', async () => {
    const { open, guess, cancel, answer, fullAgainIn } = verbs(await makeStore())
    await open('first')
    await guess('first')
    await cancel('first', REFUND)
    expect(await answer('first')).toEqual({ outcome: 'unknown' })
    expect(await fullAgainIn()).toBe(REFILL)
  })

  test('nothing is given back to another budget than the one that was charged', async () => {
    const { open, cancel, fullAgainIn } = verbs(await makeStore())
    await open('first')
    await open('second', { budget: DEVICE })
    await cancel('first', { ...REFUND, budget: DEVICE })
    expect(await fullAgainIn()).toBe(REFILL)
    expect(await fullAgainIn({ budget: DEVICE })).toBe(REFILL)
  })

  test('a refunded send on another budget leaves nothing of the first to give back', async () => {
    const { open, again, cancel, answer, fullAgainIn } = verbs(await makeStore())
    await open('first', LONG)
    await open('other', { budget: DEVICE })
    await again('first', 'new', { ...LONG, budget: DEVICE })
    await cancel('first', { ...REFUND, budget: DEVICE })
    expect(await fullAgainIn({ budget: DEVICE })).toBe(REFILL)
    await answer('first', { budget: DEVICE })
    expect(await fullAgainIn({ budget: DEVICE })).toBe(REFILL)
  })

  test('a mail after a refunded one is a new charge, from its own time on', async () => {
    const { open, again, cancel, answer, advance, fullAgainIn } = verbs(await makeStore())
    await open('first', LONG)
    await again('first', 'new', { ...LONG, budget: DEVICE })
    await cancel('first', { ...REFUND, budget: DEVICE })
    await advance(HOUR)
    await again('first', 'new', { ...LONG, budget: DEVICE })
    await answer('first', { budget: DEVICE })
    expect(await fullAgainIn({ budget: DEVICE })).toBe(0)
  })

  test('a free replacement goes, and has no send to give back', async () => {
    const { open, again, fail, cancel, answer, fullAgainIn } = verbs(await makeStore())
    await open('six digits')
    await fail(5)
    await again('six digits', 'eight')
    await cancel('eight', REFUND)
    expect(await answer('eight', { failuresBelow: 50 })).toEqual({ outcome: 'unknown' })
    expect(await fullAgainIn()).toBe(REFILL)
  })

  test('of a free replacement that was sent again, only that send is given back', async () => {
    const { open, again, fail, cancel, fullAgainIn } = verbs(await makeStore())
    await open('six digits')
    await fail(5)
    await again('six digits', 'eight', LONG)
    await again('eight', 'new', { ...LONG, failuresBelow: 50 })
    await cancel('eight', REFUND)
    expect(await fullAgainIn()).toBe(REFILL)
    await cancel('eight', REFUND)
    expect(await fullAgainIn()).toBe(REFILL)
  })
}
