import { guessProbability } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { sendBudget } from '../../src/options/read-limits.js'
import { Document, numbersIn } from '../helpers/documents.js'

const readme = new Document('README.md')
const page = new Document('docs/operations/guess-figure.md')
const security = new Document('SECURITY.md')

/** As the documents print a chance: `7.9e-5`. */
function printed(chance: number): string {
  return chance.toExponential(1)
}

const DAY_MS = 24 * 3600 * 1000
const BUDGET = sendBudget('', { maxSendsPerHour: 5, maxSendsPerDay: 20 })
const SENDS = BUDGET.burst + Math.ceil((365 * DAY_MS) / BUDGET.refillMs)
/** Five guesses at each of the codes of 365 days. */
const GUESSES = 5 * SENDS

describe('the guess figure', () => {
  const figure = printed(guessProbability())

  it('is the same in all documents, and what the function says', () => {
    for (const { text } of [readme, page, security]) expect(numbersIn(text)).toContain(figure)
  })

  it('is printed as the program prints it', () => {
    for (const [limits, digits] of [
      [{}, '0.0000850'],
      [{ digits: 8 }, '0.0000157'],
      [{ budgets: 1 }, '0.0000792'],
    ] as const) {
      expect(guessProbability(limits).toFixed(20)).toMatch(new RegExp(`^${digits}`))
      expect(page.text).toContain(`// ${digits}...`)
    }
  })

  it('counts the guesses that it says', () => {
    const counted = [SENDS, GUESSES].map((number) => number.toLocaleString('en'))
    expect(numbersIn(page.text)).toEqual(expect.arrayContaining(counted))
  })

  it('grows by restarts as it says', () => {
    const restart = 5 / 1e6 + 45 / 1e8
    // 5.45e-6, rounded up: `toExponential` would take the double below it.
    const added = `${Math.round(Math.round(restart * 1e8) / 10) / 10}e-6`
    for (const { text } of [page, security]) expect(numbersIn(text)).toContain(added)
    expect(guessProbability({ resetsPerYear: 2 })).toBeLessThan(1e-4)
    expect(guessProbability({ resetsPerYear: 3 })).toBeGreaterThan(1e-4)
  })

  it('grows by names as it says', () => {
    expect(numbersIn(page.text)).toContain(printed(2 * guessProbability()))
  })

  it('is one guess in 200,000 mails across many addresses', () => {
    for (const { text } of [page, security]) {
      const numbers = ['5e-6', (1e6 / 5).toLocaleString('en')]
      expect(numbersIn(text)).toEqual(expect.arrayContaining(numbers))
    }
  })
})
