import { en } from '../../src/languages/en.js'
import { DAY, HOUR, MINUTE, SECOND } from './clock.js'

const upTo = (ms: number, unitMs: number) =>
  Array.from({ length: ms / unitMs }, (_, n) => ((n + 1) * unitMs) / SECOND)

/** The sentences for `rate_limited`, one for each wait up to a day, for tests that do not know how long it is. */
export const RATE_LIMITED: readonly string[] = [
  ...new Set(
    [...upTo(2 * MINUTE, SECOND), ...upTo(2 * HOUR, MINUTE), ...upTo(DAY, HOUR)].map(
      (retryAfterSeconds) => en.reasons.rate_limited({ retryAfterSeconds }),
    ),
  ),
]
