import { always, type StoreCases, withAdvance } from '../store-case.js'
import { EIGHT_DIGITS, MINUTE, TEN_DIGITS } from '../verbs.js'

export const guesses: StoreCases = {
  about: 'checking guesses',
  cases: [
    always(
      'counts five wrong guesses down to 0, and then rejects the right code',
      'Each additional attempt raises the chance of an attacker who guesses, and the page shows this count.',
      async ({ open, guess, verify, expectEqual }) => {
        await open('first')
        for (const attemptsLeft of [4, 3, 2, 1, 0]) {
          expectEqual(await guess('first'), {
            outcome: 'wrong',
            attemptsLeft,
            failures: 5 - attemptsLeft,
          })
        }
        expectEqual(await guess('first'), { outcome: 'spent' })
        expectEqual(await verify('first'), { outcome: 'spent' })
      },
    ),

    always(
      'answers spent for a spent code that is too short as well',
      'The answer "stale" means that the code is replaced free of charge, and a spent one never is.',
      async ({ open, guess, addFailures, expectEqual }) => {
        await open('first', { attempts: 1 })
        await guess('first')
        await addFailures(5)
        expectEqual(await guess('first'), { outcome: 'spent' })
      },
    ),

    always(
      'reports no more attempts left than the code length allows',
      'A page that promises four more attempts and refuses the next one misleads the user.',
      async ({ open, guess, addFailures, expectEqual }) => {
        await addFailures(3)
        await open('first')
        expectEqual(await guess('first'), { outcome: 'wrong', attemptsLeft: 1, failures: 4 })
        expectEqual(await guess('first'), { outcome: 'wrong', attemptsLeft: 0, failures: 5 })
        expectEqual(await guess('first'), { outcome: 'stale' })
      },
    ),

    always(
      'answers stale for a code that has become too short, counts no guess, and keeps the challenge',
      'Codes become longer so that an attacker cannot keep guessing at six digits after many wrong guesses.',
      async ({ open, guess, verify, addFailures, failures, expectEqual }) => {
        await open('first')
        await addFailures(5)
        expectEqual(await verify('first'), { outcome: 'stale' })
        expectEqual(await guess('first'), { outcome: 'stale' })
        expectEqual(await failures(), 5)
        expectEqual(await guess('first', { failuresBelow: EIGHT_DIGITS }), {
          outcome: 'wrong',
          attemptsLeft: 4,
          failures: 6,
        })
      },
    ),

    always(
      'evaluates five guesses in total at five codes that were opened side by side',
      'Otherwise an attacker opens many codes and multiplies his guesses by their number.',
      async ({ open, guess, expectEqual }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        const outcomes: string[] = []
        for (let i = 0; i < 25; i += 1) outcomes.push((await guess(`${i % 5}`)).outcome)
        expectEqual(outcomes.filter((outcome) => outcome === 'wrong').length, 5)
        expectEqual(
          outcomes.slice(5).every((outcome) => outcome === 'stale'),
          true,
        )
      },
    ),

    always(
      'never treats a code of ten digits as too short',
      'If the longest code could become too short, an attacker would lock the owner out by guessing.',
      async ({ open, guess, addFailures, expectEqual }) => {
        await addFailures(200)
        await open('first')
        const result = await guess('first', { failuresBelow: TEN_DIGITS })
        expectEqual(result, { outcome: 'wrong', attemptsLeft: 4, failures: 201 })
      },
    ),

    always(
      'accepts a right code once',
      'A code that works twice can be used again by an attacker who has read it over the shoulder of the user.',
      async ({ open, verify, guess, expectEqual }) => {
        await open('first')
        expectEqual(await verify('first'), { outcome: 'accepted', failures: 0 })
        expectEqual(await verify('first'), { outcome: 'unknown' })
        expectEqual(await guess('first'), { outcome: 'unknown' })
      },
    ),

    always(
      'answers unknown for guesses at a challenge that does not exist, and neither counts nor creates anything',
      "A challenge that a guess creates has a code that was never sent. And counting such guesses would let an attacker lengthen any user's codes.",
      async ({ guess, verify, failures, expectEqual }) => {
        for (let i = 0; i < 10; i += 1)
          expectEqual(await guess('never was'), { outcome: 'unknown' })
        expectEqual(await verify('never was'), { outcome: 'unknown' })
        expectEqual(await failures(), 0)
      },
    ),

    withAdvance(
      'does not prolong a challenge when a wrong guess arrives just before it expires',
      'Otherwise one guess every ten minutes keeps a code valid for ever.',
      async ({ open, guess, verify, advance, expectEqual, expectMatch }) => {
        await open('first')
        await advance(10 * MINUTE - 1)
        expectMatch(await guess('first'), { outcome: 'wrong' })
        await advance(1)
        expectEqual(await verify('first'), { outcome: 'unknown' })
      },
    ),
  ],
}
