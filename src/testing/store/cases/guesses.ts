import { always, type StoreCases, withAdvance } from '../store-case.js'
import { EIGHT_DIGITS, MINUTE, TEN_DIGITS } from '../verbs.js'

export const judgesGuesses: StoreCases = {
  about: 'judging guesses',
  cases: [
    always(
      'five wrong guesses count down to 0, after which the right code comes too late',
      'One attempt too many for each code is that much more for whoever guesses; the count is what the page shows.',
      async ({ open, guess, answer, same }) => {
        await open('first')
        for (const attemptsLeft of [4, 3, 2, 1, 0]) {
          same(await guess('first'), {
            outcome: 'wrong',
            attemptsLeft,
            failures: 5 - attemptsLeft,
          })
        }
        same(await guess('first'), { outcome: 'spent' })
        same(await answer('first'), { outcome: 'spent' })
      },
    ),

    always(
      'a spent code that is too short as well says spent',
      '"Stale" would say that the code may be replaced free, which a spent one never is.',
      async ({ open, guess, fail, same }) => {
        await open('first', { attempts: 1 })
        await guess('first')
        await fail(5)
        same(await guess('first'), { outcome: 'spent' })
      },
    ),

    always(
      'attempts left are no more than the ladder leaves',
      'A page that promises four more attempts and refuses the next one misleads its user.',
      async ({ open, guess, fail, same }) => {
        await fail(3)
        await open('first')
        same(await guess('first'), { outcome: 'wrong', attemptsLeft: 1, failures: 4 })
        same(await guess('first'), { outcome: 'wrong', attemptsLeft: 0, failures: 5 })
        same(await guess('first'), { outcome: 'stale' })
      },
    ),

    always(
      'a code that has become too short is neither right nor counted, and stays',
      'Six digits that may be tried on after many wrong guesses are what the ladder is there to end.',
      async ({ open, guess, answer, fail, failures, same }) => {
        await open('first')
        await fail(5)
        same(await answer('first'), { outcome: 'stale' })
        same(await guess('first'), { outcome: 'stale' })
        same(await failures(), 5)
        same(await guess('first', { failuresBelow: EIGHT_DIGITS }), {
          outcome: 'wrong',
          attemptsLeft: 4,
          failures: 6,
        })
      },
    ),

    always(
      'codes opened side by side share five guesses in all',
      'Otherwise an attacker opens many codes and multiplies his guesses by their number.',
      async ({ open, guess, same }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        const outcomes: string[] = []
        for (let i = 0; i < 25; i += 1) outcomes.push((await guess(`${i % 5}`)).outcome)
        same(outcomes.filter((outcome) => outcome === 'wrong').length, 5)
        same(
          outcomes.slice(5).every((outcome) => outcome === 'stale'),
          true,
        )
      },
    ),

    always(
      'ten digits are never too short',
      'At the top of the ladder nothing may be refused, or guesses lock the owner out.',
      async ({ open, guess, fail, same }) => {
        await fail(200)
        await open('first')
        const result = await guess('first', { failuresBelow: TEN_DIGITS })
        same(result, { outcome: 'wrong', attemptsLeft: 4, failures: 201 })
      },
    ),

    always(
      'a right code is accepted once',
      'A code that works twice can be used again by whoever read it over a shoulder.',
      async ({ open, answer, guess, same }) => {
        await open('first')
        same(await answer('first'), { outcome: 'accepted' })
        same(await answer('first'), { outcome: 'unknown' })
        same(await guess('first'), { outcome: 'unknown' })
      },
    ),

    always(
      'guesses at what is not there count nothing and create nothing',
      "A challenge that comes to be by guessing at it has no code that was ever mailed; counting here lets anybody lengthen anybody's codes.",
      async ({ guess, answer, failures, same }) => {
        for (let i = 0; i < 10; i += 1) same(await guess('never was'), { outcome: 'unknown' })
        same(await answer('never was'), { outcome: 'unknown' })
        same(await failures(), 0)
      },
    ),

    withAdvance(
      'a wrong guess just before the end does not prolong the challenge',
      'Otherwise one guess in every ten minutes keeps a code alive for ever.',
      async ({ open, guess, answer, advance, same, like }) => {
        await open('first')
        await advance(10 * MINUTE - 1)
        like(await guess('first'), { outcome: 'wrong' })
        await advance(1)
        same(await answer('first'), { outcome: 'unknown' })
      },
    ),
  ],
}
