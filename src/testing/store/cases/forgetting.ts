import { type StoreCases, withForget } from '../store-case.js'
import { DEVICE, EIGHT_DIGITS } from '../verbs.js'

const ERASED = 'Whoever asks to be forgotten must be: what stays behind is personal data.'

export const forgets: StoreCases = {
  about: 'forgetting an address',
  cases: [
    withForget('its failures are forgotten', ERASED, async ({ fail, forget, failures, same }) => {
      await fail(6)
      await forget()
      same(await failures(), 0)
    }),

    withForget(
      'the sends of all its budgets are forgotten',
      ERASED,
      async ({ open, forget, fullIn }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        await open('device', { budget: DEVICE })
        await forget()
        await fullIn(0)
        await fullIn(0, { budget: DEVICE })
      },
    ),

    withForget(
      'all its challenges are forgotten, and a sign-in from before finds none',
      'A mail that is still on its way must not sign in to an account that was erased.',
      async ({ open, guess, answer, forget, same }) => {
        await open('first')
        await open('second', { budget: DEVICE })
        await forget()
        same(await answer('first'), { outcome: 'unknown' })
        same(await answer('second'), { outcome: 'unknown' })
        same(await guess('first'), { outcome: 'unknown' })
      },
    ),

    withForget(
      'what comes after is a beginning: a challenge from before gives back and takes back nothing',
      'Rows left over from before would give sends and failures back that were never counted.',
      async ({ open, again, guess, cancel, answer, forget, failures, fullIn, same }) => {
        await open('before')
        await guess('before')
        await forget()
        same(await again('before', 'after'), { outcome: 'opened', failures: 0 })
        same(await guess('after'), { outcome: 'wrong', attemptsLeft: 4, failures: 1 })
        await cancel('before', { refund: true })
        await answer('before')
        same(await failures(), 1)
        await fullIn(90 * 60_000)
      },
    ),

    withForget(
      'another address keeps all that it has',
      "Otherwise erasing one account clears an attacker's guesses at the others.",
      async ({ open, guess, fail, answer, forget, failures, fullIn, same }) => {
        const bob = { address: 'bob' }
        await open('his', bob)
        await guess('his', bob)
        await fail(3, bob)
        await open('hers')
        await forget()
        same(await failures(bob), 4)
        await fullIn(90 * 60_000, bob)
        same(await answer('his', { ...bob, failuresBelow: EIGHT_DIGITS }), { outcome: 'accepted' })
      },
    ),

    withForget(
      'an address that nobody knows is forgotten without a complaint',
      'An application erases accounts that never asked for a code, too.',
      async ({ open, forget, same }) => {
        await forget('nobody')
        same(await open('first', { address: 'nobody' }), { outcome: 'opened', failures: 0 })
      },
    ),
  ],
}
