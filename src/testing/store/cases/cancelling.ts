import { always, type StoreCases, withAdvance } from '../store-case.js'
import { DAY, SECOND, STRANGER } from '../verbs.js'

const REFILL = STRANGER.refillMs
const LONG = { ttlMs: DAY, keepMs: 0, spacingMs: 0 }
const REFUND = { refund: true }

export const cancels: StoreCases = {
  about: 'cancelling',
  cases: [
    withAdvance(
      'the cancelled mail of a resend leaves the code of the first mail working',
      'The first mail has arrived, and its reader must not be turned away because a second one failed.',
      async ({ open, again, cancel, answer, advance, same }) => {
        await open('first')
        await advance(30 * SECOND)
        same(await again('first', 'new'), { outcome: 'reopened' })
        await cancel('first', { refund: true })
        same(await answer('first'), { outcome: 'accepted' })
      },
    ),

    always(
      'a challenge that was mailed once goes, and its send stays counted',
      'Nobody has this code, so nobody may enter it; the mail may have gone out all the same, so it counts.',
      async ({ open, cancel, answer, same, fullIn }) => {
        await open('first')
        await cancel('first')
        same(await answer('first'), { outcome: 'unknown' })
        await fullIn(REFILL)
      },
    ),

    always(
      'what is not there is left alone',
      'A cancelling that comes late, or twice, must take nothing from what lives.',
      async ({ open, cancel, answer, same, fullIn }) => {
        await open('first')
        await cancel('never was', REFUND)
        await fullIn(REFILL)
        same(await answer('first'), { outcome: 'accepted' })
      },
    ),

    withAdvance(
      'a challenge that was mailed again stays and loses its spacing alone',
      'The first mail has arrived: its code must work, and who waits for the second may ask at once.',
      async ({ open, again, guess, cancel, advance, same, like }) => {
        await open('first')
        await guess('first')
        await advance(30 * SECOND)
        await again('first', 'new')
        await cancel('first')
        same(await again('first', 'new'), { outcome: 'reopened' })
        like(await again('first', 'new'), { outcome: 'waiting' })
        same(await guess('first'), { outcome: 'wrong', attemptsLeft: 3, failures: 2 })
      },
    ),

    always(
      'without refund the mail sent again stays counted, and a sign-in still gives it back',
      'The mail may have gone out: it counts until the owner shows, by signing in, that it was his.',
      async ({ open, again, cancel, answer, fullIn }) => {
        await open('first', LONG)
        await again('first', 'new', LONG)
        await cancel('first')
        await fullIn(2 * REFILL)
        await answer('first')
        await fullIn(0)
      },
    ),

    always(
      'each cancelling takes back one mail, and the last one takes the challenge',
      'A challenge that outlives all its mails can only be guessed at; one that goes too early kills a code that arrived.',
      async ({ open, again, cancel, answer, same }) => {
        await open('first', LONG)
        await again('first', 'new', LONG)
        await again('first', 'new', LONG)
        await cancel('first')
        await cancel('first')
        same(await again('first', 'new', LONG), { outcome: 'reopened' })
        await cancel('first')
        await cancel('first')
        same(await answer('first'), { outcome: 'unknown' })
      },
    ),

    always(
      'a free replacement goes, and has no send to give back',
      'It cost nothing: giving back a send for it is mail beyond the limit.',
      async ({ open, again, fail, cancel, answer, same, fullIn }) => {
        await open('six digits')
        await fail(5)
        await again('six digits', 'eight')
        await cancel('eight', REFUND)
        same(await answer('eight', { failuresBelow: 50 }), { outcome: 'unknown' })
        await fullIn(REFILL)
      },
    ),
  ],
}
