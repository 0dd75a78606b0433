import { always, type StoreCases, withAdvance } from '../store-case.js'
import { DAY, HOUR, KNOWN_BROWSER } from '../verbs.js'

export const failureCounts: StoreCases = {
  about: 'counting failures',
  cases: [
    always(
      'counts the failures of all challenges and budgets of an address together',
      'With separate counts, an attacker gets the full number of guesses once for each challenge and budget.',
      async ({ open, guess, failures, expectEqual, expectMatch }) => {
        await open('first')
        await open('second', { budget: KNOWN_BROWSER })
        expectMatch(await guess('first'), { failures: 1 })
        expectMatch(await guess('second', { budget: KNOWN_BROWSER }), { failures: 2 })
        expectEqual(await failures(), 2)
      },
    ),

    withAdvance(
      'keeps counting failures after their challenge has expired',
      'Otherwise an attacker guesses four times, lets the challenge expire, and starts again.',
      async ({ open, guess, failures, advance, expectEqual }) => {
        await open('first')
        for (let i = 0; i < 4; i += 1) await guess('first')
        await advance(DAY)
        expectEqual(await failures(), 4)
      },
    ),

    always(
      'does not count failures at one address for another address',
      'Otherwise guesses at one address lengthen the codes of all users.',
      async ({ addFailures, failures, expectEqual }) => {
        await addFailures(3)
        expectEqual(await failures({ address: 'bob' }), 0)
      },
    ),

    withAdvance(
      'clears all failures 30 days after the first of them and not a millisecond earlier',
      'If each guess prolonged the window, an attacker could keep it open for ever. If it ends early, an attacker gets more guesses.',
      async ({ addFailures, failures, advance, expectEqual }) => {
        await addFailures(1)
        await advance(29 * DAY)
        await addFailures(6)
        await advance(DAY - 1)
        expectEqual(await failures(), 7)
        await advance(1)
        expectEqual(await failures(), 0)
      },
    ),

    withAdvance(
      'starts a new window of 30 days with the first failure after the last window',
      'Without a new window, each later guess is forgotten at once.',
      async ({ open, addFailures, guess, failures, advance, expectEqual }) => {
        await addFailures(6)
        await advance(30 * DAY)
        await open('first')
        expectEqual(await guess('first'), { outcome: 'wrong', attemptsLeft: 4, failures: 1 })
        await advance(30 * DAY - 1)
        expectEqual(await failures(), 1)
        await advance(1)
        expectEqual(await failures(), 0)
      },
    ),

    withAdvance(
      'does not treat a code as stale after the window if it was not tried while it was too short',
      'No value of the code was tried in the meantime, so its owner may still use it.',
      async ({ open, addFailures, resend, guess, advance, expectEqual }) => {
        await addFailures(5)
        await advance(30 * DAY - HOUR)
        await open('first', { ttlMs: 2 * HOUR })
        await advance(HOUR)
        expectEqual(await resend('first', 'second'), { outcome: 'reopened' })
        expectEqual(await guess('first'), { outcome: 'wrong', attemptsLeft: 4, failures: 1 })
      },
    ),

    withAdvance(
      'keeps a code stale after the window if it was tried while it was too short',
      'Guesses at a stale code are not counted: if it became valid again, an attacker could have tried all its values.',
      async ({ open, addFailures, guess, verify, failures, resend, advance, expectEqual }) => {
        await addFailures(5)
        await advance(30 * DAY - HOUR)
        await open('first', { ttlMs: 2 * HOUR })
        expectEqual(await guess('first'), { outcome: 'stale' })
        await advance(HOUR)
        expectEqual(await verify('first'), { outcome: 'stale' })
        expectEqual(await failures(), 0)
        expectEqual(await resend('first', 'second'), { outcome: 'opened', failures: 0 })
      },
    ),

    withAdvance(
      'does not prolong the window of failures when a mail is sent',
      'Otherwise a user who signs in once a month keeps getting long codes after a single attack.',
      async ({ open, addFailures, failures, advance, expectEqual }) => {
        await addFailures(2)
        await advance(29 * DAY)
        await open('first')
        await advance(DAY)
        expectEqual(await failures(), 0)
      },
    ),
  ],
}
