import { oncePer } from './once-per.js'

/** A duration in whole seconds, rounded up, so that a client that waits so long is not too early. At least 0. */
export function wholeSeconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000))
}

type Unit = 'second' | 'minute' | 'hour' | 'day'

/**
 * Writes an amount with the base form of its unit, such as `10 minutes`. In languages with cases such a text can
 * stand behind a colon or as a subject, and nowhere else.
 */
export function amountText(tag: string, amount: number, unit: Unit): string {
  return amounts(tag)(unit).format(amount)
}

// A formatter takes much longer to make than to use. There is one for each language.
const amounts = oncePer((tag: string) =>
  oncePer((unit: Unit) => new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' })),
)
const waits = oncePer((tag: string) => new Intl.RelativeTimeFormat(tag))

/** Writes a duration in one unit, in its base form. */
export function durationText(tag: string, seconds: number): string {
  const { amount, unit } = inOneUnit(seconds)
  return amountText(tag, amount, unit)
}

/** Writes how long a user has to wait, inflected, such as `in 10 minutes`. */
export function waitText(tag: string, seconds: number): string {
  const { amount, unit } = inOneUnit(seconds)
  return waits(tag).format(amount, unit)
}

/**
 * Rounds up, so that a user who waits so long is not told to wait again. Up to 90 seconds stay seconds, up to 90
 * minutes are minutes, longer ones are hours.
 */
function inOneUnit(seconds: number): { amount: number; unit: Unit } {
  if (seconds <= 90) return { amount: Math.ceil(seconds), unit: 'second' }
  if (seconds <= 90 * 60) return { amount: Math.ceil(seconds / 60), unit: 'minute' }
  return { amount: Math.ceil(seconds / 3600), unit: 'hour' }
}

/** Writes a duration below a day as a clock: `0:25`, `1:27:25`. The script of the sign-in page does the same. */
export function clockText(seconds: number): string {
  const time = new Date(Math.min(seconds, 24 * 3600 - 1) * 1000).toISOString().slice(11, 19)
  return time.replace(/^(00:0?|0)/, '')
}
