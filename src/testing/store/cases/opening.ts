import { always, type StoreCases, withAdvance } from '../store-case.js'
import { HOUR, MINUTE, REFUND, STRANGER } from '../verbs.js'

export const opening: StoreCases = {
  about: 'opening a challenge',
  cases: [
    always(
      'opens a challenge at the first request and accepts its right code',
      'Otherwise no user can sign in with a code.',
      async ({ open, verify, expectEqual }) => {
        expectEqual(await open('first'), { outcome: 'opened', failures: 0 })
        expectEqual(await verify('first'), { outcome: 'accepted', failures: 0 })
      },
    ),

    withAdvance(
      'expires a challenge at the end of its lifetime and not a millisecond earlier',
      'A code that lives too long can be used by an attacker who finds the old mail; one that expires early locks out a slow user.',
      async ({ open, verify, advance, expectEqual }) => {
        await open('first')
        await open('second')
        await advance(10 * MINUTE - 1)
        expectEqual(await verify('first'), { outcome: 'accepted', failures: 0 })
        await advance(1)
        expectEqual(await verify('second'), { outcome: 'unknown' })
      },
    ),

    withAdvance(
      'expires a challenge at its own time while an older one is still alive',
      'A store that only looks at its oldest row keeps newer ones that have expired: an expired code would still sign a user in.',
      async ({ open, resend, guess, verify, cancel, advance, expectEqual, expectFullIn }) => {
        await open('long', { ttlMs: 20 * MINUTE })
        await open('first')
        await open('second')
        await advance(10 * MINUTE)
        expectEqual(await guess('first'), { outcome: 'unknown' })
        expectEqual(await verify('first'), { outcome: 'unknown' })
        await cancel('first', REFUND)
        await expectFullIn(3 * STRANGER.refillMs - 10 * MINUTE)
        expectEqual(await resend('second', 'third', { spacingMs: HOUR, keepMs: -1 }), {
          outcome: 'opened',
          failures: 0,
        })
        expectEqual(await verify('long'), { outcome: 'accepted', failures: 0 })
      },
    ),

    always(
      'writes nothing when it answers waiting: no challenge, no send',
      "Requests that send no mail must not use up the owner's sends, nor open a challenge for an attacker to guess at.",
      async ({ open, resend, verify, expectEqual, expectFullIn }) => {
        await open('first')
        await resend('first', 'second')
        expectEqual(await verify('second'), { outcome: 'unknown' })
        await expectFullIn(STRANGER.refillMs)
      },
    ),

    always(
      'opens at once for a browser without a challenge, even if another browser has just requested a code',
      'Otherwise an attacker who keeps requesting codes keeps the owner waiting.',
      async ({ open, expectEqual }) => {
        await open('first')
        expectEqual(await open('second'), { outcome: 'opened', failures: 0 })
      },
    ),

    always(
      'answers unknown for a challenge of another address in every verb, and does not change it',
      "Otherwise an attacker can use his own address to spend, cancel or use another user's challenge.",
      async ({ open, resend, guess, verify, cancel, expectEqual }) => {
        await open('hers')
        const mallory = { address: 'mallory' }
        expectEqual(await resend('hers', 'his', mallory), { outcome: 'opened', failures: 0 })
        expectEqual(await guess('hers', mallory), { outcome: 'unknown' })
        expectEqual(await verify('hers', mallory), { outcome: 'unknown' })
        await cancel('hers', { ...mallory, refund: 'whole' })
        expectEqual(await guess('hers'), { outcome: 'wrong', attemptsLeft: 4, failures: 1 })
      },
    ),

    always(
      'accepts keys that are names of built-in object properties',
      'A store that keeps rows as properties of a plain object finds rows that were never written: `__proto__` would be a challenge of every address.',
      async ({ open, guess, verify, expectEqual }) => {
        for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '']) {
          const keys = { address: name, budget: { ...STRANGER, key: name } }
          expectEqual(await guess(name, keys), { outcome: 'unknown' })
          expectEqual(await open(name, keys), { outcome: 'opened', failures: 0 })
          expectEqual(await guess(name, keys), { outcome: 'wrong', attemptsLeft: 4, failures: 1 })
          expectEqual(await verify(name, keys), { outcome: 'accepted', failures: 1 })
        }
      },
    ),
  ],
}
