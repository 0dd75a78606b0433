import { always, type StoreCases, withAdvance } from '../store-case.js'
import { HOUR, MINUTE, STRANGER } from '../verbs.js'

export const asksForCodes: StoreCases = {
  about: 'asking for codes',
  cases: [
    always(
      'a first request opens a challenge that the right code answers',
      'Without this nobody can sign in.',
      async ({ open, answer, same }) => {
        same(await open('first'), { outcome: 'opened', failures: 0 })
        same(await answer('first'), { outcome: 'accepted' })
      },
    ),

    withAdvance(
      'a challenge ends at its time and not a millisecond before',
      'A code that outlives its time is a key left lying in a mailbox; one that dies early locks out a slow reader.',
      async ({ open, answer, advance, same }) => {
        await open('first')
        await open('second')
        await advance(10 * MINUTE - 1)
        same(await answer('first'), { outcome: 'accepted' })
        await advance(1)
        same(await answer('second'), { outcome: 'unknown' })
      },
    ),

    withAdvance(
      'a challenge ends at its own time where an older one lives longer',
      'Expired rows must be found by their own time: one that hides behind a longer life would still sign somebody in.',
      async ({ open, again, guess, answer, cancel, advance, same, fullIn }) => {
        await open('long', { ttlMs: 20 * MINUTE })
        await open('first')
        await open('second')
        await advance(10 * MINUTE)
        same(await guess('first'), { outcome: 'unknown' })
        same(await answer('first'), { outcome: 'unknown' })
        await cancel('first', { refund: true })
        await fullIn(3 * STRANGER.refillMs - 10 * MINUTE)
        same(await again('second', 'third', { spacingMs: HOUR, keepMs: -1 }), {
          outcome: 'opened',
          failures: 0,
        })
        same(await answer('long'), { outcome: 'accepted' })
      },
    ),

    always(
      'waiting writes nothing: no challenge, no send',
      "Clicks that mail nothing must not use up the owner's sends, nor open a challenge to guess at.",
      async ({ open, again, answer, same, fullIn }) => {
        await open('first')
        await again('first', 'second')
        same(await answer('second'), { outcome: 'unknown' })
        await fullIn(STRANGER.refillMs)
      },
    ),

    always(
      'a browser that holds nothing need not wait for another one',
      'Otherwise a stranger who keeps asking keeps the owner waiting.',
      async ({ open, same }) => {
        await open('first')
        same(await open('second'), { outcome: 'opened', failures: 0 })
      },
    ),

    always(
      'a challenge of another address is unknown to every verb, and stays as it is',
      "A challenge that any address can answer lets an attacker spend, cancel or use somebody else's.",
      async ({ open, again, guess, answer, cancel, same }) => {
        await open('hers')
        const mallory = { address: 'mallory' }
        same(await again('hers', 'his', mallory), { outcome: 'opened', failures: 0 })
        same(await guess('hers', mallory), { outcome: 'unknown' })
        same(await answer('hers', mallory), { outcome: 'unknown' })
        await cancel('hers', { ...mallory, refund: true })
        same(await guess('hers'), { outcome: 'wrong', attemptsLeft: 4, failures: 1 })
      },
    ),

    always(
      'keys may be the names of what every object has',
      "Rows kept as properties of a plain object are found before anybody wrote them: `__proto__` would be everybody's challenge.",
      async ({ open, guess, answer, same }) => {
        for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
          const keys = { address: name, budget: { ...STRANGER, key: name } }
          same(await guess(name, keys), { outcome: 'unknown' })
          same(await open(name, keys), { outcome: 'opened', failures: 0 })
          same(await guess(name, keys), { outcome: 'wrong', attemptsLeft: 4, failures: 1 })
          same(await answer(name, keys), { outcome: 'accepted' })
        }
      },
    ),
  ],
}
