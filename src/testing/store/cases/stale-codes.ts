import { always, type StoreCases, withAdvance } from '../store-case.js'
import { EIGHT_DIGITS, HOUR, SIX_DIGITS, TEN_DIGITS } from '../verbs.js'

const STALE = { outcome: 'stale' }
const SEARCHED =
  'Guesses at a stale code are not counted: an attacker may have tried all its values before it comes back to life.'

export const staysStale: StoreCases = {
  about: 'keeping a stale code stale',
  cases: [
    always(
      'a code tried while it was too short stays so when another sign-in takes its failures back',
      SEARCHED,
      async ({ open, fail, guess, answer, failures, same }) => {
        await open('tried')
        await open('other')
        await fail(4)
        await guess('other', { failuresBelow: EIGHT_DIGITS })
        same(await guess('tried'), STALE)
        same(await answer('other', { failuresBelow: EIGHT_DIGITS }), { outcome: 'accepted' })
        same(await failures(), 4)
        same(await guess('tried'), STALE)
        same(await answer('tried'), STALE)
      },
    ),

    withAdvance(
      'it stays so when the window of the failures is over',
      SEARCHED,
      async ({ open, fail, guess, answer, failures, advance, same }) => {
        await open('tried', { ttlMs: 3 * HOUR })
        await fail(5, { failuresWindowMs: HOUR })
        same(await answer('tried'), STALE)
        await advance(HOUR)
        same(await failures(), 0)
        same(await guess('tried'), STALE)
        same(await answer('tried'), STALE)
      },
    ),

    withAdvance(
      'a code found stale at two failures, and then at one, stays stale at two when the window is over',
      SEARCHED,
      async ({ open, fail, guess, answer, failures, advance, same }) => {
        await open('tried', { ttlMs: 3 * HOUR })
        await fail(2, { failuresWindowMs: HOUR })
        same(await guess('tried', { failuresBelow: 2 }), STALE)
        same(await guess('tried', { failuresBelow: 1 }), STALE)
        await advance(HOUR)
        same(await failures(), 0)
        same(await guess('tried', { failuresBelow: 2 }), STALE)
        same(await answer('tried', { failuresBelow: 2 }), STALE)
      },
    ),

    always(
      'the right code, tried while it was too short, makes it stale for good as a wrong one does',
      SEARCHED,
      async ({ open, fail, guess, answer, same }) => {
        await open('tried')
        await open('other')
        await fail(4)
        await guess('other', { failuresBelow: EIGHT_DIGITS })
        same(await answer('tried'), STALE)
        await answer('other', { failuresBelow: EIGHT_DIGITS })
        same(await answer('tried'), STALE)
      },
    ),

    always(
      'a code with more digits than those that were too short is not stale',
      'The owner who got the longer code must be able to use it, or guesses lock out.',
      async ({ open, fail, answer, same }) => {
        await open('tried')
        await fail(5)
        same(await answer('tried', { failuresBelow: SIX_DIGITS }), STALE)
        same(await answer('tried', { failuresBelow: EIGHT_DIGITS }), { outcome: 'accepted' })
      },
    ),

    always(
      'asking again for a code found stale replaces it free, also when its failures are taken back',
      'It can never be entered any more: "wait", or a limit, would leave its owner with a dead code.',
      async ({ open, again, fail, guess, answer, fullIn, same }) => {
        await open('tried')
        await open('other')
        await fail(4)
        await guess('other', { failuresBelow: EIGHT_DIGITS })
        same(await guess('tried'), STALE)
        await answer('other', { failuresBelow: EIGHT_DIGITS })
        same(await again('tried', 'new'), { outcome: 'opened', failures: 4 })
        same(await guess('tried', { failuresBelow: TEN_DIGITS }), { outcome: 'unknown' })
        await fullIn(90 * 60_000)
      },
    ),
  ],
}
