import { always, type StoreCases, withAdvance } from '../store-case.js'
import { SECOND, STRANGER } from '../verbs.js'

const outcomes = async (calls: Promise<{ outcome: string }>[]) => {
  const counts: Record<string, number> = {}
  for (const { outcome } of await Promise.all(calls)) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}
const times = <T>(count: number, call: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => call(i))

export const standsRaces: StoreCases = {
  about: 'many requests at once',
  cases: [
    always(
      'of 200 wrong guesses at once exactly five are evaluated',
      'A store that reads, waits and then writes lets all 200 through: a race is the cheapest way to more guesses.',
      async ({ open, guess, answer, failures, same }) => {
        await open('first')
        same(await outcomes(times(200, () => guess('first'))), { wrong: 5, spent: 195 })
        same(await answer('first'), { outcome: 'spent' })
        same(await failures(), 5)
      },
    ),

    always(
      'of 50 right codes at once one is accepted',
      'A code must sign in once, also where two tabs, or a thief and his victim, send it at the same instant.',
      async ({ open, answer, same }) => {
        await open('first')
        const seen = await outcomes(times(50, () => answer('first')))
        same(seen, { accepted: 1, unknown: 49 })
      },
    ),

    always(
      'four wrong guesses and the right code at once sign in once',
      'Guesses that race a sign-in must be counted before it, or find nothing after it.',
      async ({ open, guess, answer, failures, same }) => {
        await open('first')
        const calls = times(5, (i) => (i === 2 ? answer('first') : guess('first')))
        const { accepted, wrong = 0, unknown = 0 } = await outcomes(calls)
        same(accepted, 1)
        same(wrong + unknown, 4)
        same(await failures(), 0)
      },
    ),

    withAdvance(
      'of 50 requests to send again one mail goes out',
      'Fifty clicks, or a script, must not become fifty mails in one inbox.',
      async ({ open, again, advance, same }) => {
        await open('first')
        await advance(30 * SECOND)
        const seen = await outcomes(times(50, (i) => again('first', `new ${i}`)))
        same(seen, { reopened: 1, waiting: 49 })
      },
    ),

    always(
      'of 20 first requests at once five go out',
      'A limit that is read before it is written lets a script send as many mails as it likes at once.',
      async ({ open, same }) => {
        same(await outcomes(times(20, (i) => open(`${i}`))), { opened: 5, limited: 15 })
      },
    ),

    always(
      'a stale code is replaced free once, however many ask at once',
      'The free replacement is outside the limit: in a race it must happen once, or it is mail without limit.',
      async ({ open, again, fail, same, fullIn }) => {
        for (let i = 0; i < 4; i += 1) await open(`${i}`)
        await fail(5)
        const seen = await outcomes(times(20, (i) => again('0', `new ${i}`)))
        same(seen, { opened: 2, limited: 18 }) // the free one, and the one send that was left
        await fullIn(5 * STRANGER.refillMs)
      },
    ),

    withAdvance(
      'a right code and a request to send again leave at most one code to enter',
      'A resend that brings a used challenge back makes its code work twice.',
      async ({ open, again, answer, advance, same }) => {
        await open('first')
        await advance(30 * SECOND)
        const [entered] = await Promise.all([answer('first'), again('first', 'second')])
        same(entered, { outcome: 'accepted' })
        same(await answer('first'), { outcome: 'unknown' })
      },
    ),
  ],
}
