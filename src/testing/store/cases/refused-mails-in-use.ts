import { always, type StoreCases, withAdvance } from '../store-case.js'
import { KEPT, KNOWN_BROWSER, LONG, MINUTE, REDUCED, REFILL, SECOND, SPACING } from '../verbs.js'

/** Mails of a challenge that has been mailed, replaced or guessed at before. */
export const refusedMailsInUse: StoreCases = {
  about: 'refunding a refused mail of a challenge that is in use',
  cases: [
    always(
      'keeps five minutes of a refused resend charged after a sign-in',
      'The sign-in refunds the sends that were delivered. Refunding the refused one again allows a mail beyond the limit.',
      async ({ open, resend, cancel, verify, expectFullIn }) => {
        await open('other')
        await open('first', LONG)
        await resend('first', 'new', LONG)
        await cancel('first', REDUCED)
        await expectFullIn(2 * REFILL + KEPT)
        await verify('first')
        await expectFullIn(REFILL + KEPT)
      },
    ),

    always(
      'refunds nothing for a free replacement that is refused, and limits the next mail',
      'It was not charged. But a server has refused a mail, and must not be asked again at once.',
      async ({ open, resend, addFailures, cancel, expectEqual, expectFullIn }) => {
        await open('six digits')
        await addFailures(5)
        await resend('six digits', 'eight', { budget: KNOWN_BROWSER })
        await cancel('eight', { ...REDUCED, budget: KNOWN_BROWSER })
        await expectFullIn(REFILL)
        const limited = { outcome: 'limited', retryAfterMs: SPACING }
        expectEqual(await open('second', { budget: KNOWN_BROWSER }), limited)
      },
    ),

    always(
      'limits the next mail for the spacing where a guess was made at the refused one',
      'Otherwise one wrong code takes the spacing away, and a server that refuses is asked again at once.',
      async ({ open, guess, cancel, verify, expectEqual, expectFullIn }) => {
        await open('first')
        await guess('first')
        await cancel('first', REDUCED)
        expectEqual(await open('second'), { outcome: 'limited', retryAfterMs: SPACING })
        expectEqual(await verify('first'), { outcome: 'unknown' })
        await expectFullIn(REFILL)
      },
    ),

    withAdvance(
      'limits the next mail for the spacing where a guess was made before a refused resend',
      'The code of the first mail stays valid, and its user is told to wait while nothing is sent.',
      async ({ open, resend, guess, cancel, verify, advance, expectEqual, expectFullIn }) => {
        await open('first', LONG)
        await guess('first')
        await advance(MINUTE)
        await resend('first', 'new', LONG)
        await advance(SECOND)
        await cancel('first', REDUCED)
        await expectFullIn(2 * REFILL - MINUTE - SECOND)
        const limited = { outcome: 'limited', retryAfterMs: SPACING - SECOND }
        expectEqual(await resend('first', 'new', LONG), limited)
        await advance(SPACING - SECOND)
        expectEqual(await resend('first', 'new', LONG), { outcome: 'reopened' })
        expectEqual(await verify('first'), { outcome: 'accepted', failures: 1 })
      },
    ),
  ],
}
