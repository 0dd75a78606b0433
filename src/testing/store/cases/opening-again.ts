import { always, type StoreCases, withAdvance } from '../store-case.js'
import { EIGHT_DIGITS, MINUTE, REFUND, SECOND, STRANGER } from '../verbs.js'

export const openingAgain: StoreCases = {
  about: 'opening a challenge that was opened before',
  cases: [
    always(
      'answers waiting while the challenge is alive, tells the failures, and writes nothing',
      'Two clicks of one visitor open one challenge. A second opening would mail a second code, restore the used attempts or charge another send.',
      async ({ open, guess, verify, expectEqual, expectMatch, expectFullIn }) => {
        await open('first')
        await guess('first')
        expectEqual(await open('first'), {
          outcome: 'waiting',
          retryAfterMs: 30 * SECOND,
          failures: 1,
        })
        await expectFullIn(STRANGER.refillMs)
        expectMatch(await guess('first'), { outcome: 'wrong', attemptsLeft: 3 })
        expectMatch(await verify('first'), { outcome: 'accepted' })
      },
    ),

    always(
      'answers waiting although the address has no send left',
      'The second click of a visitor must not be told to wait for hours: the mail of the first is on its way.',
      async ({ open, expectMatch }) => {
        const budget = { ...STRANGER, burst: 1 }
        await open('first', { budget })
        expectMatch(await open('second', { budget }), { outcome: 'limited' })
        expectMatch(await open('first', { budget }), { outcome: 'waiting' })
      },
    ),

    always(
      'answers waiting for a replacement that another request has just opened',
      'Two clicks on "send again" for a code that has ended both name the ended challenge. The second must not open another one.',
      async ({ open, resend, guess, verify, expectMatch, expectFullIn }) => {
        await open('first', { attempts: 1 })
        await guess('first')
        expectMatch(await resend('first', 'second'), { outcome: 'opened' })
        expectMatch(await resend('first', 'second'), { outcome: 'waiting', failures: 1 })
        await expectFullIn(2 * STRANGER.refillMs)
        expectMatch(await verify('second'), { outcome: 'accepted' })
      },
    ),

    withAdvance(
      'tells what is left of the spacing, and 0 once it is over, until the challenge expires',
      'A page counts down from this number. An opening after the spacing must not restore used attempts either.',
      async ({ open, advance, expectEqual }) => {
        await open('first')
        await advance(12 * SECOND)
        const waiting = { outcome: 'waiting', failures: 0 }
        expectEqual(await open('first'), { ...waiting, retryAfterMs: 18 * SECOND })
        await advance(18 * SECOND)
        expectEqual(await open('first'), { ...waiting, retryAfterMs: 0 })
        await advance(9 * MINUTE + 30 * SECOND - 1)
        expectEqual(await open('first'), { ...waiting, retryAfterMs: 0 })
        await advance(1)
        expectEqual(await open('first'), { outcome: 'opened', failures: 0 })
      },
    ),

    always(
      'answers taken for a challenge whose code was accepted',
      'The same challenge has the same code. If it came back, a code that was used once could be used again by an attacker who saw it.',
      async ({ open, verify, guess, cancel, expectEqual, expectMatch, expectFullIn }) => {
        await open('first')
        await verify('first')
        expectEqual(await open('first'), { outcome: 'taken' })
        await cancel('first', REFUND)
        expectEqual(await open('first'), { outcome: 'taken' })
        expectEqual(await guess('first'), { outcome: 'unknown' })
        expectEqual(await verify('first'), { outcome: 'unknown' })
        await expectFullIn(0)
        expectMatch(await open('second'), { outcome: 'opened' })
      },
    ),

    always(
      'answers taken for a challenge that is spent',
      'Otherwise an attacker has his attempts restored, and excludes one value of the same code after the other.',
      async ({ open, guess, verify, expectEqual }) => {
        await open('first', { attempts: 1 })
        await guess('first')
        expectEqual(await open('first'), { outcome: 'taken' })
        expectEqual(await verify('first'), { outcome: 'spent' })
      },
    ),

    withAdvance(
      'answers taken for a challenge that was replaced: spent, too short, or about to expire',
      'Otherwise two codes of one request are valid at once, and each counted guess has two chances.',
      async ({ open, resend, guess, verify, addFailures, advance, expectEqual, expectMatch }) => {
        await open('spent', { attempts: 1 })
        await guess('spent')
        await resend('spent', 'first')
        await addFailures(4)
        expectMatch(await resend('first', 'second'), { outcome: 'opened', failures: 5 })
        await advance(8 * MINUTE)
        const longer = { failuresBelow: EIGHT_DIGITS }
        expectMatch(await resend('second', 'third', longer), { outcome: 'opened' })
        for (const replaced of ['first', 'second']) {
          expectEqual(await open(replaced), { outcome: 'taken' })
          expectEqual(await resend(replaced, replaced), { outcome: 'taken' })
          expectEqual(await verify(replaced, longer), { outcome: 'unknown' })
        }
        expectMatch(await verify('third', longer), { outcome: 'accepted' })
      },
    ),

    always(
      'opens a challenge again that was cancelled: its code was never mailed',
      'A user whose mail failed tries again at once, and must get a code.',
      async ({ open, verify, cancel, expectEqual }) => {
        await open('first')
        await cancel('first', REFUND)
        expectEqual(await open('first'), { outcome: 'opened', failures: 0 })
        expectEqual(await verify('first'), { outcome: 'accepted', failures: 0 })
      },
    ),

    withAdvance(
      'forgets a used challenge at the end of its lifetime',
      'A store that keeps every challenge that was ever used grows without a limit.',
      async ({ open, verify, advance, expectEqual }) => {
        await open('first')
        await advance(4 * MINUTE)
        await verify('first')
        await advance(6 * MINUTE - 1)
        expectEqual(await open('first'), { outcome: 'taken' })
        await advance(1)
        expectEqual(await open('first'), { outcome: 'opened', failures: 0 })
      },
    ),

    always(
      'opens one of 50 concurrent requests for the same challenge, and charges one send',
      'Clicks that arrive at the same moment must not send two mails: the code in the first mail would be wrong.',
      async ({ open, verify, expectEqual, expectFullIn }) => {
        const results = await Promise.all(Array.from({ length: 50 }, () => open('first')))
        const opened = results.filter(({ outcome }) => outcome === 'opened')
        const waiting = results.filter(({ outcome }) => outcome === 'waiting')
        expectEqual([opened.length, waiting.length], [1, 49])
        await expectFullIn(STRANGER.refillMs)
        expectEqual(await verify('first'), { outcome: 'accepted', failures: 0 })
      },
    ),

    always(
      'lets a challenge of another address have the same name',
      'Otherwise an attacker can take the name of a challenge of another user, or sees that it is in use.',
      async ({ open, expectEqual }) => {
        await open('first', { address: 'mallory' })
        expectEqual(await open('first'), { outcome: 'opened', failures: 0 })
      },
    ),
  ],
}
