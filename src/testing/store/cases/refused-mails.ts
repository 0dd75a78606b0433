import { always, type StoreCases, withAdvance } from '../store-case.js'
import {
  HOUR,
  KEPT,
  KNOWN_BROWSER,
  LONG,
  MINUTE,
  REDUCED,
  REFILL,
  REFUND,
  SECOND,
  SPACING,
} from '../verbs.js'

const UNLIMITED_MAIL =
  'An attacker with a mailbox that refuses mail would have it asked as fast as it refuses.'

export const refusedMails: StoreCases = {
  about: 'refunding a refused mail',
  cases: [
    always(
      'refunds all but five minutes of the send of a refused mail',
      'Without a refund a full mailbox uses up the sends of its owner; with a whole one, mails to a mailbox that refuses them have no limit.',
      async ({ open, cancel, verify, expectEqual, expectFullIn }) => {
        await open('other')
        await open('first')
        await cancel('first', REDUCED)
        await expectFullIn(REFILL + KEPT)
        expectEqual(await verify('first'), { outcome: 'unknown' })
      },
    ),

    withAdvance(
      'refunds what has not refilled of a refused mail that is cancelled after more than five minutes',
      'The five minutes are a minimum: in addition to what has refilled, they would be charged twice.',
      async ({ open, cancel, advance, expectFullIn }) => {
        await open('other', LONG)
        await open('first', LONG)
        await open('second', LONG)
        await advance(3 * MINUTE)
        await cancel('first', REDUCED)
        await expectFullIn(2 * REFILL + KEPT - 3 * MINUTE)
        await advance(HOUR)
        await cancel('second', REDUCED)
        await expectFullIn(REFILL + KEPT)
      },
    ),

    always(
      'limits the budget of a refused mail for the spacing, although its challenge is gone',
      UNLIMITED_MAIL,
      async ({ open, resend, cancel, expectEqual, expectFullIn }) => {
        await open('first')
        await cancel('first', REDUCED)
        const limited = { outcome: 'limited', retryAfterMs: SPACING }
        expectEqual(await open('second'), limited)
        expectEqual(await resend('first', 'second'), limited)
        await expectFullIn(KEPT)
      },
    ),

    withAdvance(
      'measures the spacing from the refused mail on, for exactly as long as it says',
      UNLIMITED_MAIL,
      async ({ open, cancel, advance, expectEqual }) => {
        await open('first')
        await advance(12 * SECOND)
        await cancel('first', REDUCED)
        expectEqual(await open('second'), { outcome: 'limited', retryAfterMs: 18 * SECOND })
        await advance(18 * SECOND - 1)
        expectEqual(await open('second'), { outcome: 'limited', retryAfterMs: 1 })
        await advance(1)
        expectEqual(await open('second'), { outcome: 'opened', failures: 0 })
        expectEqual(await open('third'), { outcome: 'opened', failures: 0 })
      },
    ),

    always(
      'limits neither another budget nor another address after a refused mail',
      'An attacker who requests codes as a stranger would keep the known browser of the owner waiting.',
      async ({ open, cancel, expectMatch }) => {
        await open('first')
        await cancel('first', REDUCED)
        expectMatch(await open('second', { budget: KNOWN_BROWSER }), { outcome: 'opened' })
        expectMatch(await open('his', { address: 'bob' }), { outcome: 'opened' })
        expectMatch(await open('third'), { outcome: 'limited' })
      },
    ),

    always(
      'neither refunds to nor limits a budget that the refused mail was not charged to',
      'A cancel that names another budget would keep its users waiting.',
      async ({ open, cancel, expectMatch, expectFullIn }) => {
        await open('device', { budget: KNOWN_BROWSER })
        await open('first')
        await cancel('first', { ...REDUCED, budget: KNOWN_BROWSER })
        await expectFullIn(REFILL)
        await expectFullIn(REFILL, { budget: KNOWN_BROWSER })
        expectMatch(await open('second', { budget: KNOWN_BROWSER }), { outcome: 'opened' })
      },
    ),

    always(
      'allows the next send at once after a mail that reached no server',
      'After an outage of the mail server users must get their codes at once.',
      async ({ open, cancel, expectMatch }) => {
        await open('first')
        await cancel('first', REFUND)
        expectMatch(await open('second'), { outcome: 'opened' })
      },
    ),

    withAdvance(
      'keeps the code of the first mail valid, and limits the next mail, when a resend is refused',
      'The first mail was delivered. And the spacing of a challenge is cleared by a cancel, so only that of the budget is left.',
      async ({ open, resend, cancel, verify, advance, expectEqual, expectMatch }) => {
        await open('first')
        await advance(30 * SECOND)
        expectEqual(await resend('first', 'new'), { outcome: 'reopened' })
        await cancel('first', REDUCED)
        const limited = { outcome: 'limited', retryAfterMs: SPACING }
        expectEqual(await resend('first', 'new'), limited)
        await advance(SPACING)
        expectEqual(await resend('first', 'new'), { outcome: 'reopened' })
        expectMatch(await verify('first'), { outcome: 'accepted' })
      },
    ),

    withAdvance(
      'does not shorten the spacing when an earlier mail is refused later',
      'Otherwise an attacker has an older mail refused to get the next one at once.',
      async ({ open, cancel, advance, expectEqual }) => {
        await open('first')
        await advance(10 * SECOND)
        await open('second')
        await cancel('second', REDUCED)
        await cancel('first', REDUCED)
        expectEqual(await open('third'), { outcome: 'limited', retryAfterMs: SPACING })
      },
    ),

    always(
      'keeps the spacing after a refused mail at refunds of other challenges',
      'A sign-in or an outage at the same address must not allow the mail that was put off.',
      async ({ open, cancel, verify, expectEqual }) => {
        for (const name of ['first', 'second', 'third']) await open(name)
        await cancel('first', REDUCED)
        await cancel('second', REFUND)
        await verify('third')
        expectEqual(await open('fourth'), { outcome: 'limited', retryAfterMs: SPACING })
      },
    ),

    withAdvance(
      'keeps a spacing that ends after the budget is full again',
      'A store that deletes the rows of full budgets would allow the mail too early.',
      async ({ open, cancel, advance, expectEqual }) => {
        await open('first', LONG)
        await cancel('first', { ...REDUCED, spacingMs: HOUR })
        await advance(HOUR - 1)
        // Each request may delete rows that are no longer needed.
        for (let i = 0; i < 5; i += 1) await open(`${i}`, { address: 'bob' })
        expectEqual(await open('second'), { outcome: 'limited', retryAfterMs: 1 })
        await advance(1)
        expectEqual(await open('second'), { outcome: 'opened', failures: 0 })
      },
    ),
  ],
}
