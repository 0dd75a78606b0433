/** A duration in whole seconds, rounded up, so that a client that waits so long is not too early. At least 0. */
export function wholeSeconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000))
}

/**
 * Writes a duration in one unit, rounded up, so that a user who waits so long is not told to wait again.
 * Up to 90 seconds are written in seconds, up to 90 minutes in minutes, longer ones in hours.
 */
export function durationText(seconds: number): string {
  if (seconds <= 90) return amountText(seconds, 'second', 'seconds')
  if (seconds <= 90 * 60) return amountText(seconds / 60, 'minute', 'minutes')
  return amountText(seconds / 3600, 'hour', 'hours')
}

function amountText(amount: number, one: string, many: string): string {
  const whole = Math.ceil(amount)
  return `${whole} ${whole === 1 ? one : many}`
}

/** Writes a duration below a day as a clock: `0:25`, `1:27:25`. The script of the sign-in page does the same. */
export function clockText(seconds: number): string {
  const time = new Date(Math.min(seconds, 24 * 3600 - 1) * 1000).toISOString().slice(11, 19)
  return time.replace(/^(00:0?|0)/, '')
}
