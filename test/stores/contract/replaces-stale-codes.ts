import { expect, test } from 'vitest'
import { EIGHT_DIGITS, type MakeStore, MINUTE, STRANGER, TEN_DIGITS, verbs } from './verbs.js'

export function replacesStaleCodes(makeStore: MakeStore): void {
  test('a code that guesses made too short is replaced at once and costs no send', async () => {
    const { open, again, fail, answer, fullAgainIn } = verbs(await makeStore())
    await open('six digits')
    await fail(5)
    expect(await again('six digits', 'eight')).toEqual({ outcome: 'opened', failures: 5 })
    expect(await fullAgainIn()).toBe(STRANGER.refillMs)
    expect(await answer('six digits')).toEqual({ outcome: 'unknown' })
    expect(await answer('eight', { failuresBelow: EIGHT_DIGITS })).toEqual({ outcome: 'accepted' })
  })

  test('it is replaced where no send is left: guesses cannot lock the owner out', async () => {
    const { open, again, fail } = verbs(await makeStore())
    for (let i = 0; i < 5; i += 1) await open(`${i}`)
    await fail(5)
    expect(await again('0', 'eight')).toEqual({ outcome: 'opened', failures: 5 })
  })

  test('one failure fewer, and it is not', async () => {
    const { open, again, fail } = verbs(await makeStore())
    await open('six digits')
    await fail(4)
    expect(await again('six digits', 'new')).toMatchObject({ outcome: 'waiting' })
  })

  test('it happens once for each code: a replayed request is counted and limited', async () => {
    const { open, again, fail } = verbs(await makeStore())
    for (let i = 0; i < 5; i += 1) await open(`${i}`)
    await fail(5)
    expect(await again('0', 'eight')).toMatchObject({ outcome: 'opened' })
    expect(await again('0', 'replayed')).toMatchObject({ outcome: 'limited' })
    expect(await again('eight', 'new', { failuresBelow: EIGHT_DIGITS })).toMatchObject({
      outcome: 'waiting',
    })
  })

  test('the new code may become too short in its turn', async () => {
    const { open, again, fail } = verbs(await makeStore())
    await open('six digits')
    await fail(5)
    await again('six digits', 'eight')
    await fail(45)
    const eight = { failuresBelow: EIGHT_DIGITS }
    expect(await again('eight', 'ten', eight)).toEqual({ outcome: 'opened', failures: 50 })
    const ten = { failuresBelow: TEN_DIGITS }
    expect(await again('ten', 'more', ten)).toMatchObject({ outcome: 'waiting' })
  })

  test('the new challenge has its own life and all its attempts', async () => {
    const { open, again, fail, guess, advance } = verbs(await makeStore())
    await open('six digits')
    await guess('six digits')
    await fail(4)
    await advance(9 * MINUTE)
    await again('six digits', 'eight')
    await advance(10 * MINUTE - 1)
    const result = await guess('eight', { failuresBelow: EIGHT_DIGITS })
    expect(result).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 6 })
  })

  test('a spent code is not free: it is counted', async () => {
    const { open, again, guess, fullAgainIn } = verbs(await makeStore())
    await open('six digits')
    for (let i = 0; i < 5; i += 1) await guess('six digits')
    expect(await again('six digits', 'eight')).toEqual({ outcome: 'opened', failures: 5 })
    expect(await fullAgainIn()).toBe(2 * STRANGER.refillMs)
  })

  test('an expired code is not free: it is counted', async () => {
    const { open, again, fail, advance, fullAgainIn } = verbs(await makeStore())
    await open('six digits')
    await fail(5)
    await advance(10 * MINUTE)
    expect(await again('six digits', 'eight')).toEqual({ outcome: 'opened', failures: 5 })
    expect(await fullAgainIn()).toBe(2 * STRANGER.refillMs - 10 * MINUTE)
  })
}
