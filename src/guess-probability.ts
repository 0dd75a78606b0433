import { FAILURES_WINDOW_MS, LADDER, MAX_DIGITS } from './challenge/ladder.js'
import { sendBudget } from './options/read-limits.js'
import { checkNames, optionReader } from './util/option-reader.js'

const YEAR_DAYS = 365
const YEAR_MS = YEAR_DAYS * 24 * 60 * 60 * 1000

/** Windows of 30 days that can overlap 365 days: twelve whole ones, and one across each end. */
const WINDOWS = Math.floor(YEAR_MS / FAILURES_WINDOW_MS) + 2

/**
 * The limits that the figure is computed from; all are whole numbers. The first four are options of the
 * strategy, with its defaults. They may exceed what a strategy accepts, so that you can see the effect.
 */
export interface GuessLimits {
  /** Digits of a code while its address has fewer than 5 wrong guesses, 6 to 10. Default 6. */
  readonly digits?: number | undefined
  /** Guesses at one code, 1 to 1000. Default 5. */
  readonly maxAttempts?: number | undefined
  /** Mails in an hour for each budget and name, 1 to 1000. Default 5. */
  readonly maxSendsPerHour?: number | undefined
  /** Mails in 24 hours for each budget and name, from `maxSendsPerHour` to 100 000. Default 20. */
  readonly maxSendsPerDay?: number | undefined
  /** Strategies (by `name`) that share the store, 1 to 1000. Default 1. */
  readonly names?: number | undefined
  /**
   * Send budgets that an attacker can use, 1 to 3: those of strangers, known browsers and solved CAPTCHAs.
   * Default 3, the most that a strategy can have. Use 1 for a strategy with neither `knownBrowsers` nor
   * `captchaPassed`.
   */
  readonly budgets?: number | undefined
  /**
   * How many times a year the store loses the counts of the address, 0 to 100 000. Default 0. Each restart
   * of a process with a memory store, each flush of a shared store and each `forget(email)` is one.
   */
  readonly resetsPerYear?: number | undefined
  /** Processes that each have a memory store, 1 to 1000. Default 1. Use 1 for a shared store. */
  readonly processes?: number | undefined
}

/** The limits, and the addresses and mails of an attack on many addresses. */
export interface GuessPopulation extends GuessLimits {
  /** Addresses with an account, 1 to 10 000 000 000. */
  readonly addresses: number
  /** Mails with codes that are sent to all addresses together in a day, 1 to 10 000 000 000. */
  readonly mailsPerDay: number
}

/** What an attack on many addresses gains in 365 days. */
export interface PopulationGuess {
  /** The figure for one address: what `guessProbability` returns without `addresses` and `mailsPerDay`. */
  readonly perAddress: number
  /** The average number of accounts whose code is guessed. */
  readonly expectedAccounts: number
  /** The chance that a code of at least one account is guessed, 0 to 1. */
  readonly anyAccount: number
  /** The average number of mails per guessed account while codes are short: 10^digits / maxAttempts. */
  readonly mailsPerAccount: number
}

/**
 * Computes the chance that an attacker guesses a code of one address in the worst 365 days. The attacker never
 * stops, and uses any number of places and sessions at once.
 *
 * Returns the expected number of right guesses if the attacker makes all guesses that the limits allow, at
 * most 1. It is an upper bound of the chance, which is lower by about half its square.
 *
 * The figure is calculated as follows. Codes have `digits` digits while the address has fewer than 5 wrong
 * guesses, at least 8 below 50, and 10 from then on. Guesses are counted for 30 days from the first one. A
 * sign-in does not clear them, and the length is enforced when a code is checked. 14 such windows can overlap
 * 365 days, and each reset starts another. Only mails limit the guesses at 10 digits: each mail allows
 * `maxAttempts` of them. Each budget of each name has `maxSendsPerHour` mails at once and then one every
 * 24 h / (`maxSendsPerDay` - `maxSendsPerHour` + 1).
 *
 * With `addresses` and `mailsPerDay` it computes the loss of a whole population. No limit of one address
 * bounds that loss, because each mail allows `maxAttempts` guesses at a short code of another address.
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
    // The attacker guesses at the short codes of all addresses first, because they are the cheapest.
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

/** Guesses at codes of one length. */
interface LengthGuesses {
  readonly digits: number
  readonly guesses: number
}

type Limits = Omit<ReturnType<typeof readAll>, 'population'>

/** Returns the largest number of guesses in 365 days at each length. */
function guessesAtOneAddress(limits: Limits): LengthGuesses[] {
  const { digits, maxAttempts, names, budgets, resetsPerYear, processes } = limits
  const { burst, refillMs } = sendBudget('', limits)
  const windows = processes * (WINDOWS + resetsPerYear)
  // Rounded up: a code that was mailed before the year began may still be valid.
  const sends = burst * (1 + resetsPerYear) + Math.ceil(YEAR_MS / refillMs)
  let floor = 0
  return LADDER.map((rung) => {
    // Guesses at shorter codes do not reduce those at the longest: a code that became too short is replaced
    // without a charge, with all its attempts. A ten-digit code is never replaced in this way, so each mail leads
    // to at most one.
    const guesses =
      rung.digits === MAX_DIGITS
        ? processes * names * budgets * sends * maxAttempts
        : windows * (rung.below - floor)
    floor = rung.below
    return { digits: Math.max(digits, rung.digits), guesses }
  })
}

function expectedHits(ladder: readonly LengthGuesses[]): number {
  return ladder.reduce((sum, { digits, guesses }) => sum + guesses / 10 ** digits, 0)
}

/** Different guesses at one code exclude one another, so their chance is a little above that of independent ones. */
function chanceOfAnyHit(ladder: readonly LengthGuesses[], maxAttempts: number): number {
  const logOfNone = ladder.reduce(
    (sum, { digits, guesses }) =>
      sum + (guesses / maxAttempts) * Math.log1p(-maxAttempts / 10 ** digits),
    0,
  )
  return -Math.expm1(logOfNone)
}

const OWNER = 'guessProbability'
const MANY = { fallback: 1, min: 1, max: 1000 }
const POPULATION = { fallback: 0, min: 1, max: 1e10 }
const TOGETHER = 'given, because "addresses" and "mailsPerDay" are only used together'

/** Reads and validates the options. A population needs both of its numbers. */
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
