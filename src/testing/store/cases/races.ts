import { always, type StoreCases, withAdvance } from '../store-case.js'
import { SECOND, STRANGER } from '../verbs.js'

const outcomes = async (calls: Promise<{ outcome: string }>[]) => {
  const counts: Record<string, number> = {}
  for (const { outcome } of await Promise.all(calls)) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}
const times = <T>(count: number, call: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => call(i))

export const races: StoreCases = {
  about: 'concurrent requests',
  cases: [
    always(
      'evaluates exactly five of 200 concurrent wrong guesses',
      'A store that reads, waits and then writes evaluates all 200: concurrent requests are the cheapest way to more guesses.',
      async ({ open, guess, verify, failures, expectEqual }) => {
        await open('first')
        expectEqual(await outcomes(times(200, () => guess('first'))), { wrong: 5, spent: 195 })
        expectEqual(await verify('first'), { outcome: 'spent' })
        expectEqual(await failures(), 5)
      },
    ),

    always(
      'accepts one of 50 concurrent right codes',
      'A code must sign in once, even if two tabs, or an attacker and his victim, submit it at the same time.',
      async ({ open, verify, expectEqual }) => {
        await open('first')
        const seen = await outcomes(times(50, () => verify('first')))
        expectEqual(seen, { accepted: 1, unknown: 49 })
      },
    ),

    always(
      'accepts the right code once among four concurrent wrong guesses',
      'A guess that races a sign-in must either be counted before it or be answered with unknown after it.',
      async ({ open, guess, verify, failures, expectEqual }) => {
        await open('first')
        const calls = times(5, (i) => (i === 2 ? verify('first') : guess('first')))
        const { accepted, wrong = 0, unknown = 0 } = await outcomes(calls)
        expectEqual(accepted, 1)
        expectEqual(wrong + unknown, 4)
        expectEqual(await failures(), wrong)
      },
    ),

    withAdvance(
      'reopens once for 50 concurrent requests to send a code again',
      'Fifty clicks, or a script, must not send fifty mails to one inbox.',
      async ({ open, resend, advance, expectEqual }) => {
        await open('first')
        await advance(30 * SECOND)
        const seen = await outcomes(times(50, (i) => resend('first', `new ${i}`)))
        expectEqual(seen, { reopened: 1, waiting: 49 })
      },
    ),

    always(
      'allows five of 20 concurrent first requests',
      'If the limit is read and written separately, a script can send any number of mails at once.',
      async ({ open, expectEqual }) => {
        expectEqual(await outcomes(times(20, (i) => open(`${i}`))), { opened: 5, limited: 15 })
      },
    ),

    always(
      'replaces a stale code free of charge once under concurrent requests',
      'The free replacement is not limited: if concurrent requests each got one, there would be no limit on mails.',
      async ({ open, resend, addFailures, expectEqual, expectFullIn }) => {
        for (let i = 0; i < 4; i += 1) await open(`${i}`)
        await addFailures(5)
        const seen = await outcomes(times(20, (i) => resend('0', `new ${i}`)))
        expectEqual(seen, { opened: 2, limited: 18 }) // the free replacement, and the one send that was left
        await expectFullIn(5 * STRANGER.refillMs)
      },
    ),

    withAdvance(
      'leaves no used code valid after a right code and a concurrent request to send it again',
      'A resend that restores a used challenge makes its code work twice.',
      async ({ open, resend, verify, advance, expectEqual }) => {
        await open('first')
        await advance(30 * SECOND)
        const [entered] = await Promise.all([verify('first'), resend('first', 'second')])
        expectEqual(entered, { outcome: 'accepted', failures: 0 })
        expectEqual(await verify('first'), { outcome: 'unknown' })
      },
    ),
  ],
}
