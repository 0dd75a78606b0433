import { type GuessLimits, guessProbability, type PopulationGuess } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { expectRejected } from './helpers/rejects-option.js'

/** As the documents print a chance: `7.9e-5`. */
const printed = (chance: number) => chance.toExponential(1)

describe('the chance for one address and year', () => {
  it('is 14 windows of 5 and 45 guesses, and all mails’ guesses at ten digits', () => {
    // Three budgets of 5 sends at once and 16 a day, and 5 guesses for each.
    const tenDigits = 3 * 5 * (5 + 365 * 16)
    expect(guessProbability()).toBeCloseTo(70e-6 + 630e-8 + tenDigits * 1e-10, 15)
  })

  it.each<[GuessLimits, string]>([
    [{}, '8.5e-5'],
    [{ budgets: 1 }, '7.9e-5'],
    [{ names: 2 }, '9.4e-5'],
    [{ names: 3 }, '1.0e-4'],
    [{ digits: 8 }, '1.6e-5'],
    [{ processes: 2 }, '1.7e-4'],
    [{ resetsPerYear: 12 }, '1.5e-4'],
    [{ resetsPerYear: 365 }, '2.1e-3'],
  ])('with %o is %s', (limits, figure) => {
    expect(printed(guessProbability(limits))).toBe(figure)
  })

  it('grows by 5.46e-6 with each reset: a ladder, and each budget’s burst of sends', () => {
    const reset = 5e-6 + 45e-8 + 3 * 5 * 5e-10
    expect(guessProbability({ resetsPerYear: 3 })).toBeCloseTo(guessProbability() + 3 * reset, 15)
    expect(guessProbability({ resetsPerYear: 2 })).toBeLessThan(1e-4)
    expect(guessProbability({ resetsPerYear: 3 })).toBeGreaterThan(1e-4)
    expect(guessProbability({ budgets: 1, resetsPerYear: 3 })).toBeLessThan(1e-4)
    expect(guessProbability({ budgets: 1, resetsPerYear: 4 })).toBeGreaterThan(1e-4)
  })

  it('is as many times as large as there are processes with a store each', () => {
    const limits = { resetsPerYear: 2, names: 2 }
    const figure = guessProbability({ ...limits, processes: 3 })
    expect(figure).toBeCloseTo(3 * guessProbability(limits), 15)
  })

  it('grows with each of the limits, and shrinks with digits', () => {
    for (const more of [
      { maxAttempts: 6 },
      { maxSendsPerHour: 6, maxSendsPerDay: 21 },
      { maxSendsPerDay: 21 },
      { names: 2 },
      { resetsPerYear: 1 },
    ]) {
      expect(guessProbability(more)).toBeGreaterThan(guessProbability())
    }
    for (let digits = 7; digits <= 10; digits += 1) {
      expect(guessProbability({ digits })).toBeLessThan(guessProbability({ digits: digits - 1 }))
    }
  })

  it('follows from one limit alone too', () => {
    const same = { maxSendsPerHour: 30, maxSendsPerDay: 30 }
    expect(guessProbability({ maxSendsPerHour: 30 })).toBe(guessProbability(same))
  })

  it('is never more than 1', () => {
    expect(guessProbability({ resetsPerYear: 100_000, processes: 1000 })).toBe(1)
  })
})

describe('a population', () => {
  it('loses an account for 200,000 mails, while there are addresses with short codes', () => {
    const mailsPerDay = 400
    const lost = guessProbability({ addresses: 1e6, mailsPerDay })
    expect(lost.mailsPerAccount).toBe(200_000)
    expect(lost.expectedAccounts).toBeCloseTo((365 * mailsPerDay) / 200_000, 12)
    expect(lost.perAddress).toBe(guessProbability())
  })

  it('loses one to 63 of 100 attackers who guess a million times at six digits', () => {
    // 2,740 mails a day are 1,000,100 in a year.
    const { anyAccount } = guessProbability({ addresses: 1e6, mailsPerDay: 2740, maxAttempts: 1 })
    expect(anyAccount.toFixed(2)).toBe('0.63')
  })

  it('is a little easier to guess with many guesses at one code, which exclude one another', () => {
    // 365 codes, each guessed with a chance of 1 in 1000.
    const limits = { addresses: 1e6, mailsPerDay: 1, maxAttempts: 1000 }
    expect(guessProbability(limits).anyAccount).toBeCloseTo(1 - 0.999 ** 365, 12)
  })

  it('loses at most all', () => {
    const hopeless = { resetsPerYear: 100_000, processes: 1000 }
    const lost = guessProbability({ addresses: 5, mailsPerDay: 1e10, ...hopeless })
    expect(lost).toMatchObject({ perAddress: 1, expectedAccounts: 5, anyAccount: 1 })
  })

  it('loses no more than what its addresses lose, whatever the mails', () => {
    const lost = guessProbability({ addresses: 1000, mailsPerDay: 1e10 })
    expect(lost.expectedAccounts).toBeCloseTo(1000 * guessProbability(), 12)
    expect(lost.anyAccount).toBeGreaterThan(1 - Math.exp(-lost.expectedAccounts))
    expect(lost.anyAccount).toBeLessThan(lost.expectedAccounts)
  })

  it('is guessed at where codes are short, before they are long', () => {
    // 70 guesses at six digits for each address, then 630 at eight: 36,500 mails are 182,500 guesses.
    const lost = guessProbability({ addresses: 1000, mailsPerDay: 100 })
    expect(lost.expectedAccounts).toBeCloseTo(70_000e-6 + 112_500e-8, 12)
  })
})

it('is a number for one address, and more for a population, which needs both of its numbers', () => {
  const limits: GuessLimits = { digits: 8 }
  const one: number = guessProbability(limits)
  const all: PopulationGuess = guessProbability({ ...limits, addresses: 1, mailsPerDay: 1 })
  expect(all.perAddress).toBe(one)
  // @ts-expect-error mailsPerDay is missing
  expectRejected(() => guessProbability({ addresses: 1 }), 'mailsPerDay')
})

describe('an option that is wrong', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ digits: 5 }, 'digits'],
    [{ digits: 11 }, 'digits'],
    [{ maxAttempts: 0 }, 'maxAttempts'],
    [{ maxAttempts: 2.5 }, 'maxAttempts'],
    [{ maxSendsPerHour: '5' }, 'maxSendsPerHour'],
    [{ maxSendsPerDay: 4 }, 'maxSendsPerDay'],
    [{ names: 0 }, 'names'],
    [{ budgets: 4 }, 'budgets'],
    [{ resetsPerYear: -1 }, 'resetsPerYear'],
    [{ processes: Number.NaN }, 'processes'],
    [{ addresses: 0, mailsPerDay: 1 }, 'addresses'],
    [{ addresses: 5 }, 'mailsPerDay'],
    [{ mailsPerDay: 5 }, 'addresses'],
    [{ maxAttempt: 5 }, 'maxAttempt'],
  ])('%o is refused by its name', (options, option) => {
    expectRejected(() => guessProbability(options as GuessLimits), option)
  })

  it('is not one that is undefined, as an absent environment variable is', () => {
    const names = ['digits', 'maxAttempts', 'maxSendsPerHour', 'maxSendsPerDay', 'names', 'budgets']
    for (const name of [...names, 'resetsPerYear', 'processes', 'addresses', 'mailsPerDay']) {
      expect(guessProbability({ [name]: undefined })).toBe(guessProbability())
    }
  })
})
