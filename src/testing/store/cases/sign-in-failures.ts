import { always, type StoreCases, withAdvance } from '../store-case.js'
import { DAY, EIGHT_DIGITS, HOUR } from '../verbs.js'

const SHARED =
  'An attacker who shares the session of a user before the sign-in would guess without being counted.'

export const signInFailures: StoreCases = {
  about: 'keeping failures at a sign-in',
  cases: [
    always(
      'never refunds failures at a sign-in',
      SHARED,
      async ({ open, guess, verify, addFailures, failures, expectMatch, expectEqual }) => {
        await addFailures(2)
        await open('first')
        await guess('first')
        await guess('first')
        expectMatch(await verify('first'), { outcome: 'accepted' })
        expectEqual(await failures(), 4)
      },
    ),

    always(
      'never refunds failures of the replaced code at a sign-in with its free replacement',
      SHARED,
      async ({ open, resend, guess, verify, addFailures, failures, expectMatch, expectEqual }) => {
        await open('six digits')
        await guess('six digits')
        await addFailures(4)
        await resend('six digits', 'eight')
        const eight = { failuresBelow: EIGHT_DIGITS }
        await guess('eight', eight)
        expectMatch(await verify('eight', eight), { outcome: 'accepted' })
        expectEqual(await failures(), 6)
      },
    ),

    always(
      'does not count a right code as a failure',
      'Otherwise a user who signs in every day gets longer and longer codes.',
      async ({ open, verify, addFailures, failures, expectMatch, expectEqual }) => {
        for (let i = 0; i < 3; i += 1) {
          await open(`${i}`)
          expectMatch(await verify(`${i}`), { outcome: 'accepted' })
        }
        expectEqual(await failures(), 0)
        await addFailures(3)
        await open('last')
        expectMatch(await verify('last'), { outcome: 'accepted' })
        expectEqual(await failures(), 3)
      },
    ),

    always(
      'tells the failures of the address with an accepted code',
      'The application learns from this number that the address was guessed at. Without it, the owner is not warned.',
      async ({ open, guess, verify, addFailures, expectEqual }) => {
        await open('first')
        expectEqual(await verify('first'), { outcome: 'accepted', failures: 0 })
        await addFailures(2)
        await open('second')
        await guess('second')
        expectEqual(await verify('second'), { outcome: 'accepted', failures: 3 })
        await open('hers', { address: 'bob' })
        expectEqual(await verify('hers', { address: 'bob' }), { outcome: 'accepted', failures: 0 })
      },
    ),

    withAdvance(
      'tells no failures of a window that is over with an accepted code',
      'The owner would be warned of guesses that no longer count.',
      async ({ open, guess, verify, advance, expectEqual }) => {
        await open('first', { ttlMs: 3 * HOUR })
        await guess('first', { failuresWindowMs: HOUR })
        await advance(HOUR)
        expectEqual(await verify('first'), { outcome: 'accepted', failures: 0 })
      },
    ),

    withAdvance(
      'neither starts, ends nor prolongs a window of failures at a sign-in',
      'If a sign-in changed the window, failures would count for a longer or shorter time than 30 days after the first.',
      async ({ open, guess, verify, addFailures, failures, advance, expectEqual }) => {
        await open('before')
        await verify('before')
        await advance(DAY)
        await open('first')
        await guess('first')
        await verify('first')
        await advance(29 * DAY)
        await open('second')
        await verify('second')
        expectEqual(await failures(), 1)
        await addFailures(3)
        await advance(DAY - 1)
        expectEqual(await failures(), 4)
        await advance(1)
        expectEqual(await failures(), 0)
      },
    ),
  ],
}
