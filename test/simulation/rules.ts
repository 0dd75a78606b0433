// The rules as they are promised, written down a second time: nothing here comes from src/challenge/ladder.ts or
// from guessProbability, or a mistake in those would be in both.

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** How long a new code is: fewer than 5 wrong guesses, fewer than 50, more. */
export function lengthAfter(failures: number, configured: number): number {
  if (failures < 5) return configured
  return Math.max(configured, failures < 50 ? 8 : 10)
}

/** The number of wrong guesses that makes a code of this length too short. */
export function tooShortFrom(digits: number): number {
  if (digits < 8) return 5
  return digits < 10 ? 50 : Number.MAX_SAFE_INTEGER
}

export interface Limits {
  readonly digits: number
  readonly maxAttempts: number
  readonly maxSendsPerHour: number
  readonly maxSendsPerDay: number
}

export const DEFAULTS: Limits = {
  digits: 6,
  maxAttempts: 5,
  maxSendsPerHour: 5,
  maxSendsPerDay: 20,
}

/** So many at once, then one after another as the rest of the day's are spread over 24 hours. */
export function refillMs({ maxSendsPerHour, maxSendsPerDay }: Limits): number {
  return Math.ceil(DAY / (maxSendsPerDay - maxSendsPerHour + 1))
}

export const TTL = 10 * MINUTE
export const RESEND_AFTER = 30 * SECOND
export const WINDOW = 30 * DAY

/** A generator of the same numbers in every run (mulberry32), so that a failure can be seen again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
