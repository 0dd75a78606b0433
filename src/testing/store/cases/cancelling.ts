import { always, type StoreCases, withAdvance } from '../store-case.js'
import { LONG, REFILL, REFUND, SECOND } from '../verbs.js'

export const cancelling: StoreCases = {
  about: 'cancelling a mail',
  cases: [
    withAdvance(
      'keeps the code of the first mail valid when the mail of a resend is cancelled',
      'The first mail was delivered, and its code must not become invalid because a second mail failed.',
      async ({ open, resend, cancel, verify, advance, expectEqual }) => {
        await open('first')
        await advance(30 * SECOND)
        expectEqual(await resend('first', 'new'), { outcome: 'reopened' })
        await cancel('first', REFUND)
        expectEqual(await verify('first'), { outcome: 'accepted', failures: 0 })
      },
    ),

    always(
      'removes a challenge that was mailed once, and keeps its send charged',
      'No user has this code, so it must be rejected. The mail may have been delivered all the same, so it stays charged.',
      async ({ open, cancel, verify, expectEqual, expectFullIn }) => {
        await open('first')
        await cancel('first')
        expectEqual(await verify('first'), { outcome: 'unknown' })
        await expectFullIn(REFILL)
      },
    ),

    always(
      'changes nothing when the challenge to cancel does not exist',
      'A cancel that arrives late, or twice, must not affect other challenges or sends.',
      async ({ open, cancel, verify, expectEqual, expectFullIn }) => {
        await open('first')
        await cancel('never was', REFUND)
        await expectFullIn(REFILL)
        expectEqual(await verify('first'), { outcome: 'accepted', failures: 0 })
      },
    ),

    withAdvance(
      'keeps a challenge that was mailed again, and only clears its spacing',
      'The first mail was delivered, so its code must work, and the user may have it sent again at once.',
      async ({ open, resend, guess, cancel, advance, expectEqual, expectMatch }) => {
        await open('first')
        await guess('first')
        await advance(30 * SECOND)
        await resend('first', 'new')
        await cancel('first')
        expectEqual(await resend('first', 'new'), { outcome: 'reopened' })
        expectMatch(await resend('first', 'new'), { outcome: 'waiting' })
        expectEqual(await guess('first'), { outcome: 'wrong', attemptsLeft: 3, failures: 2 })
      },
    ),

    always(
      'keeps the mail that was sent again charged without refund, and refunds it at a sign-in',
      'The mail may have been delivered: it stays charged until the owner signs in.',
      async ({ open, resend, cancel, verify, expectFullIn }) => {
        await open('first', LONG)
        await resend('first', 'new', LONG)
        await cancel('first')
        await expectFullIn(2 * REFILL)
        await verify('first')
        await expectFullIn(0)
      },
    ),

    always(
      'cancels one mail at a time, and removes the challenge with the last one',
      'A challenge without any delivered mail can only be guessed; one that is removed too early invalidates a code that was delivered.',
      async ({ open, resend, cancel, verify, expectEqual }) => {
        await open('first', LONG)
        await resend('first', 'new', LONG)
        await resend('first', 'new', LONG)
        await cancel('first')
        await cancel('first')
        expectEqual(await resend('first', 'new', LONG), { outcome: 'reopened' })
        await cancel('first')
        await cancel('first')
        expectEqual(await verify('first'), { outcome: 'unknown' })
      },
    ),

    always(
      'removes a cancelled free replacement, and refunds nothing for it',
      'It was not charged: a refund for it allows a mail beyond the limit.',
      async ({ open, resend, addFailures, cancel, verify, expectEqual, expectFullIn }) => {
        await open('six digits')
        await addFailures(5)
        await resend('six digits', 'eight')
        await cancel('eight', REFUND)
        expectEqual(await verify('eight', { failuresBelow: 50 }), { outcome: 'unknown' })
        await expectFullIn(REFILL)
      },
    ),
  ],
}
