import { always, type StoreCases, withAdvance } from '../store-case.js'
import { DAY, HOUR, KNOWN_BROWSER, MINUTE, STRANGER } from '../verbs.js'

const REFILL = STRANGER.refillMs
const LONG = { ttlMs: DAY, keepMs: 0, spacingMs: 0 }

export const signInRefunds: StoreCases = {
  about: 'refunding after a sign-in',
  cases: [
    always(
      'removes only the failures of the accepted challenge at a sign-in',
      "The owner's typing errors must not add up, and the owner's sign-in must not clear an attacker's guesses.",
      async ({ open, guess, verify, addFailures, failures, expectEqual }) => {
        await addFailures(2)
        await open('first')
        await guess('first')
        await guess('first')
        expectEqual(await verify('first'), { outcome: 'accepted' })
        expectEqual(await failures(), 2)
      },
    ),

    withAdvance(
      'keeps the window of failures when a sign-in removes the last failure in it',
      'If a sign-in ended the window, the next guess would start a new one, so failures would count longer than 30 days after the first.',
      async ({ open, guess, verify, addFailures, failures, advance, expectEqual }) => {
        await open('first')
        await guess('first')
        await verify('first')
        await advance(29 * DAY)
        expectEqual(await failures(), 0)
        await addFailures(3)
        await advance(DAY - 1)
        expectEqual(await failures(), 3)
        await advance(1)
        expectEqual(await failures(), 0)
      },
    ),

    withAdvance(
      'does not subtract failures of a window that is over, for a code without guesses in the new window',
      "Subtracting failures that no longer count clears an attacker's guesses instead.",
      async ({ open, guess, verify, addFailures, failures, advance, expectEqual }) => {
        await addFailures(1)
        await advance(30 * DAY - MINUTE)
        await open('first')
        await guess('first')
        await advance(MINUTE)
        await addFailures(2)
        await verify('first')
        expectEqual(await failures(), 2)
      },
    ),

    withAdvance(
      'does not subtract failures of a window that is over, for a code with guesses in the new window too',
      "Subtracting failures that no longer count clears an attacker's guesses instead.",
      async ({ open, guess, verify, addFailures, failures, advance, expectEqual, expectMatch }) => {
        await addFailures(1)
        await advance(30 * DAY - MINUTE)
        await open('first')
        await guess('first')
        await guess('first')
        await advance(MINUTE)
        expectMatch(await guess('first'), { failures: 1 })
        await addFailures(2)
        await verify('first')
        expectEqual(await failures(), 2)
      },
    ),

    withAdvance(
      'never limits a user who signs in with each code',
      'All sends of a challenge must be refunded at its sign-in: otherwise users who sign in often are locked out.',
      async ({ open, resend, verify, advance, expectEqual, expectMatch, expectFullIn }) => {
        for (let i = 0; i < 20; i += 1) {
          expectMatch(await open(`${i}`), { outcome: 'opened' })
          await advance(30_000)
          expectEqual(await resend(`${i}`, 'new'), { outcome: 'reopened' })
          expectEqual(await verify(`${i}`), { outcome: 'accepted' })
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
      async ({ open, verify, expectEqual, expectFullIn }) => {
        await open('first')
        await open('second', { budget: KNOWN_BROWSER })
        expectEqual(await verify('first', { budget: KNOWN_BROWSER }), { outcome: 'accepted' })
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

    always(
      'does not remove failures of the replaced code at a sign-in with its free replacement',
      "Those guesses may be an attacker's: without them he can guess as many times again.",
      async ({ open, resend, guess, verify, addFailures, failures, expectEqual }) => {
        await open('six digits')
        await guess('six digits')
        await addFailures(4)
        await resend('six digits', 'eight')
        await guess('eight', { failuresBelow: 50 })
        await verify('eight', { failuresBelow: 50 })
        expectEqual(await failures(), 5)
      },
    ),
  ],
}
