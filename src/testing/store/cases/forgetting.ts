import { type StoreCases, withForget } from '../store-case.js'
import { EIGHT_DIGITS, KNOWN_BROWSER, REFUND } from '../verbs.js'

const ERASED = "A user's request to be erased must be met: any row that remains is personal data."

export const forgetting: StoreCases = {
  about: 'forgetting an address',
  cases: [
    withForget(
      'erases the failures of the address',
      ERASED,
      async ({ addFailures, forget, failures, expectEqual }) => {
        await addFailures(6)
        await forget()
        expectEqual(await failures(), 0)
      },
    ),

    withForget(
      'erases the sends of all budgets of the address',
      ERASED,
      async ({ open, forget, expectFullIn }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        await open('device', { budget: KNOWN_BROWSER })
        await forget()
        await expectFullIn(0)
        await expectFullIn(0, { budget: KNOWN_BROWSER })
      },
    ),

    withForget(
      'erases the spacing after a refused mail',
      ERASED,
      async ({ open, cancel, forget, expectEqual }) => {
        await open('first')
        await cancel('first', { refund: 'reduced' })
        await forget()
        expectEqual(await open('second'), { outcome: 'opened', failures: 0 })
      },
    ),

    withForget(
      'erases all challenges of the address, so that their codes are rejected',
      'A code that was sent before must not sign in to an account that was erased.',
      async ({ open, guess, verify, forget, expectEqual }) => {
        await open('first')
        await open('second', { budget: KNOWN_BROWSER })
        await forget()
        expectEqual(await verify('first'), { outcome: 'unknown' })
        expectEqual(await verify('second'), { outcome: 'unknown' })
        expectEqual(await guess('first'), { outcome: 'unknown' })
      },
    ),

    withForget(
      'ignores an erased challenge that is cancelled or verified later',
      'Rows left over from before would refund sends that were never charged.',
      async ({
        open,
        resend,
        guess,
        cancel,
        verify,
        forget,
        failures,
        expectFullIn,
        expectEqual,
      }) => {
        await open('before')
        await guess('before')
        await forget()
        expectEqual(await resend('before', 'after'), { outcome: 'opened', failures: 0 })
        expectEqual(await guess('after'), { outcome: 'wrong', attemptsLeft: 4, failures: 1 })
        await cancel('before', REFUND)
        await verify('before')
        expectEqual(await failures(), 1)
        await expectFullIn(90 * 60_000)
      },
    ),

    withForget(
      'keeps all data of another address',
      "Otherwise erasing one account clears an attacker's guesses at the others.",
      async ({ open, guess, addFailures, verify, forget, failures, expectFullIn, expectEqual }) => {
        const bob = { address: 'bob' }
        await open('his', bob)
        await guess('his', bob)
        await addFailures(3, bob)
        await open('hers')
        await forget()
        expectEqual(await failures(bob), 4)
        await expectFullIn(90 * 60_000, bob)
        expectEqual(await verify('his', { ...bob, failuresBelow: EIGHT_DIGITS }), {
          outcome: 'accepted',
          failures: 4,
        })
      },
    ),

    withForget(
      'does nothing for an address that it does not know',
      'An application also erases accounts that never requested a code.',
      async ({ open, forget, expectEqual }) => {
        await forget('carol')
        expectEqual(await open('first', { address: 'carol' }), { outcome: 'opened', failures: 0 })
      },
    ),
  ],
}
