import { always, type StoreCases, withAdvance } from '../store-case.js'
import { EIGHT_DIGITS, MINUTE, SECOND } from '../verbs.js'

export const resending: StoreCases = {
  about: 'sending a code again',
  cases: [
    withAdvance(
      'answers waiting until the spacing is over, for exactly as long as it says',
      'A double click must not send a second mail, and the page counts down from this number.',
      async ({ open, resend, advance, expectEqual }) => {
        await open('first')
        await advance(12 * SECOND)
        expectEqual(await resend('first', 'second'), {
          outcome: 'waiting',
          retryAfterMs: 18 * SECOND,
        })
        await advance(18 * SECOND - 1)
        expectEqual(await resend('first', 'second'), { outcome: 'waiting', retryAfterMs: 1 })
        await advance(1)
        expectEqual(await resend('first', 'second'), { outcome: 'reopened' })
      },
    ),

    withAdvance(
      'measures the spacing from the last mail, not from the first',
      'Otherwise every click after the first 30 seconds sends a mail.',
      async ({ open, resend, advance, expectEqual }) => {
        await open('first')
        await advance(30 * SECOND)
        await resend('first', 'second')
        await advance(29 * SECOND)
        expectEqual(await resend('first', 'third'), { outcome: 'waiting', retryAfterMs: SECOND })
      },
    ),

    withAdvance(
      'keeps the expiry and the used attempts of a challenge that it reopens, and opens no new one',
      'If sending a code again restored its attempts, an attacker would have it sent again after every fourth guess.',
      async ({ open, resend, guess, verify, advance, expectEqual, expectMatch }) => {
        await open('first')
        await guess('first')
        await guess('first')
        await advance(5 * MINUTE)
        expectEqual(await resend('first', 'second'), { outcome: 'reopened' })
        expectEqual(await verify('second'), { outcome: 'unknown' })
        // Eight digits, because the length of a code of six would already limit this to two.
        expectMatch(await guess('first', { failuresBelow: EIGHT_DIGITS }), {
          outcome: 'wrong',
          attemptsLeft: 2,
        })
        await advance(5 * MINUTE)
        expectEqual(await verify('first'), { outcome: 'unknown' })
      },
    ),

    withAdvance(
      'replaces a challenge with exactly keepMs of its lifetime left, and reopens one with a millisecond more',
      'A code that is sent again must live long enough to be typed. Replacing it too early makes the first mail useless.',
      async ({ open, resend, verify, advance, expectEqual }) => {
        await open('first')
        await advance(8 * MINUTE - 1)
        expectEqual(await resend('first', 'second'), { outcome: 'reopened' })
        await advance(30 * SECOND)
        expectEqual(await resend('first', 'second'), { outcome: 'opened', failures: 0 })
        expectEqual(await verify('first'), { outcome: 'unknown' })
        expectEqual(await verify('second'), { outcome: 'accepted', failures: 0 })

        await open('third')
        await advance(8 * MINUTE)
        expectEqual(await resend('third', 'fourth'), { outcome: 'opened', failures: 0 })
      },
    ),

    withAdvance(
      'keeps the spacing for a challenge that is about to expire',
      'Otherwise an attacker can send mails without a pause near the end of every lifetime.',
      async ({ open, resend, advance, expectMatch }) => {
        await open('first', { ttlMs: 20 * SECOND, keepMs: 10 * SECOND })
        await advance(15 * SECOND)
        expectMatch(await resend('first', 'second'), { outcome: 'waiting' })
      },
    ),

    always(
      'replaces a spent challenge at once by one with all its attempts',
      'A user who mistyped five times needs a code that works, and the spent one must stay invalid.',
      async ({ open, resend, guess, expectEqual, expectMatch }) => {
        await open('first', { attempts: 1 })
        await guess('first')
        expectEqual(await resend('first', 'second'), { outcome: 'opened', failures: 1 })
        expectEqual(await guess('first'), { outcome: 'unknown' })
        expectMatch(await guess('second', { failuresBelow: 50 }), { attemptsLeft: 4 })
      },
    ),

    withAdvance(
      'treats an expired pending challenge as missing, and opens a new one',
      'A user who comes back too late must get a new code, even within the spacing of the old one.',
      async ({ open, resend, verify, advance, expectEqual }) => {
        await open('first', { spacingMs: 20 * MINUTE })
        await advance(10 * MINUTE)
        const result = await resend('first', 'second', { spacingMs: 20 * MINUTE, keepMs: 0 })
        expectEqual(result, { outcome: 'opened', failures: 0 })
        expectEqual(await verify('second'), { outcome: 'accepted', failures: 0 })
      },
    ),

    always(
      'opens a new challenge where the pending one does not exist',
      'A browser may hold a challenge that the store has lost: its user must get a code, not an error.',
      async ({ resend, verify, expectEqual }) => {
        expectEqual(await resend('never was', 'first'), { outcome: 'opened', failures: 0 })
        expectEqual(await verify('first'), { outcome: 'accepted', failures: 0 })
      },
    ),
  ],
}
