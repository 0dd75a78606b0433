import { MAX_DIGITS, sendBudget } from '../challenge/ladder.js'
import type { SendBudget } from '../stores/store.js'
import type { optionReader } from '../util/option-reader.js'
import type { AnyEmailOtpOptions } from './options.js'

export type Reader = ReturnType<typeof optionReader<AnyEmailOtpOptions>>

/** Whose sends a mail may be counted on: see `chooseBudget`. */
export interface Budgets {
  readonly stranger: SendBudget
  readonly device: SendBudget
  readonly captcha: SendBudget
}

/** What limits guesses and mails. */
export interface Limits {
  readonly digits: number
  readonly ttlMs: number
  readonly maxAttempts: number
  readonly spacingMs: number
  readonly budgets: Budgets
}

/** The ranges keep every accepted configuration below 1e-4 for an address and year: see `guessProbability`. */
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
    // One more would refill faster than once an hour, and "an hour" would no longer hold.
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
  const budget = (whose: string) =>
    sendBudget(`${name}/${whose}`, { maxSendsPerHour, maxSendsPerDay })
  return {
    digits: read.wholeNumber('digits', { fallback: 6, min: 6, max: MAX_DIGITS }),
    ttlMs: ttlSeconds * 1000,
    maxAttempts,
    spacingMs: resendAfterSeconds * 1000,
    budgets: {
      stranger: budget('stranger'),
      device: budget('device'),
      captcha: budget('captcha'),
    },
  }
}
