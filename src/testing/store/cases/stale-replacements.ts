import { always, type StoreCases, withAdvance } from '../store-case.js'
import { EIGHT_DIGITS, MINUTE, STRANGER, TEN_DIGITS } from '../verbs.js'

export const replacesStaleCodes: StoreCases = {
  about: 'replacing codes that guesses made too short',
  cases: [
    always(
      'a code that guesses made too short is replaced at once and costs no send',
      "The replacement is the owner's way in after an attack, and the short code must be gone for good.",
      async ({ open, again, fail, answer, same, fullIn }) => {
        await open('six digits')
        await fail(5)
        same(await again('six digits', 'eight'), { outcome: 'opened', failures: 5 })
        await fullIn(STRANGER.refillMs)
        same(await answer('six digits'), { outcome: 'unknown' })
        same(await answer('eight', { failuresBelow: EIGHT_DIGITS }), { outcome: 'accepted' })
      },
    ),

    always(
      'it is replaced where no send is left: guesses cannot lock the owner out',
      'An attacker who guesses and asks without pause would otherwise shut the owner out.',
      async ({ open, again, fail, same }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        await fail(5)
        same(await again('0', 'eight'), { outcome: 'opened', failures: 5 })
      },
    ),

    always(
      'one failure fewer, and it is not',
      'A replacement costs no send: given a guess too early, it is mail beyond the limit.',
      async ({ open, again, fail, like }) => {
        await open('six digits')
        await fail(4)
        like(await again('six digits', 'new'), { outcome: 'waiting' })
      },
    ),

    always(
      'it happens once for each code: a replayed request is counted and limited',
      'A stale challenge that stays after its replacement is mail without limit: 50 000 an hour were seen.',
      async ({ open, again, fail, like }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        await fail(5)
        like(await again('0', 'eight'), { outcome: 'opened' })
        like(await again('0', 'replayed'), { outcome: 'limited' })
        like(await again('eight', 'new', { failuresBelow: EIGHT_DIGITS }), {
          outcome: 'waiting',
        })
      },
    ),

    always(
      'the new code may become too short in its turn',
      'An attack that goes on must be answered by a still longer code, and ten digits must be its end.',
      async ({ open, again, fail, same, like }) => {
        await open('six digits')
        await fail(5)
        await again('six digits', 'eight')
        await fail(45)
        const eight = { failuresBelow: EIGHT_DIGITS }
        same(await again('eight', 'ten', eight), { outcome: 'opened', failures: 50 })
        const ten = { failuresBelow: TEN_DIGITS }
        like(await again('ten', 'more', ten), { outcome: 'waiting' })
      },
    ),

    withAdvance(
      'the new challenge has its own life and all its attempts',
      'The owner gets this code by mail now: it must not expire with the one before it.',
      async ({ open, again, fail, guess, advance, same }) => {
        await open('six digits')
        await guess('six digits')
        await fail(4)
        await advance(9 * MINUTE)
        await again('six digits', 'eight')
        await advance(10 * MINUTE - 1)
        const result = await guess('eight', { failuresBelow: EIGHT_DIGITS })
        same(result, { outcome: 'wrong', attemptsLeft: 4, failures: 6 })
      },
    ),

    always(
      'a spent code is not free: it is counted',
      'Otherwise five wrong guesses buy a mail that no limit counts, again and again.',
      async ({ open, again, guess, same, fullIn }) => {
        await open('six digits')
        for (let i = 0; i < 5; i += 1) await guess('six digits')
        same(await again('six digits', 'eight'), { outcome: 'opened', failures: 5 })
        await fullIn(2 * STRANGER.refillMs)
      },
    ),

    withAdvance(
      'an expired code is not free: it is counted',
      'Otherwise an attacker waits for his codes to expire and gets each next mail for nothing.',
      async ({ open, again, fail, advance, same, fullIn }) => {
        await open('six digits')
        await fail(5)
        await advance(10 * MINUTE)
        same(await again('six digits', 'eight'), { outcome: 'opened', failures: 5 })
        await fullIn(2 * STRANGER.refillMs - 10 * MINUTE)
      },
    ),
  ],
}
