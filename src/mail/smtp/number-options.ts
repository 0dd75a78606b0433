import type { SMTPPoolOptions } from 'nodemailer/lib/smtp-pool'
import { describe } from '../../util/describe.js'
import { wrongOption } from '../../util/option-reader.js'
import { own, withoutUndefined } from '../../util/own.js'

/** A longer timer of Node.js fires at once. It is 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const TIMES = [
  'connectionTimeout',
  'dnsTimeout',
  'greetingTimeout',
  'idleTimeout',
  'rateDelta',
  'socketTimeout',
] as const

const COUNTS = ['maxConnections', 'maxMessages', 'rateLimit'] as const

/**
 * Reads nodemailer's options that are numbers. A text counts as the number that it says, because environment variables
 * are texts. nodemailer passes the times to timers as they are, and some of those throw where nothing can catch it.
 *
 * Shortens the times that are longer than a timer can be: an application may write a very large number for "never".
 *
 * @param given the options of the application, those of a URL among them, without nodemailer's defaults
 * @returns the numbers to use in place of nodemailer's
 * @throws TypeError for a value that is no number, or is negative
 */
export function numbersIn(given: unknown): Partial<SMTPPoolOptions> {
  const times = TIMES.map((name) => {
    const ms = numberOf(given, name, 'a number of milliseconds')
    return [name, ms && Math.min(ms, LONGEST_TIMER_MS)] as const
  })
  const counts = COUNTS.map((name) => [name, numberOf(given, name, 'a number')] as const)
  return withoutUndefined(Object.fromEntries([...times, ...counts]))
}

type Name = (typeof TIMES | typeof COUNTS)[number]

/** Returns `undefined` where nodemailer's default is to apply: `false` is that of `rateLimit`. */
function numberOf(given: unknown, name: Name, expected: string): number | undefined {
  const value = own(given, name)
  if (value === undefined || value === null || value === false) return undefined
  const isText = typeof value === 'string' && value.trim() !== ''
  const number = isText ? Number(value) : value
  if (typeof number === 'number' && number >= 0) return number
  throw wrongOption('mailer', `transport.${name}`, describe(value), `${expected}, 0 or more`)
}
