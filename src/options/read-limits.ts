import { MAX_DIGITS } from '../challenge/ladder.js'
import type { SendBudget } from '../stores/store.js'
import type { Reader } from './reader.js'

const DAY_MS = 24 * 60 * 60 * 1000

/** The send budgets of an address: see `chooseBudget`. */
export interface Budgets {
  readonly stranger: SendBudget
  readonly knownBrowser: SendBudget
  readonly captcha: SendBudget
}

/** Limits on guesses and mails. */
export interface Limits {
  readonly digits: number
  readonly ttlMs: number
  readonly maxAttempts: number
  readonly spacingMs: number
  readonly budgets: Budgets
}

/** The ranges keep the guess figure of every accepted configuration below 1e-4: see `guessProbability`. */
export function readLimits(name: string, read: Reader): Limits {
  const ttlSeconds = read.wholeNumber('ttlSeconds', { fallback: 600, min: 60, max: 600 })
  const maxAttempts = read.wholeNumber('maxAttempts', { fallback: 5, min: 1, max: 10 })
  const resendAfterSeconds = read.wholeNumber('resendAfterSeconds', {
    fallback: 30,
    min: 10,
    max: Math.min(300, Math.floor(ttlSeconds / 2)),
  })
  const maxSendsPerHour = read.wholeNumber('maxSendsPerHour', { fallback: 5, min: 1, max: 20 })
  const maxSendsPerDay = read.wholeNumber('maxSendsPerDay', {
    fallback: 20,
    min: maxSendsPerHour,
    // One more would refill faster than once an hour, and the limit of an hour would no longer hold.
    max: maxSendsPerHour + 23,
  })
  if (maxAttempts * maxSendsPerDay > 200) {
    throw read.wrong(
      'maxAttempts',
      maxAttempts,
      `at most ${Math.floor(200 / maxSendsPerDay)} with maxSendsPerDay ${maxSendsPerDay} (together ` +
        'at most 200 guesses a day, which keeps the chance of a guess below 1 in 10,000 a year)',
    )
  }
  // The keys are stored, so they stay as they are.
  const budget = (key: string) => sendBudget(`${name}/${key}`, { maxSendsPerHour, maxSendsPerDay })
  return {
    digits: read.wholeNumber('digits', { fallback: 6, min: 6, max: MAX_DIGITS }),
    ttlMs: ttlSeconds * 1000,
    maxAttempts,
    spacingMs: resendAfterSeconds * 1000,
    budgets: {
      stranger: budget('stranger'),
      knownBrowser: budget('device'),
      captcha: budget('captcha'),
    },
  }
}

/**
 * A budget that allows `maxSendsPerHour` sends at once and never more than that in an hour, nor more than
 * `maxSendsPerDay` in any 24 hours: the 24 hours hold the burst and what is refilled during them.
 */
export function sendBudget(
  key: string,
  { maxSendsPerHour, maxSendsPerDay }: { maxSendsPerHour: number; maxSendsPerDay: number },
): SendBudget {
  // Rounded up to whole milliseconds, so that a budget is never full a fraction too early.
  const refillMs = Math.ceil(DAY_MS / (maxSendsPerDay - maxSendsPerHour + 1))
  return { key, burst: maxSendsPerHour, refillMs }
}
