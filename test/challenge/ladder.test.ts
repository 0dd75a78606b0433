import { guessProbability, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import {
  digitsFor,
  FAILURES_WINDOW_MS,
  failuresBelow,
  sendBudget,
} from '../../src/challenge/ladder.js'
import { inWords } from '../../src/util/durations.js'

describe('the ladder', () => {
  it.each([
    [0, 6, 6],
    [4, 6, 6],
    [5, 6, 8],
    [49, 6, 8],
    [50, 6, 10],
    [1e6, 6, 10],
    [0, 7, 7],
    [5, 7, 8],
    [4, 9, 9],
    [5, 9, 9],
    [50, 9, 10],
    [0, 10, 10],
  ])('after %i failures, %i configured digits are %i', (failures, configured, digits) => {
    expect(digitsFor(failures, configured)).toBe(digits)
  })

  it.each([
    [6, 5],
    [7, 5],
    [8, 50],
    [9, 50],
    [10, 2 ** 53 - 1],
  ])('%i digits are long enough below %i failures', (digits, below) => {
    expect(failuresBelow(digits)).toBe(below)
  })

  it('never makes a code that is too short when it is made', () => {
    for (let failures = 0; failures < 60; failures++) {
      for (let configured = 6; configured <= 10; configured++) {
        expect(failuresBelow(digitsFor(failures, configured))).toBeGreaterThan(failures)
      }
    }
  })

  it('counts failures for 30 days', () => {
    expect(FAILURES_WINDOW_MS).toBe(30 * 24 * 3600 * 1000)
  })
})

describe('the send budget', () => {
  it('is five at once and one every 90 minutes, by default limits', () => {
    expect(sendBudget('b', { maxSendsPerHour: 5, maxSendsPerDay: 20 })).toEqual({
      key: 'b',
      burst: 5,
      refillMs: 90 * 60 * 1000,
    })
  })
})

it('a budget that refills at odd times does so in whole milliseconds', () => {
  expect(sendBudget('b', { maxSendsPerHour: 5, maxSendsPerDay: 11 }).refillMs).toBe(12_342_858)
})

describe('a wait in words', () => {
  it.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [90, '90 seconds'],
    [91, '2 minutes'],
    [3600, '60 minutes'],
    [5400, '90 minutes'],
    [5401, '2 hours'],
  ])('%i seconds are %s', (seconds, words) => {
    expect(inWords(seconds)).toBe(words)
  })
})

interface Limits {
  readonly digits?: number
  readonly maxAttempts?: number
  readonly maxSendsPerHour?: number
  readonly maxSendsPerDay?: number
}

function construct(limits: Limits): void {
  const secret = 'correct horse battery staple, and more'
  new Strategy({ secret, sendCode: async () => {}, ...limits }, async (email) => ({ email }))
}

function isAccepted(limits: Limits): boolean {
  try {
    construct(limits)
    return true
  } catch {
    return false
  }
}

describe('what a strategy accepts', () => {
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i)
  // All that there is, and one step beyond each range.
  const everything = range(0, 11).flatMap((maxAttempts) =>
    range(0, 21).flatMap((maxSendsPerHour) =>
      range(maxSendsPerHour - 1, maxSendsPerHour + 24).map((maxSendsPerDay) => ({
        maxAttempts,
        maxSendsPerHour,
        maxSendsPerDay,
      })),
    ),
  )
  const accepted = everything.filter(isAccepted)

  it('is what the documents say', () => {
    const documented = everything.filter(
      ({ maxAttempts, maxSendsPerHour, maxSendsPerDay }) =>
        maxAttempts >= 1 &&
        maxAttempts <= 10 &&
        maxSendsPerHour >= 1 &&
        maxSendsPerHour <= 20 &&
        maxSendsPerDay >= maxSendsPerHour &&
        maxSendsPerDay <= maxSendsPerHour + 23 &&
        maxAttempts * maxSendsPerDay <= 200,
    )
    expect(accepted).toEqual(documented)
    const lengths = range(0, 12).filter((digits) => isAccepted({ digits }))
    expect(lengths).toEqual([6, 7, 8, 9, 10])
  })

  it('stays below 1e-4 with all three budgets, each single configuration of it', () => {
    const figures = accepted.flatMap((limits) =>
      range(6, 10).map((digits) => guessProbability({ ...limits, digits })),
    )
    expect(figures.length).toBeGreaterThan(10_000)
    const worst = figures.reduce((a, b) => Math.max(a, b))
    expect(worst).toBeLessThan(1e-4)
    expect(worst).toBe(
      guessProbability({ maxAttempts: 10, maxSendsPerHour: 1, maxSendsPerDay: 20 }),
    )
    expect(worst.toExponential(1)).toBe('9.8e-5')
  })

  it('would not, were more than 220 guesses a day accepted', () => {
    const limits = { maxAttempts: 10, maxSendsPerHour: 1, maxSendsPerDay: 22 }
    expect(guessProbability(limits)).toBeGreaterThan(1e-4)
    expect(isAccepted(limits)).toBe(false)
  })

  it.each<[Limits, RegExp, Limits]>([
    [{ digits: 5 }, /"digits" must be a whole number from 6 to 10; got 5/, { digits: 6 }],
    [{ maxAttempts: 11 }, /"maxAttempts" must be .* from 1 to 10; got 11/, { maxAttempts: 10 }],
    [
      { maxSendsPerHour: 21 },
      /"maxSendsPerHour" must be .* from 1 to 20; got 21/,
      { maxSendsPerHour: 20 },
    ],
    [
      { maxSendsPerHour: 2, maxSendsPerDay: 26 },
      /"maxSendsPerDay" must be .* from 2 to 25; got 26/,
      { maxSendsPerHour: 2, maxSendsPerDay: 25 },
    ],
    [
      { maxAttempts: 9, maxSendsPerDay: 23 },
      /"maxAttempts" must be at most 8 with maxSendsPerDay 23 \(.* below 1 in 10,000 a year\); got 9/,
      { maxAttempts: 8, maxSendsPerDay: 23 },
    ],
  ])('does not hold %o, and the error says what would be', (refused, message, mended) => {
    expect(() => construct(refused)).toThrow(message)
    expect(() => construct(refused)).toThrow(TypeError)
    expect(() => construct(mended)).not.toThrow()
  })
})
