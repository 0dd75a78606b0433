import { always, type StoreCases, withAdvance } from '../store-case.js'
import { EIGHT_DIGITS, MINUTE, STRANGER, TEN_DIGITS } from '../verbs.js'

export const staleReplacements: StoreCases = {
  about: 'replacing codes that have become too short',
  cases: [
    always(
      'replaces a code that has become too short at once and without charging a send',
      'After an attack the owner can only sign in with the replacement, and the short code must stay invalid.',
      async ({ open, resend, addFailures, verify, expectEqual, expectFullIn }) => {
        await open('six digits')
        await addFailures(5)
        expectEqual(await resend('six digits', 'eight'), { outcome: 'opened', failures: 5 })
        await expectFullIn(STRANGER.refillMs)
        expectEqual(await verify('six digits'), { outcome: 'unknown' })
        expectEqual(await verify('eight', { failuresBelow: EIGHT_DIGITS }), {
          outcome: 'accepted',
          failures: 5,
        })
      },
    ),

    always(
      'replaces a code that has become too short even when no send is left',
      'Otherwise an attacker locks the owner out by guessing and requesting codes without a pause.',
      async ({ open, resend, addFailures, expectEqual }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        await addFailures(5)
        expectEqual(await resend('0', 'eight'), { outcome: 'opened', failures: 5 })
      },
    ),

    always(
      'does not replace a code with one failure fewer',
      'A replacement costs no send: one guess too early, it is a mail beyond the limit.',
      async ({ open, resend, addFailures, expectMatch }) => {
        await open('six digits')
        await addFailures(4)
        expectMatch(await resend('six digits', 'new'), { outcome: 'waiting' })
      },
    ),

    always(
      'replaces each code free of charge only once, and charges a replayed request',
      'A stale challenge that stays after its replacement can be replaced again and again: mails without limit, 50 000 an hour in a test.',
      async ({ open, resend, addFailures, expectMatch }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        await addFailures(5)
        expectMatch(await resend('0', 'eight'), { outcome: 'opened' })
        expectMatch(await resend('0', 'replayed'), { outcome: 'limited' })
        expectMatch(await resend('eight', 'new', { failuresBelow: EIGHT_DIGITS }), {
          outcome: 'waiting',
        })
      },
    ),

    always(
      'replaces the longer code too when it has become too short, up to ten digits',
      'A continued attack must lead to a still longer code, and ten digits must be the longest.',
      async ({ open, resend, addFailures, expectEqual, expectMatch }) => {
        await open('six digits')
        await addFailures(5)
        await resend('six digits', 'eight')
        await addFailures(45)
        const eight = { failuresBelow: EIGHT_DIGITS }
        expectEqual(await resend('eight', 'ten', eight), { outcome: 'opened', failures: 50 })
        const ten = { failuresBelow: TEN_DIGITS }
        expectMatch(await resend('ten', 'more', ten), { outcome: 'waiting' })
      },
    ),

    withAdvance(
      'gives the replacement a full lifetime and all its attempts',
      'The owner receives this code only now: it must not expire together with the old one.',
      async ({ open, resend, addFailures, guess, advance, expectEqual }) => {
        await open('six digits')
        await guess('six digits')
        await addFailures(4)
        await advance(9 * MINUTE)
        await resend('six digits', 'eight')
        await advance(10 * MINUTE - 1)
        const result = await guess('eight', { failuresBelow: EIGHT_DIGITS })
        expectEqual(result, { outcome: 'wrong', attemptsLeft: 4, failures: 6 })
      },
    ),

    always(
      'charges a send for replacing a spent code, even if it is too short as well',
      'Otherwise every five wrong guesses give an attacker a mail that no limit counts.',
      async ({ open, resend, guess, expectEqual, expectFullIn }) => {
        await open('six digits')
        for (let i = 0; i < 5; i += 1) await guess('six digits')
        expectEqual(await resend('six digits', 'eight'), { outcome: 'opened', failures: 5 })
        await expectFullIn(2 * STRANGER.refillMs)
      },
    ),

    withAdvance(
      'charges a send for replacing an expired code, even if it was too short',
      'Otherwise an attacker lets codes expire and gets each next mail free of charge.',
      async ({ open, resend, addFailures, advance, expectEqual, expectFullIn }) => {
        await open('six digits')
        await addFailures(5)
        await advance(10 * MINUTE)
        expectEqual(await resend('six digits', 'eight'), { outcome: 'opened', failures: 5 })
        await expectFullIn(2 * STRANGER.refillMs - 10 * MINUTE)
      },
    ),
  ],
}
