import { always, type StoreCases, withAdvance } from '../store-case.js'
import { HOUR, KNOWN_BROWSER, LONG, MINUTE, REFILL } from '../verbs.js'

export const signInRefunds: StoreCases = {
  about: 'refunding sends at a sign-in',
  cases: [
    withAdvance(
      'never limits a user who signs in with each code',
      'All sends of a challenge must be refunded at its sign-in: otherwise users who sign in often are locked out.',
      async ({ open, resend, verify, advance, expectEqual, expectMatch, expectFullIn }) => {
        for (let i = 0; i < 20; i += 1) {
          expectMatch(await open(`${i}`), { outcome: 'opened' })
          await advance(30_000)
          expectEqual(await resend(`${i}`, 'new'), { outcome: 'reopened' })
          expectEqual(await verify(`${i}`), { outcome: 'accepted', failures: 0 })
        }
        await expectFullIn(0)
      },
    ),

    always(
      'does not refund the sends of challenges without a sign-in',
      'One sign-in must not refund the mails that an attacker has requested.',
      async ({ open, verify, expectFullIn }) => {
        for (let i = 0; i < 3; i += 1) await open(`${i}`)
        await verify('1')
        await expectFullIn(2 * REFILL)
      },
    ),

    withAdvance(
      'does not refund the part of a send that has refilled already',
      'If it were refunded twice, an attacker would get more mails than the limit allows.',
      async ({ open, resend, verify, advance, expectFullIn }) => {
        for (const name of ['one', 'two', 'three', 'four']) await open(name, LONG)
        await advance(HOUR)
        await resend('two', 'new', LONG)
        await expectFullIn(5 * REFILL - HOUR)
        await verify('one') // 90 minutes were charged, 60 have refilled
        await expectFullIn(5 * REFILL - HOUR - 30 * MINUTE)
        await verify('two') // 180 were charged from the first send on, 60 have refilled
        await expectFullIn(5 * REFILL - HOUR - 30 * MINUTE - 2 * HOUR)
        await advance(HOUR)
        await verify('three')
        await expectFullIn(5 * REFILL - 2 * HOUR - 30 * MINUTE - 2 * HOUR)
      },
    ),

    always(
      'refunds nothing to a budget that was not charged',
      'Otherwise sends that were charged to strangers are refunded to known browsers, whose limit then has no effect.',
      async ({ open, verify, expectMatch, expectFullIn }) => {
        await open('first')
        await open('second', { budget: KNOWN_BROWSER })
        expectMatch(await verify('first', { budget: KNOWN_BROWSER }), { outcome: 'accepted' })
        await expectFullIn(REFILL)
        await expectFullIn(REFILL, { budget: KNOWN_BROWSER })
      },
    ),

    withAdvance(
      'refunds one send to the last budget of a challenge that was reopened on another budget',
      'An attempt names only the last budget: refunding the sends of both to it allows mails beyond its limit.',
      async ({ open, resend, verify, advance, expectFullIn }) => {
        await open('first', LONG)
        await resend('first', 'new', LONG)
        await advance(HOUR)
        await resend('first', 'new', { ...LONG, budget: KNOWN_BROWSER })
        await open('second', { budget: KNOWN_BROWSER })
        await verify('first', { budget: KNOWN_BROWSER })
        await expectFullIn(2 * REFILL - HOUR)
        await expectFullIn(REFILL, { budget: KNOWN_BROWSER })
      },
    ),

    always(
      'refunds nothing to the first budget of a challenge that was reopened on another budget',
      'The first budget was charged by a stranger, possibly an attacker, and the sign-in did not come from that budget.',
      async ({ open, resend, verify, expectFullIn }) => {
        await open('first', LONG)
        await resend('first', 'new', { ...LONG, budget: KNOWN_BROWSER })
        await verify('first')
        await expectFullIn(REFILL)
        await expectFullIn(REFILL, { budget: KNOWN_BROWSER })
      },
    ),

    withAdvance(
      'refunds the sends of the replaced code at a sign-in with its free replacement',
      'The owner who signs in after an attack was sent that mail too, and must not reach the limit.',
      async ({ open, resend, verify, addFailures, advance, expectFullIn }) => {
        await open('unanswered')
        await open('six digits', LONG)
        await resend('six digits', 'new', LONG)
        await addFailures(5)
        await advance(MINUTE)
        await resend('six digits', 'eight', LONG)
        await expectFullIn(3 * REFILL - MINUTE)
        await verify('eight', { failuresBelow: 50 }) // 180 minutes were charged, one has refilled
        await expectFullIn(REFILL)
      },
    ),

    withAdvance(
      'refunds the sends of the replaced code and of the free replacement that was sent again, from the first send on',
      'Calculated from the later mail on, the part that has refilled since the first send would be refunded twice.',
      async ({ open, resend, verify, addFailures, advance, expectFullIn }) => {
        await open('six digits', LONG)
        await open('unanswered')
        await addFailures(5)
        await resend('six digits', 'eight', LONG)
        await advance(HOUR)
        await resend('eight', 'new', { ...LONG, failuresBelow: 50 })
        await expectFullIn(3 * REFILL - HOUR)
        await verify('eight', { failuresBelow: 50 })
        await expectFullIn(REFILL)
      },
    ),
  ],
}
