import { always, type StoreCases, withAdvance } from '../store-case.js'
import { EIGHT_DIGITS, MINUTE, SECOND } from '../verbs.js'

export const asksAgain: StoreCases = {
  about: 'asking again',
  cases: [
    withAdvance(
      'asking again within the spacing waits, exactly as long as it says',
      'An impatient second click must not mail a second time, and the countdown on the page is this number.',
      async ({ open, again, advance, same }) => {
        await open('first')
        await advance(12 * SECOND)
        same(await again('first', 'second'), {
          outcome: 'waiting',
          retryAfterMs: 18 * SECOND,
        })
        await advance(18 * SECOND - 1)
        same(await again('first', 'second'), { outcome: 'waiting', retryAfterMs: 1 })
        await advance(1)
        same(await again('first', 'second'), { outcome: 'reopened' })
      },
    ),

    withAdvance(
      'spacing is measured from the last mail, not from the first',
      'Otherwise every click after the first 30 seconds sends a mail.',
      async ({ open, again, advance, same }) => {
        await open('first')
        await advance(30 * SECOND)
        await again('first', 'second')
        await advance(29 * SECOND)
        same(await again('first', 'third'), { outcome: 'waiting', retryAfterMs: SECOND })
      },
    ),

    withAdvance(
      'reopening keeps the expiry and the used attempts, and opens nothing new',
      'If sending again brought attempts back, an attacker would ask again after every fourth guess.',
      async ({ open, again, guess, answer, advance, same, like }) => {
        await open('first')
        await guess('first')
        await guess('first')
        await advance(5 * MINUTE)
        same(await again('first', 'second'), { outcome: 'reopened' })
        same(await answer('second'), { outcome: 'unknown' })
        // A code of eight digits, or the ladder alone would say that two are left.
        like(await guess('first', { failuresBelow: EIGHT_DIGITS }), {
          outcome: 'wrong',
          attemptsLeft: 2,
        })
        await advance(5 * MINUTE)
        same(await answer('first'), { outcome: 'unknown' })
      },
    ),

    withAdvance(
      'a challenge with a fifth of its life left is replaced, with a millisecond more it is kept',
      'A code mailed again must live long enough to be typed; one replaced too early makes the first mail useless.',
      async ({ open, again, answer, advance, same }) => {
        await open('first')
        await advance(8 * MINUTE - 1)
        same(await again('first', 'second'), { outcome: 'reopened' })
        await advance(30 * SECOND)
        same(await again('first', 'second'), { outcome: 'opened', failures: 0 })
        same(await answer('first'), { outcome: 'unknown' })
        same(await answer('second'), { outcome: 'accepted' })

        await open('third')
        await advance(8 * MINUTE)
        same(await again('third', 'fourth'), { outcome: 'opened', failures: 0 })
      },
    ),

    withAdvance(
      'spacing holds for a challenge near its end too',
      'Otherwise the last fifth of every life is a moment of mail without a pause.',
      async ({ open, again, advance, like }) => {
        await open('first', { ttlMs: 20 * SECOND, keepMs: 10 * SECOND })
        await advance(15 * SECOND)
        like(await again('first', 'second'), { outcome: 'waiting' })
      },
    ),

    always(
      'a spent challenge is replaced at once, and the new one has all its attempts',
      'Who mistyped five times needs a code that works, and the spent one must never come back.',
      async ({ open, again, guess, same, like }) => {
        await open('first', { attempts: 1 })
        await guess('first')
        same(await again('first', 'second'), { outcome: 'opened', failures: 1 })
        same(await guess('first'), { outcome: 'unknown' })
        like(await guess('second', { failuresBelow: 50 }), { attemptsLeft: 4 })
      },
    ),

    withAdvance(
      'an expired challenge counts as none',
      'Whoever comes back too late must get a new code, whatever the old one says of spacing.',
      async ({ open, again, answer, advance, same }) => {
        await open('first', { spacingMs: 20 * MINUTE })
        await advance(10 * MINUTE)
        const result = await again('first', 'second', { spacingMs: 20 * MINUTE, keepMs: 0 })
        same(result, { outcome: 'opened', failures: 0 })
        same(await answer('second'), { outcome: 'accepted' })
      },
    ),

    always(
      'a pending challenge that is not there counts as none',
      'A browser may hold what the store has forgotten: it must get a code and not an error.',
      async ({ again, answer, same }) => {
        same(await again('never was', 'first'), { outcome: 'opened', failures: 0 })
        same(await answer('first'), { outcome: 'accepted' })
      },
    ),
  ],
}
