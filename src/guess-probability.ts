import { FAILURES_WINDOW_MS, LADDER, MAX_DIGITS, sendBudget } from './challenge/ladder.js'
import { checkNames, optionReader } from './util/option-reader.js'

const YEAR_DAYS = 365
const YEAR_MS = YEAR_DAYS * 24 * 60 * 60 * 1000

/** Windows of 30 days that can touch 365 days: twelve whole ones, and one across each end. */
const WINDOWS = Math.floor(YEAR_MS / FAILURES_WINDOW_MS) + 2

/**
 * What the guess figure follows from. The first four are the strategy's options, with its defaults; they
 * are whole numbers, and may go beyond what a strategy accepts, so that you can see what that would mean.
 */
export interface GuessLimits {
  /** Digits of a code while its address has fewer than 5 wrong guesses, from 6 to 10. Default is 6. */
  readonly digits?: number | undefined
  /** Guesses at one code, from 1 to 1000. Default is 5. */
  readonly maxAttempts?: number | undefined
  /** Mails in an hour for each budget and name, from 1 to 1000. Default is 5. */
  readonly maxSendsPerHour?: number | undefined
  /** Mails in 24 hours for each budget and name, from `maxSendsPerHour` to 100 000. Default is 20. */
  readonly maxSendsPerDay?: number | undefined
  /** Strategies (by `name`) that share the store, from 1 to 1000. Default is 1. */
  readonly names?: number | undefined
  /**
   * Budgets of sends that an attacker can use, from 1 to 3: that of strangers, that of known devices and
   * that of solved CAPTCHAs. Default is 3, the most that a strategy may have; 1 is right for one
   * that has neither `knownDevices` nor `captchaPassed`.
   */
  readonly budgets?: number | undefined
  /**
   * How often a year the store forgets the address while it is attacked: each restart of a process with a
   * memory store, each flush of a shared store, each `forget(email)`. From 0 to 100 000. Default is 0.
   */
  readonly resetsPerYear?: number | undefined
  /** Processes with a memory store each, from 1 to 1000. Default is 1, which is right for a shared store. */
  readonly processes?: number | undefined
}

/** An attacker who tries many addresses, and how much mail your server sends for them. */
export interface GuessPopulation extends GuessLimits {
  /** Addresses with an account, from 1 to 10 000 000 000. */
  readonly addresses: number
  /** Mails with codes that go out in a day, to all of them together, from 1 to 10 000 000 000. */
  readonly mailsPerDay: number
}

/** What an attacker gets out of a whole population in 365 days. */
export interface PopulationGuess {
  /** The figure for one address, whatever the mails: what `guessProbability` gives without a population. */
  readonly perAddress: number
  /** Accounts that are guessed, on the average. */
  readonly expectedAccounts: number
  /** The chance that at least one account is guessed, from 0 to 1. */
  readonly anyAccount: number
  /** Mails that one account costs while its codes are short: 10^digits / maxAttempts. */
  readonly mailsPerAccount: number
}

/**
 * Computes the chance that somebody who never stops guesses a code of one address in the worst 365 days,
 * from any number of places and sessions at once.
 *
 * What it returns is the number of right guesses to be expected, at the most that the limits allow: an upper
 * bound of the chance, which is lower by about half its square. Up to 1. The rule: codes have `digits` digits below 5 wrong guesses on the address, at least 8
 * below 50, then 10. Guesses are counted over 30 days from the first, a sign-in does not clear them, and the
 * length is enforced where a code is checked. 14 such windows can touch 365 days, and each reset
 * begins another. Guesses at 10 digits are limited by mails alone: `maxAttempts` for each, of which each
 * budget of each name has `maxSendsPerHour` at once and then one every
 * 24 h / (`maxSendsPerDay` - `maxSendsPerHour` + 1).
 *
 * With `addresses` and `mailsPerDay` it computes what a whole population loses: no limit on one address bounds
 * that, because each mail buys `maxAttempts` guesses at a short code of somebody else.
 *
 * @throws TypeError for an option that is unknown, not a whole number, or out of its range.
 */
