import { type StoreCases, withFailingWrites } from '../store-case.js'
import { HOUR, KNOWN_BROWSER, STRANGER, TEN_DIGITS } from '../verbs.js'

/** The outcome of a call, or `undefined` if it rejects. */
const outcomeOf = (call: Promise<{ outcome: string }>) =>
  call.then(
    ({ outcome }) => outcome,
    () => undefined,
  )

export const failingWrites: StoreCases = {
  about: 'counting before judging',
  cases: [
    withFailingWrites(
      'rejects a right code while a wrong one could not be counted',
      'While a store cannot write, an attacker could search for the code: wrong guesses cost nothing, and the right one signs in.',
      async ({ open, resend, guess, verify, failWrites, expectEqual, expectFullIn }) => {
        const names = ['first', 'second', 'third', 'fourth', 'fifth']
        for (const name of names) await open(name)
        const rules = { failuresBelow: TEN_DIGITS }
        await guess('first', rules)
        await failWrites()
        for (const name of names) {
          const wrong = await outcomeOf(guess(name, rules))
          expectEqual(
            wrong === 'wrong' ? `${wrong}: failWrites had no effect` : 'rejected',
            'rejected',
          )
          // With another budget nothing has to be refunded, so that fewer writes can fail.
          for (const budget of [KNOWN_BROWSER, STRANGER]) {
            const right = await outcomeOf(verify(name, { ...rules, budget }))
            expectEqual(right === 'accepted', false)
          }
        }
        // Neither answer needs a write, and both tell that nothing was removed or refunded.
        for (const name of names) {
          const resent = resend(name, 'new', { ...rules, spacingMs: HOUR })
          expectEqual(await outcomeOf(resent), 'waiting')
        }
        await expectFullIn(names.length * STRANGER.refillMs)
      },
    ),
  ],
}
