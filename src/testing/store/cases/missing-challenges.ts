import { always, type StoreCases, withAdvance, withEvict } from '../store-case.js'
import { EIGHT_DIGITS, MINUTE, TEN_DIGITS } from '../verbs.js'

const UNKNOWN = { outcome: 'unknown' }

export const missingIsClosed: StoreCases = {
  about: 'not letting in by what is not there',
  cases: [
    always(
      'a wrong code never succeeds, whatever else is right',
      'The store must do as it is told about the code: an answer of "accepted" signs somebody in.',
      async ({ open, guess, same }) => {
        await open('first')
        const seen = new Set<string>()
        for (let i = 0; i < 8; i += 1) {
          const { outcome } = await guess('first', { failuresBelow: i < 6 ? TEN_DIGITS : 5 })
          seen.add(outcome)
        }
        same([...seen], ['wrong', 'spent'])
      },
    ),

    always(
      'what was cancelled is not there any more, and guesses do not bring it back',
      'A cancelled challenge has a code that nobody was sent: it can only be guessed.',
      async ({ open, cancel, guess, answer, failures, same }) => {
        await open('first')
        await guess('first')
        await cancel('first')
        for (let i = 0; i < 3; i += 1) same(await guess('first'), UNKNOWN)
        same(await answer('first'), UNKNOWN)
        same(await failures(), 1)
      },
    ),

    withAdvance(
      'what has expired is not there any more, and guesses do not bring it back',
      'A guess that writes an expired challenge anew gives it another life, and its code with it.',
      async ({ open, guess, answer, advance, failures, same }) => {
        await open('first')
        await guess('first')
        await advance(10 * MINUTE)
        for (let i = 0; i < 3; i += 1) same(await guess('first'), UNKNOWN)
        same(await answer('first'), UNKNOWN)
        same(await failures(), 1)
      },
    ),

    always(
      'what was replaced is not there any more, and guesses do not bring it back',
      'Two codes that work at once are twice the chance for whoever guesses.',
      async ({ open, again, guess, answer, failures, same }) => {
        await open('first', { attempts: 1 })
        await guess('first')
        await again('first', 'second')
        for (let i = 0; i < 3; i += 1) same(await guess('first'), UNKNOWN)
        same(await answer('first'), UNKNOWN)
        same(await failures(), 1)
        same(await answer('second'), { outcome: 'accepted' })
      },
    ),

    withEvict(
      'what the store lost is not there any more, and guesses do not bring it back',
      'A store that takes a lost challenge for a fresh one can be emptied by an attacker, and then lets him in.',
      async ({ open, guess, answer, evict, same }) => {
        await open('first')
        await guess('first')
        await evict()
        for (let i = 0; i < 3; i += 1) same(await guess('first'), UNKNOWN)
        same(await answer('first'), UNKNOWN)
        same(await guess('first', { failuresBelow: EIGHT_DIGITS }), UNKNOWN)
      },
    ),

    withEvict(
      'a browser that holds what the store lost gets a new code at once',
      'After a restart or a flush people must be able to sign in again, without waiting for what is gone.',
      async ({ open, again, answer, evict, like, same }) => {
        await open('first')
        await evict()
        like(await again('first', 'second'), { outcome: 'opened' })
        same(await answer('second', { failuresBelow: TEN_DIGITS }), { outcome: 'accepted' })
      },
    ),
  ],
}