export function guessProbability(population: GuessPopulation): PopulationGuess
export function guessProbability(
  limits?: GuessLimits & { readonly addresses?: undefined; readonly mailsPerDay?: undefined },
): number
export function guessProbability(options: AnyGuessOptions = {}): number | PopulationGuess {
  const { population, ...limits } = readAll(options)
  const ladder = guessesAtOneAddress(limits)
  const perAddress = Math.min(1, expectedHits(ladder))
  if (population === undefined) return perAddress

  const { addresses, mailsPerDay } = population
  let guessesLeft = mailsPerDay * YEAR_DAYS * limits.maxAttempts
  const spent = ladder.map(({ digits, guesses }) => {
    // The cheapest first: short codes of all addresses, before longer ones of any.
    const used = Math.min(guessesLeft, guesses * addresses)
    guessesLeft -= used
    return { digits, guesses: used }
  })
  return {
    perAddress,
    expectedAccounts: Math.min(addresses, expectedHits(spent)),
    anyAccount: chanceOfAnyHit(spent, limits.maxAttempts),
    mailsPerAccount: 10 ** limits.digits / limits.maxAttempts,
  }
}

type AnyGuessOptions = GuessLimits & {
  readonly addresses?: number | undefined
  readonly mailsPerDay?: number | undefined
}

interface Step {
  readonly digits: number
  readonly guesses: number
}

type Limits = Omit<ReturnType<typeof readAll>, 'population'>

/** The most guesses that can count in 365 days, at each length. */
function guessesAtOneAddress(limits: Limits): Step[] {
  const { digits, maxAttempts, names, budgets, resetsPerYear, processes } = limits
  const { burst, refillMs } = sendBudget('', limits)
  const windows = processes * (WINDOWS + resetsPerYear)
  // One more than fits into the year: a code mailed before it began is still good.
  const sends = burst * (1 + resetsPerYear) + Math.ceil(YEAR_MS / refillMs)
  let floor = 0
  return LADDER.map((step) => {
    // Guesses at shorter codes are not taken off the longest: a code that they made too short is replaced
    // without a send, with all its attempts. But a ten-digit one never is, so each mail ends in one at most.
    const guesses =
      step.digits === MAX_DIGITS
        ? processes * names * budgets * sends * maxAttempts
        : windows * (step.below - floor)
    floor = step.below
    return { digits: Math.max(digits, step.digits), guesses }
  })
}

function expectedHits(steps: readonly Step[]): number {
  return steps.reduce((sum, { digits, guesses }) => sum + guesses / 10 ** digits, 0)
}

/** Guesses at one code exclude one another, so together they hit a little more often than apart. */
function chanceOfAnyHit(steps: readonly Step[], maxAttempts: number): number {
  const logOfNone = steps.reduce(
    (sum, { digits, guesses }) =>
      sum + (guesses / maxAttempts) * Math.log1p(-maxAttempts / 10 ** digits),
    0,
  )
  return -Math.expm1(logOfNone)
}

const OWNER = 'guessProbability'
const MANY = { fallback: 1, min: 1, max: 1000 }
const POPULATION = { fallback: 0, min: 1, max: 1e10 }
const TOGETHER = 'given, because "addresses" and "mailsPerDay" only make sense together'

/** Reads and checks what was given. A population needs both of its numbers. */
function readAll(options: AnyGuessOptions) {
  const known = [
    ...['digits', 'maxAttempts', 'maxSendsPerHour', 'maxSendsPerDay', 'names', 'budgets'],
    ...['resetsPerYear', 'processes', 'addresses', 'mailsPerDay'],
  ]
  checkNames(OWNER, options, known)
  const read = optionReader(OWNER, options)
  const maxSendsPerHour = read.wholeNumber('maxSendsPerHour', { ...MANY, fallback: 5 })
  const addresses = read.wholeNumber('addresses', POPULATION)
  const mailsPerDay = read.wholeNumber('mailsPerDay', POPULATION)
  if (addresses > 0 && mailsPerDay === 0) throw read.wrong('mailsPerDay', undefined, TOGETHER)
  if (mailsPerDay > 0 && addresses === 0) throw read.wrong('addresses', undefined, TOGETHER)
  return {
    digits: read.wholeNumber('digits', { fallback: 6, min: 6, max: MAX_DIGITS }),
    maxAttempts: read.wholeNumber('maxAttempts', { ...MANY, fallback: 5 }),
    maxSendsPerHour,
    maxSendsPerDay: read.wholeNumber('maxSendsPerDay', {
      fallback: Math.max(20, maxSendsPerHour),
      min: maxSendsPerHour,
      max: 100_000,
    }),
    names: read.wholeNumber('names', MANY),
    budgets: read.wholeNumber('budgets', { fallback: 3, min: 1, max: 3 }),
    resetsPerYear: read.wholeNumber('resetsPerYear', { fallback: 0, min: 0, max: 100_000 }),
    processes: read.wholeNumber('processes', MANY),
    population: addresses > 0 ? { addresses, mailsPerDay } : undefined,
  }
}
