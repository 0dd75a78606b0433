import type { SendBudget } from '../stores/store.js'

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
export const LADDER = [
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
