import { always, type StoreCases, withAdvance } from '../store-case.js'
import { HOUR, KNOWN_BROWSER, LONG, MINUTE, REFILL, REFUND } from '../verbs.js'

export const cancelRefunds: StoreCases = {
  about: 'refunding a cancelled mail',
  cases: [
    always(
      'refunds the whole send of a cancelled mail if the request says so',
      'Otherwise an outage of the mail server uses up the sends of all users.',
      async ({ open, cancel, expectFullIn }) => {
        await open('other')
        await open('first')
        await cancel('first', REFUND)
        await expectFullIn(REFILL)
      },
    ),

    withAdvance(
      'refunds nothing for a challenge that has expired',
      'Otherwise each challenge that expires and is cancelled late gets its send refunded, and the limit has no effect.',
      async ({ open, cancel, advance, expectFullIn }) => {
        await open('first')
        await advance(10 * MINUTE)
        await cancel('first', REFUND)
        await expectFullIn(REFILL - 10 * MINUTE)
      },
    ),

    withAdvance(
      'calculates the refund of a mail that was sent again from its own time',
      "Calculated from the first mail, an outage would still use up part of the owner's sends.",
      async ({ open, resend, cancel, advance, expectFullIn }) => {
        await open('first', LONG)
        await advance(HOUR)
        await resend('first', 'new', LONG)
        await advance(MINUTE)
        await cancel('first', REFUND)
        await expectFullIn(REFILL - HOUR)
      },
    ),

    withAdvance(
      'refunds the part of the first send that has not refilled, when all mails of a challenge are cancelled',
      'The part that has refilled already must not be refunded again, in any order of cancelled mails.',
      async ({ open, resend, cancel, advance, expectFullIn }) => {
        await open('other', LONG)
        await open('first', LONG)
        await advance(HOUR)
        await resend('first', 'new', LONG)
        await cancel('first', REFUND)
        await cancel('first', REFUND)
        await expectFullIn(2 * REFILL - HOUR - 30 * MINUTE)
      },
    ),

    always(
      'refunds a send once: when its mail is cancelled or at the sign-in',
      'If it were refunded twice, each failed mail would allow one more beyond the limit.',
      async ({ open, resend, cancel, verify, expectFullIn }) => {
        await open('other')
        await open('first', LONG)
        await resend('first', 'new', LONG)
        await cancel('first', REFUND)
        await expectFullIn(2 * REFILL)
        await verify('first')
        await expectFullIn(REFILL)
      },
    ),

    always(
      'refunds nothing once a guess was made at the challenge',
      'A guess shows that the code may be known to a user: the mail may have been delivered, so it stays charged.',
      async ({ open, guess, cancel, verify, expectEqual, expectFullIn }) => {
        await open('first')
        await guess('first')
        await cancel('first', REFUND)
        expectEqual(await verify('first'), { outcome: 'unknown' })
        await expectFullIn(REFILL)
        await open('second')
        await guess('second')
        await cancel('second', { refund: 'reduced' })
        await expectFullIn(2 * REFILL)
      },
    ),

    withAdvance(
      'refunds nothing once a guess was made in a window of failures that is over',
      'If the failures of a window are all that a store keeps of a guess, an attacker who guesses just before its end gets the send refunded.',
      async ({ open, addFailures, guess, cancel, advance, expectFullIn }) => {
        await addFailures(1, { failuresWindowMs: MINUTE })
        await advance(MINUTE - 1)
        await open('first')
        await guess('first')
        await advance(1)
        await cancel('first', REFUND)
        await expectFullIn(REFILL - 1)
      },
    ),

    always(
      'refunds nothing to a budget that was not charged',
      'Otherwise sends that were charged to strangers are refunded to known browsers, whose limit then has no effect.',
      async ({ open, cancel, expectFullIn }) => {
        await open('first')
        await open('second', { budget: KNOWN_BROWSER })
        await cancel('first', { ...REFUND, budget: KNOWN_BROWSER })
        await expectFullIn(REFILL)
        await expectFullIn(REFILL, { budget: KNOWN_BROWSER })
      },
    ),

    always(
      'refunds nothing at a sign-in after the send on another budget was refunded',
      'After the refund no send is charged any more: another refund allows a mail beyond the limit.',
      async ({ open, resend, cancel, verify, expectFullIn }) => {
        await open('first', LONG)
        await open('other', { budget: KNOWN_BROWSER })
        await resend('first', 'new', { ...LONG, budget: KNOWN_BROWSER })
        await cancel('first', { ...REFUND, budget: KNOWN_BROWSER })
        await expectFullIn(REFILL, { budget: KNOWN_BROWSER })
        await verify('first', { budget: KNOWN_BROWSER })
        await expectFullIn(REFILL, { budget: KNOWN_BROWSER })
      },
    ),

    withAdvance(
      'charges a mail after a refunded one from its own time on',
      'Calculated from the mail that was never sent, the refund would be less than the charge.',
      async ({ open, resend, cancel, verify, advance, expectFullIn }) => {
        await open('first', LONG)
        await resend('first', 'new', { ...LONG, budget: KNOWN_BROWSER })
        await cancel('first', { ...REFUND, budget: KNOWN_BROWSER })
        await advance(HOUR)
        await resend('first', 'new', { ...LONG, budget: KNOWN_BROWSER })
        await verify('first', { budget: KNOWN_BROWSER })
        await expectFullIn(0, { budget: KNOWN_BROWSER })
      },
    ),

    always(
      'refunds only the second send of a free replacement that was sent again',
      'The replacement itself was not charged, and the send of the replaced code stays charged until a sign-in.',
      async ({ open, resend, addFailures, cancel, expectFullIn }) => {
        await open('six digits')
        await addFailures(5)
        await resend('six digits', 'eight', LONG)
        await resend('eight', 'new', { ...LONG, failuresBelow: 50 })
        await cancel('eight', REFUND)
        await expectFullIn(REFILL)
        await cancel('eight', REFUND)
        await expectFullIn(REFILL)
      },
    ),
  ],
}
