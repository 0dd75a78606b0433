import { expect, test } from 'vitest'
import { DAY, DEVICE, HOUR, type MakeStore, verbs } from './verbs.js'

export function countsFailures(makeStore: MakeStore): void {
  test('failures of all challenges and budgets of an address are one count', async () => {
    const { open, guess, failures } = verbs(await makeStore())
    await open('first')
    await open('second', { budget: DEVICE })
    expect(await guess('first')).toMatchObject({ failures: 1 })
    expect(await guess('second', { budget: DEVICE })).toMatchObject({ failures: 2 })
    expect(await failures()).toBe(2)
  })

  test('they outlive the challenge that was abandoned', async () => {
    const { open, guess, failures, advance } = verbs(await makeStore())
    await open('first')
    for (let i = 0; i < 4; i += 1) await guess('first')
    await advance(DAY)
    expect(await failures()).toBe(4)
  })

  test('they count for another address nothing', async () => {
    const { fail, failures } = verbs(await makeStore())
    await fail(3)
    expect(await failures({ address: 'bob' })).toBe(0)
  })

  test('they all end 30 days after the first of them, and not a millisecond before', async () => {
    const { fail, failures, advance } = verbs(await makeStore())
    await fail(1)
    await advance(29 * DAY)
    await fail(6)
    await advance(DAY - 1)
    expect(await failures()).toBe(7)
    await advance(1)
    expect(await failures()).toBe(0)
  })

  test('the first failure after that begins 30 days of its own', async () => {
    const { open, fail, guess, failures, advance } = verbs(await makeStore())
    await fail(6)
    await advance(30 * DAY)
    await open('first')
    expect(await guess('first')).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
    await advance(30 * DAY - 1)
    expect(await failures()).toBe(1)
    await advance(1)
    expect(await failures()).toBe(0)
  })

  test('a code that nobody tried while it was too short is long enough again when the window is over', async () => {
    const { open, fail, again, guess, advance } = verbs(await makeStore())
    await fail(5)
    await advance(30 * DAY - HOUR)
    await open('first', { ttlMs: 2 * HOUR })
    await advance(HOUR)
    expect(await again('first', 'second')).toEqual({ outcome: 'reopened' })
    expect(await guess('first')).toEqual({ outcome: 'wrong', attemptsLeft: 4, failures: 1 })
  })

  test('a code tried while it was too short is too short for good: it could have been searched for', async () => {
    const { open, fail, guess, answer, failures, again, advance } = verbs(await makeStore())
    await fail(5)
    await advance(30 * DAY - HOUR)
    await open('first', { ttlMs: 2 * HOUR })
    expect(await guess('first')).toEqual({ outcome: 'stale' })
    await advance(HOUR)
    expect(await answer('first')).toEqual({ outcome: 'stale' })
    expect(await failures()).toBe(0)
    expect(await again('first', 'second')).toEqual({ outcome: 'opened', failures: 0 })
  })

  test('sends do not prolong the window', async () => {
    const { open, fail, failures, advance } = verbs(await makeStore())
    await fail(2)
    await advance(29 * DAY)
    await open('first')
    await advance(DAY)
    expect(await failures()).toBe(0)
  })
}
