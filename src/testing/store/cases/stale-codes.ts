import { always, type StoreCases, withAdvance } from '../store-case.js'
import { EIGHT_DIGITS, HOUR, MINUTE, SIX_DIGITS, TEN_DIGITS } from '../verbs.js'

const STALE = { outcome: 'stale' }
const SEARCHED =
  'Guesses at a stale code are not counted: an attacker may have tried all its values before it becomes valid again.'

export const staleCodes: StoreCases = {
  about: 'keeping stale codes stale',
  cases: [
    withAdvance(
      'keeps a code stale whose right value was entered while too short, after the window of failures is over',
      SEARCHED,
      async ({ open, addFailures, guess, verify, failures, advance, expectEqual }) => {
        await open('tried', { ttlMs: 3 * HOUR })
        await addFailures(5, { failuresWindowMs: HOUR })
        expectEqual(await verify('tried'), STALE)
        await advance(HOUR)
        expectEqual(await failures(), 0)
        expectEqual(await guess('tried'), STALE)
        expectEqual(await verify('tried'), STALE)
      },
    ),

    withAdvance(
      'keeps the highest failuresBelow that a code was found stale for, when a lower one is tried later',
      SEARCHED,
      async ({ open, addFailures, guess, verify, failures, advance, expectEqual }) => {
        await open('tried', { ttlMs: 3 * HOUR })
        await addFailures(2, { failuresWindowMs: HOUR })
        expectEqual(await guess('tried', { failuresBelow: 2 }), STALE)
        expectEqual(await guess('tried', { failuresBelow: 1 }), STALE)
        await advance(HOUR)
        expectEqual(await failures(), 0)
        expectEqual(await guess('tried', { failuresBelow: 2 }), STALE)
        expectEqual(await verify('tried', { failuresBelow: 2 }), STALE)
      },
    ),

    always(
      'accepts a code with more digits than those found too short',
      'The owner must be able to use the longer code: otherwise an attacker locks him out by guessing.',
      async ({ open, addFailures, verify, expectEqual }) => {
        await open('tried')
        await addFailures(5)
        expectEqual(await verify('tried', { failuresBelow: SIX_DIGITS }), STALE)
        expectEqual(await verify('tried', { failuresBelow: EIGHT_DIGITS }), {
          outcome: 'accepted',
          failures: 5,
        })
      },
    ),

    withAdvance(
      'replaces a code found stale free of charge, even after the window of failures is over',
      'The code can no longer be used: with "waiting" or "limited" its owner would be left without a valid one.',
      async ({ open, resend, addFailures, guess, advance, expectFullIn, expectEqual }) => {
        await open('tried', { ttlMs: 3 * HOUR })
        await addFailures(5, { failuresWindowMs: HOUR })
        expectEqual(await guess('tried'), STALE)
        await advance(HOUR)
        const rules = { spacingMs: 2 * HOUR }
        expectEqual(await resend('tried', 'new', rules), { outcome: 'opened', failures: 0 })
        expectEqual(await guess('tried', { failuresBelow: TEN_DIGITS }), { outcome: 'unknown' })
        await expectFullIn(90 * MINUTE - HOUR)
      },
    ),
  ],
}
