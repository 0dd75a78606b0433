/** A duration in whole seconds, rounded up: whoever waits that long is not too early. Never below 0. */
export function inSeconds(ms: number): number {
  return Math.max(0, Math.ceil(ms / 1000))
}

/**
 * Puts a wait into the words of one unit, rounded up, so that whoever waits that long is not told
 * to wait again. Up to 90 seconds stay seconds, up to 90 minutes stay minutes.
 */
export function inWords(seconds: number): string {
  if (seconds <= 90) return count(seconds, 'second')
  if (seconds <= 90 * 60) return count(seconds / 60, 'minute')
  return count(seconds / 3600, 'hour')
}

function count(amount: number, unit: string): string {
  const whole = Math.ceil(amount)
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`
}
