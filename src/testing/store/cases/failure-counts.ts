import { always, type StoreCases, withAdvance } from '../store-case.js'
import { DAY, DEVICE, HOUR } from '../verbs.js'

export const countsFailures: StoreCases = {
  about: 'counting failures',
  cases: [
    always(
      'failures of all challenges and budgets of an address are one count',
      'Counted apart, an attacker gets the whole allowance once for each challenge and budget.',
      async ({ open, guess, failures, same, like }) => {
        await open('first')
        await open('second', { budget: DEVICE })
        like(await guess('first'), { failures: 1 })
        like(await guess('second', { budget: DEVICE }), { failures: 2 })
        same(await failures(), 2)
      },
    ),

    withAdvance(
      'they outlive the challenge that was abandoned',
      'Otherwise an attacker guesses four times, lets the challenge expire, and begins anew.',
      async ({ open, guess, failures, advance, same }) => {
        await open('first')
        for (let i = 0; i < 4; i += 1) await guess('first')
        await advance(DAY)
        same(await failures(), 4)
      },
    ),

    always(
      'they count for another address nothing',
      "Otherwise guesses at one address lengthen everybody's codes.",
      async ({ fail, failures, same }) => {
        await fail(3)
        same(await failures({ address: 'bob' }), 0)
      },
    ),

    withAdvance(
      'they all end 30 days after the first of them, and not a millisecond before',
      'A window that each guess prolongs never ends for the owner; one that ends early gives an attacker a fresh allowance.',
      async ({ fail, failures, advance, same }) => {
        await fail(1)
        await advance(29 * DAY)
        await fail(6)
        await advance(DAY - 1)
        same(await failures(), 7)
        await advance(1)
        same(await failures(), 0)
      },
    ),

    withAdvance(
      'the first failure after that begins 30 days of its own',
      'A window that does not begin anew forgets each later guess at once.',
      async ({ open, fail, guess, failures, advance, same }) => {
        await fail(6)
        await advance(30 * DAY)
        await open('first')
        same(await guess('first'), { outcome: 'wrong', attemptsLeft: 4, failures: 1 })
        await advance(30 * DAY - 1)
        same(await failures(), 1)
        await advance(1)
        same(await failures(), 0)
      },
    ),

    withAdvance(
      'a code that nobody tried while it was too short is long enough again when the window is over',
      'Nothing could have been found out about it, so its owner may use it.',
      async ({ open, fail, again, guess, advance, same }) => {
        await fail(5)
        await advance(30 * DAY - HOUR)
        await open('first', { ttlMs: 2 * HOUR })
        await advance(HOUR)
        same(await again('first', 'second'), { outcome: 'reopened' })
        same(await guess('first'), { outcome: 'wrong', attemptsLeft: 4, failures: 1 })
      },
    ),

    withAdvance(
      'a code tried while it was too short is too short for good: it could have been searched for',
      'Guesses at a stale code are not counted: if it came back to life, an attacker would have tried all its values.',
      async ({ open, fail, guess, answer, failures, again, advance, same }) => {
        await fail(5)
        await advance(30 * DAY - HOUR)
        await open('first', { ttlMs: 2 * HOUR })
        same(await guess('first'), { outcome: 'stale' })
        await advance(HOUR)
        same(await answer('first'), { outcome: 'stale' })
        same(await failures(), 0)
        same(await again('first', 'second'), { outcome: 'opened', failures: 0 })
      },
    ),

    withAdvance(
      'sends do not prolong the window',
      'Otherwise whoever signs in once a month has long codes for ever after one bad day.',
      async ({ open, fail, failures, advance, same }) => {
        await fail(2)
        await advance(29 * DAY)
        await open('first')
        await advance(DAY)
        same(await failures(), 0)
      },
    ),
  ],
}
