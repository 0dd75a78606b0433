import { expect, test } from 'vitest'
import { HOUR, type MakeStore, MINUTE, SECOND, STRANGER, verbs } from './verbs.js'

export function asksForCodes(makeStore: MakeStore): void {
  test('a first request opens a challenge that the right code answers', async () => {
    const { open, answer } = verbs(await makeStore())
    expect(await open('first')).toEqual({ outcome: 'opened', failures: 0 })
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
  })

  test('a challenge ends at its time and not a millisecond before', async () => {
    const { open, answer, advance } = verbs(await makeStore())
    await open('first')
    await open('second')
    await advance(10 * MINUTE - 1)
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
    await advance(1)
    expect(await answer('second')).toEqual({ outcome: 'unknown' })
  })

  test('a challenge ends at its own time where an older one lives longer', async () => {
    const { open, again, guess, answer, cancel, advance, fullAgainIn } = verbs(await makeStore())
    await open('long', { ttlMs: 20 * MINUTE })
    await open('first')
    await open('second')
    await advance(10 * MINUTE)
    expect(await guess('first')).toEqual({ outcome: 'unknown' })
    expect(await answer('first')).toEqual({ outcome: 'unknown' })
    await cancel('first', { refund: true })
    expect(await fullAgainIn()).toBe(3 * STRANGER.refillMs - 10 * MINUTE)
    expect(await again('second', 'third', { spacingMs: HOUR, keepMs: -1 })).toEqual({
      outcome: 'opened',
      failures: 0,
    })
    expect(await answer('long')).toEqual({ outcome: 'accepted' })
  })

  test('asking again within the spacing waits, exactly as long as it says', async () => {
    const { open, again, advance } = verbs(await makeStore())
    await open('first')
    await advance(12 * SECOND)
    expect(await again('first', 'second')).toEqual({
      outcome: 'waiting',
      retryAfterMs: 18 * SECOND,
    })
    await advance(18 * SECOND - 1)
    expect(await again('first', 'second')).toEqual({ outcome: 'waiting', retryAfterMs: 1 })
    await advance(1)
    expect(await again('first', 'second')).toEqual({ outcome: 'reopened' })
  })

  test('spacing is measured from the last mail, not from the first', async () => {
    const { open, again, advance } = verbs(await makeStore())
    await open('first')
    await advance(30 * SECOND)
    await again('first', 'second')
    await advance(29 * SECOND)
    expect(await again('first', 'third')).toEqual({ outcome: 'waiting', retryAfterMs: SECOND })
  })

  test('waiting writes nothing: no challenge, no send', async () => {
    const { open, again, answer, fullAgainIn } = verbs(await makeStore())
    await open('first')
    await again('first', 'second')
    expect(await answer('second')).toEqual({ outcome: 'unknown' })
    expect(await fullAgainIn()).toBe(STRANGER.refillMs)
  })

  test('a browser that holds nothing need not wait for another one', async () => {
    const { open } = verbs(await makeStore())
    await open('first')
    expect(await open('second')).toEqual({ outcome: 'opened', failures: 0 })
  })

  test('reopening keeps the expiry and the used attempts, and opens nothing new', async () => {
    const { open, again, guess, answer, advance } = verbs(await makeStore())
    await open('first')
    await guess('first')
    await guess('first')
    await advance(5 * MINUTE)
    expect(await again('first', 'second')).toEqual({ outcome: 'reopened' })
    expect(await answer('second')).toEqual({ outcome: 'unknown' })
    expect(await guess('first')).toMatchObject({ outcome: 'wrong', attemptsLeft: 2 })
    await advance(5 * MINUTE)
    expect(await answer('first')).toEqual({ outcome: 'unknown' })
  })

  test('a challenge with a fifth of its life left is replaced, with a millisecond more it is kept', async () => {
    const { open, again, answer, advance } = verbs(await makeStore())
    await open('first')
    await advance(8 * MINUTE - 1)
    expect(await again('first', 'second')).toEqual({ outcome: 'reopened' })
    await advance(30 * SECOND)
    expect(await again('first', 'second')).toEqual({ outcome: 'opened', failures: 0 })
    expect(await answer('first')).toEqual({ outcome: 'unknown' })
    expect(await answer('second')).toEqual({ outcome: 'accepted' })

    await open('third')
    await advance(8 * MINUTE)
    expect(await again('third', 'fourth')).toEqual({ outcome: 'opened', failures: 0 })
  })

  test('spacing holds for a challenge near its end too', async () => {
    const { open, again, advance } = verbs(await makeStore())
    await open('first', { ttlMs: 20 * SECOND, keepMs: 10 * SECOND })
    await advance(15 * SECOND)
    expect(await again('first', 'second')).toMatchObject({ outcome: 'waiting' })
  })

  test('a spent challenge is replaced at once, and the new one has all its attempts', async () => {
    const { open, again, guess } = verbs(await makeStore())
    await open('first', { attempts: 1 })
    await guess('first')
    expect(await again('first', 'second')).toEqual({ outcome: 'opened', failures: 1 })
    expect(await guess('first')).toEqual({ outcome: 'unknown' })
    expect(await guess('second', { failuresBelow: 50 })).toMatchObject({ attemptsLeft: 4 })
  })

  test('an expired challenge counts as none', async () => {
    const { open, again, answer, advance } = verbs(await makeStore())
    await open('first', { spacingMs: 20 * MINUTE })
    await advance(10 * MINUTE)
    const result = await again('first', 'second', { spacingMs: 20 * MINUTE, keepMs: 0 })
    expect(result).toEqual({ outcome: 'opened', failures: 0 })
    expect(await answer('second')).toEqual({ outcome: 'accepted' })
  })

  test('a pending challenge that is not there counts as none', async () => {
    const { again, answer } = verbs(await makeStore())
    expect(await again('never was', 'first')).toEqual({ outcome: 'opened', failures: 0 })
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
  })

  test('a challenge of another address is unknown to every verb, and stays as it is', async () => {
    const { open, again, guess, answer, cancel } = verbs(await makeStore())
    await open('hers')
    const mallory = { address: 'mallory' }
    expect(await again('hers', 'his', mallory)).toEqual({ outcome: 'opened', failures: 0 })
    expect(await guess('hers', mallory)).toEqual({ outcome: 'unknown' })
    expect(await answer('hers', mallory)).toEqual({ outcome: 'unknown' })
    await cancel('hers', { ...mallory, refund: true })
    expect(await guess('hers')).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
  })

  test('keys may be the names of what every object has', async () => {
    const { open, guess, answer } = verbs(await makeStore())
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
      const keys = { address: name, budget: { ...STRANGER, key: name } }
      expect(await guess(name, keys)).toEqual({ outcome: 'unknown' })
      expect(await open(name, keys)).toEqual({ outcome: 'opened', failures: 0 })
      expect(await guess(name, keys)).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
      expect(await answer(name, keys)).toEqual({ outcome: 'accepted' })
    }
  })
}
