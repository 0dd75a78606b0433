import { guessProbability, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { digitsFor, FAILURES_WINDOW_MS, failuresBelow } from '../../src/challenge/ladder.js'
import { sendBudget } from '../../src/options/read-limits.js'
import { durationText } from '../../src/util/durations.js'
import { expectRejected } from '../helpers/rejects-option.js'

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
  ])(
    'after %i failures, a code that is configured with %i digits has %i',
    (failures, configured, digits) => {
      expect(digitsFor(failures, configured)).toBe(digits)
    },
  )

  it.each([
    [6, 5],
    [7, 5],
    [8, 50],
    [9, 50],
    [10, 2 ** 53 - 1],
  ])('%i digits are long enough below %i failures', (digits, below) => {
    expect(failuresBelow(digits)).toBe(below)
  })

  it('never creates a code that is already too short', () => {
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

it('rounds the refill time of a send budget up to whole milliseconds', () => {
  expect(sendBudget('b', { maxSendsPerHour: 5, maxSendsPerDay: 11 }).refillMs).toBe(12_342_858)
})

describe('a duration as text', () => {
  it.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [90, '90 seconds'],
    [91, '2 minutes'],
    [3600, '60 minutes'],
    [5400, '90 minutes'],
    [5401, '2 hours'],
  ])('%i seconds are written as %s', (seconds, words) => {
    expect(durationText('en', seconds)).toBe(words)
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

describe('the limits that a strategy accepts', () => {
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i)
  // All combinations of the ranges, and one value beyond each range.
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

  it('are those of the documentation', () => {
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

  it('keep the guess figure below 1e-4 with all three budgets, in every configuration', () => {
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

  it('exclude 220 guesses a day, which would exceed 1e-4', () => {
    const limits = { maxAttempts: 10, maxSendsPerHour: 1, maxSendsPerDay: 22 }
    expect(guessProbability(limits)).toBeGreaterThan(1e-4)
    expect(isAccepted(limits)).toBe(false)
  })

  it.each<[Limits, (string | number)[], Limits]>([
    [
      { maxSendsPerHour: 2, maxSendsPerDay: 26 },
      ['maxSendsPerDay', 2, 25, 26],
      { maxSendsPerHour: 2, maxSendsPerDay: 25 },
    ],
    [
      { maxAttempts: 9, maxSendsPerDay: 23 },
      ['maxAttempts', 8, 'maxSendsPerDay 23', '10,000', 9],
      { maxAttempts: 8, maxSendsPerDay: 23 },
    ],
  ])(
    'exclude %o, and the error names an accepted value',
    (rejected, [option, ...values], fixed) => {
      expectRejected(() => construct(rejected), `${option}`, ...values)
      expect(() => construct(fixed)).not.toThrow()
    },
  )
})
