import { always, type StoreCases, withAdvance, withEvict } from '../store-case.js'
import { EIGHT_DIGITS, MINUTE, TEN_DIGITS } from '../verbs.js'

const UNKNOWN = { outcome: 'unknown' }

export const missingChallenges: StoreCases = {
  about: 'rejecting codes of missing challenges',
  cases: [
    always(
      'never accepts a wrong code',
      'The store must not accept a code that does not match: the answer "accepted" signs a user in.',
      async ({ open, guess, expectEqual }) => {
        await open('first')
        const seen = new Set<string>()
        for (let i = 0; i < 8; i += 1) {
          const { outcome } = await guess('first', { failuresBelow: i < 6 ? TEN_DIGITS : 5 })
          seen.add(outcome)
        }
        expectEqual([...seen], ['wrong', 'spent'])
      },
    ),

    always(
      'answers unknown for a cancelled challenge, and guesses do not restore it',
      'The code of a cancelled challenge was sent to no user: it can only be guessed.',
      async ({ open, cancel, guess, verify, failures, expectEqual }) => {
        await open('first')
        await guess('first')
        await cancel('first')
        for (let i = 0; i < 3; i += 1) expectEqual(await guess('first'), UNKNOWN)
        expectEqual(await verify('first'), UNKNOWN)
        expectEqual(await failures(), 1)
      },
    ),

    withAdvance(
      'answers unknown for an expired challenge, and guesses do not restore it',
      'A guess that writes an expired challenge again makes its code valid for another lifetime.',
      async ({ open, guess, verify, advance, failures, expectEqual }) => {
        await open('first')
        await guess('first')
        await advance(10 * MINUTE)
        for (let i = 0; i < 3; i += 1) expectEqual(await guess('first'), UNKNOWN)
        expectEqual(await verify('first'), UNKNOWN)
        expectEqual(await failures(), 1)
      },
    ),

    always(
      'answers unknown for a replaced challenge, and guesses do not restore it',
      'Two valid codes at the same time double the chance of an attacker who guesses.',
      async ({ open, resend, guess, verify, failures, expectEqual }) => {
        await open('first', { attempts: 1 })
        await guess('first')
        await resend('first', 'second')
        for (let i = 0; i < 3; i += 1) expectEqual(await guess('first'), UNKNOWN)
        expectEqual(await verify('first'), UNKNOWN)
        expectEqual(await failures(), 1)
        expectEqual(await verify('second'), { outcome: 'accepted', failures: 1 })
      },
    ),

    withEvict(
      'answers unknown for a challenge that the store has lost, and guesses do not restore it',
      'If a lost challenge counted as a new one, an attacker could make the store drop challenges and then guess without limit.',
      async ({ open, guess, verify, evict, expectEqual }) => {
        await open('first')
        await guess('first')
        await evict()
        for (let i = 0; i < 3; i += 1) expectEqual(await guess('first'), UNKNOWN)
        expectEqual(await verify('first'), UNKNOWN)
        expectEqual(await guess('first', { failuresBelow: EIGHT_DIGITS }), UNKNOWN)
      },
    ),

    withEvict(
      'opens a new challenge at once for a browser whose challenge the store has lost',
      'After a restart or a flush users must be able to sign in again, without waiting for a challenge that no longer exists.',
      async ({ open, resend, verify, evict, expectMatch }) => {
        await open('first')
        await evict()
        expectMatch(await resend('first', 'second'), { outcome: 'opened' })
        expectMatch(await verify('second', { failuresBelow: TEN_DIGITS }), { outcome: 'accepted' })
      },
    ),
  ],
}
