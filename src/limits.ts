import type { SendBudget } from './stores/store.js'

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS

/** Failures of an address count for 30 days from the first of them. A success does not clear them. */
export const FAILURES_WINDOW_MS = 30 * DAY_MS

/** Longest code there is, and where the ladder ends. */
export const MAX_DIGITS = 10

/**
 * The ladder: wrong guesses on an address make its codes longer instead of locking it, or a stranger
 * could lock the owner out. A code of `digits` is good while the address has fewer failures than `below`.
 */
const LADDER = [
  { digits: 6, below: 5 },
  { digits: 8, below: 50 },
  // The largest count a double holds exactly: no number of failures makes ten digits too short.
  { digits: MAX_DIGITS, below: Number.MAX_SAFE_INTEGER },
] as const

/** How long a new code must be for an address with so many failures. */
export function digitsFor(failures: number, configuredDigits: number): number {
  const step = LADDER.find(({ below }) => failures < below)
  return Math.max(configuredDigits, step?.digits ?? MAX_DIGITS)
}

/** The least count of failures at which a code of so many digits is too short. */
export function failuresBelow(digits: number): number {
  const step = LADDER.findLast((candidate) => candidate.digits <= digits)
  return step?.below ?? 0
}

/**
 * A budget that allows `maxSendsPerHour` sends at once and never more than that in an hour, nor more
 * than `maxSendsPerDay` in any 24 hours: the 24 hours hold the burst and what is refilled meanwhile.
 */
export function sendBudget(
  key: string,
  { maxSendsPerHour, maxSendsPerDay }: { maxSendsPerHour: number; maxSendsPerDay: number },
): SendBudget {
  // Rounded up to what clocks tell, so that a bucket is never full a fraction early.
  const refillMs = Math.ceil(DAY_MS / (maxSendsPerDay - maxSendsPerHour + 1))
  return { key, burst: maxSendsPerHour, refillMs }
}

/** The limits that the guess figure follows from. Defaults are the strategy's. */
export interface GuessLimits {
  readonly digits?: number | undefined
  readonly maxAttempts?: number | undefined
  readonly maxSendsPerHour?: number | undefined
  readonly maxSendsPerDay?: number | undefined
}

/**
 * The chance that somebody who never stops guesses a code of one address, in the worst 365 days: every
 * send goes to the attacker, none of it is answered by the owner, and 14 windows of 30 days touch the year.
 * For one strategy name and a store that is not emptied meanwhile.
 */
export function guessProbability(limits: GuessLimits = {}): number {
  const { digits = 6, maxAttempts = 5, maxSendsPerHour = 5, maxSendsPerDay = 20 } = limits
  const yearMs = 365 * DAY_MS
  const windows = Math.ceil(yearMs / FAILURES_WINDOW_MS) + 1
  const { burst, refillMs } = sendBudget('', { maxSendsPerHour, maxSendsPerDay })
  let guessesLeft = maxAttempts * (burst - 1 + yearMs / refillMs)
  let expected = 0
  let floor = 0
  for (const { digits: step, below } of LADDER) {
    const guesses = Math.min(guessesLeft, windows * (below - floor))
    expected += guesses / 10 ** Math.max(digits, step)
    guessesLeft -= guesses
    floor = below
  }
  return expected
}
