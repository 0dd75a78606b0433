import { expect, test } from 'vitest'
import { EIGHT_DIGITS, type MakeStore, MINUTE, TEN_DIGITS, verbs } from './verbs.js'

export function judgesGuesses(makeStore: MakeStore): void {
  test('five wrong guesses count down to 0, after which the right code comes too late', async () => {
    const { open, guess, answer } = verbs(await makeStore())
    await open('first')
    for (const attemptsLeft of [4, 3, 2, 1, 0]) {
      expect(await guess('first')).toEqual({
        outcome: 'wrong',
        attemptsLeft,
        failures: 5 - attemptsLeft,
      })
    }
    expect(await guess('first')).toEqual({ outcome: 'spent' })
    expect(await answer('first')).toEqual({ outcome: 'spent' })
  })

  test('a spent code that is too short as well says spent', async () => {
    const { open, guess, fail } = verbs(await makeStore())
    await open('first', { attempts: 1 })
    await guess('first')
    await fail(5)
    expect(await guess('first')).toEqual({ outcome: 'spent' })
  })

  test('attempts left are no more than the ladder leaves', async () => {
    const { open, guess, fail } = verbs(await makeStore())
    await fail(3)
    await open('first')
    expect(await guess('first')).toEqual({ outcome: 'wrong', attemptsLeft: 1, failures: 4 })
    expect(await guess('first')).toEqual({ outcome: 'wrong', attemptsLeft: 0, failures: 5 })
    expect(await guess('first')).toEqual({ outcome: 'stale' })
  })

  test('a code that has become too short is neither right nor counted, and stays', async () => {
    const { open, guess, answer, fail, failures } = verbs(await makeStore())
    await open('first')
    await fail(5)
    expect(await answer('first')).toEqual({ outcome: 'stale' })
    expect(await guess('first')).toEqual({ outcome: 'stale' })
    expect(await failures()).toBe(5)
    expect(await guess('first', { failuresBelow: EIGHT_DIGITS })).toEqual({
      outcome: 'wrong',
      attemptsLeft: 4,
      failures: 6,
    })
  })

  test('codes opened side by side share five guesses in all', async () => {
    const { open, guess } = verbs(await makeStore())
    for (let i = 0; i < 5; i += 1) await open(`${i}`)
    const outcomes: string[] = []
    for (let i = 0; i < 25; i += 1) outcomes.push((await guess(`${i % 5}`)).outcome)
    expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(5)
    expect(outcomes.slice(5).every((outcome) => outcome === 'stale')).toBe(true)
  })

  test('ten digits are never too short', async () => {
    const { open, guess, fail } = verbs(await makeStore())
    await fail(200)
    await open('first')
    const result = await guess('first', { failuresBelow: TEN_DIGITS })
    expect(result).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 201 })
  })

  test('a right code is accepted once', async () => {
    const { open, answer, guess } = verbs(await makeStore())
    await open('first')
    expect(await answer('first')).toEqual({ outcome: 'accepted' })
    expect(await answer('first')).toEqual({ outcome: 'unknown' })
    expect(await guess('first')).toEqual({ outcome: 'unknown' })
  })

  test('guesses at what is not there count nothing and create nothing', async () => {
    const { guess, answer, failures } = verbs(await makeStore())
    for (let i = 0; i < 10; i += 1) expect(await guess('never was')).toEqual({ outcome: 'unknown' })
    expect(await answer('never was')).toEqual({ outcome: 'unknown' })
    expect(await failures()).toBe(0)
  })

  test('a wrong guess just before the end does not prolong the challenge', async () => {
    const { open, guess, answer, advance } = verbs(await makeStore())
    await open('first')
    await advance(10 * MINUTE - 1)
    expect(await guess('first')).toMatchObject({ outcome: 'wrong' })
    await advance(1)
    expect(await answer('first')).toEqual({ outcome: 'unknown' })
  })
}
