import { always, type StoreCases, withAdvance } from '../store-case.js'
import { EIGHT_DIGITS, HOUR, SIX_DIGITS, TEN_DIGITS } from '../verbs.js'

const STALE = { outcome: 'stale' }
const SEARCHED =
  'Guesses at a stale code are not counted: an attacker may have tried all its values before it becomes valid again.'

export const staleCodes: StoreCases = {
  about: 'keeping stale codes stale',
  cases: [
    always(
      'keeps a code stale that was tried while too short, after a sign-in with another code removes failures',
      SEARCHED,
      async ({ open, addFailures, guess, verify, failures, expectEqual }) => {
        await open('tried')
        await open('other')
        await addFailures(4)
        await guess('other', { failuresBelow: EIGHT_DIGITS })
        expectEqual(await guess('tried'), STALE)
        expectEqual(await verify('other', { failuresBelow: EIGHT_DIGITS }), { outcome: 'accepted' })
        expectEqual(await failures(), 4)
        expectEqual(await guess('tried'), STALE)
        expectEqual(await verify('tried'), STALE)
      },
    ),

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
      'keeps a code stale whose right value was entered while too short, after a sign-in with another code removes failures',
      SEARCHED,
      async ({ open, addFailures, guess, verify, expectEqual }) => {
        await open('tried')
        await open('other')
        await addFailures(4)
        await guess('other', { failuresBelow: EIGHT_DIGITS })
        expectEqual(await verify('tried'), STALE)
        await verify('other', { failuresBelow: EIGHT_DIGITS })
        expectEqual(await verify('tried'), STALE)
      },
    ),

    always(
      'accepts a code with more digits than those found too short',
      'The owner must be able to use the longer code: otherwise an attacker locks him out by guessing.',
      async ({ open, addFailures, verify, expectEqual }) => {
        await open('tried')
        await addFailures(5)
        expectEqual(await verify('tried', { failuresBelow: SIX_DIGITS }), STALE)
        expectEqual(await verify('tried', { failuresBelow: EIGHT_DIGITS }), { outcome: 'accepted' })
      },
    ),

    always(
      'replaces a code found stale free of charge, even after its failures were removed',
      'The code can no longer be used: with "waiting" or "limited" its owner would be left without a valid one.',
      async ({ open, resend, addFailures, guess, verify, expectFullIn, expectEqual }) => {
        await open('tried')
        await open('other')
        await addFailures(4)
        await guess('other', { failuresBelow: EIGHT_DIGITS })
        expectEqual(await guess('tried'), STALE)
        await verify('other', { failuresBelow: EIGHT_DIGITS })
        expectEqual(await resend('tried', 'new'), { outcome: 'opened', failures: 4 })
        expectEqual(await guess('tried', { failuresBelow: TEN_DIGITS }), { outcome: 'unknown' })
        await expectFullIn(90 * 60_000)
      },
    ),
  ],
}
