import { always, type StoreCases, withAdvance } from '../store-case.js'
import { DAY, DEVICE, HOUR, MINUTE, STRANGER } from '../verbs.js'

const REFILL = STRANGER.refillMs
const LONG = { ttlMs: DAY, keepMs: 0, spacingMs: 0 }

export const givesBack: StoreCases = {
  about: 'giving back after a sign-in',
  cases: [
    always(
      'a sign-in takes back the failures of its own challenge and of no other',
      "The owner's own typing errors must not add up, and an attacker's guesses must not be forgiven by the owner's sign-in.",
      async ({ open, guess, answer, fail, failures, same }) => {
        await fail(2)
        await open('first')
        await guess('first')
        await guess('first')
        same(await answer('first'), { outcome: 'accepted' })
        same(await failures(), 2)
      },
    ),

    withAdvance(
      'the window stays when nothing is left to count in it',
      'A window that a sign-in ends is begun anew by the next guess, and never lasts as long as it should for the address.',
      async ({ open, guess, answer, fail, failures, advance, same }) => {
        await open('first')
        await guess('first')
        await answer('first')
        await advance(29 * DAY)
        same(await failures(), 0)
        await fail(3)
        await advance(DAY - 1)
        same(await failures(), 3)
        await advance(1)
        same(await failures(), 0)
      },
    ),

    withAdvance(
      'failures of a window that is over are not given back by a code that nobody guessed at since',
      "Giving back what no longer counts forgives somebody else's guesses.",
      async ({ open, guess, answer, fail, failures, advance, same }) => {
        await fail(1)
        await advance(30 * DAY - MINUTE)
        await open('first')
        await guess('first')
        await advance(MINUTE)
        await fail(2)
        await answer('first')
        same(await failures(), 2)
      },
    ),

    withAdvance(
      'failures of a window that is over are not given back in the next',
      "Giving back what no longer counts forgives somebody else's guesses.",
      async ({ open, guess, answer, fail, failures, advance, same, like }) => {
        await fail(1)
        await advance(30 * DAY - MINUTE)
        await open('first')
        await guess('first')
        await guess('first')
        await advance(MINUTE)
        like(await guess('first'), { failures: 1 })
        await fail(2)
        await answer('first')
        same(await failures(), 2)
      },
    ),

    withAdvance(
      'whoever signs in is never limited',
      'Sends that a sign-in answered must all come back, or people who sign in often are shut out.',
      async ({ open, again, answer, advance, same, like, fullIn }) => {
        for (let i = 0; i < 20; i += 1) {
          like(await open(`${i}`), { outcome: 'opened' })
          await advance(30_000)
          same(await again(`${i}`, 'new'), { outcome: 'reopened' })
          same(await answer(`${i}`), { outcome: 'accepted' })
        }
        await fullIn(0)
      },
    ),

    always(
      'sends that nobody answered are kept',
      'One sign-in must not pay for the mails that an attacker asked for.',
      async ({ open, answer, fullIn }) => {
        for (let i = 0; i < 3; i += 1) await open(`${i}`)
        await answer('1')
        await fullIn(2 * REFILL)
      },
    ),

    withAdvance(
      'what refilled by itself is not given back again',
      'Given back twice, sends add up to more mails than the limit allows.',
      async ({ open, again, answer, advance, fullIn }) => {
        for (const name of ['one', 'two', 'three', 'four']) await open(name, LONG)
        await advance(HOUR)
        await again('two', 'new', LONG)
        await fullIn(5 * REFILL - HOUR)
        await answer('one') // 90 minutes were counted, 60 are back
        await fullIn(5 * REFILL - HOUR - 30 * MINUTE)
        await answer('two') // 180 were counted from the first on, 60 are back
        await fullIn(5 * REFILL - HOUR - 30 * MINUTE - 2 * HOUR)
        await advance(HOUR)
        await answer('three')
        await fullIn(5 * REFILL - 2 * HOUR - 30 * MINUTE - 2 * HOUR)
      },
    ),

    always(
      'nothing is given back to another budget than the one that was charged',
      'Otherwise sends counted for strangers become sends of known devices, and the limit of those is gone.',
      async ({ open, answer, same, fullIn }) => {
        await open('first')
        await open('second', { budget: DEVICE })
        same(await answer('first', { budget: DEVICE }), { outcome: 'accepted' })
        await fullIn(REFILL)
        await fullIn(REFILL, { budget: DEVICE })
      },
    ),

    withAdvance(
      'a challenge reopened on another budget gives back that one send',
      'Only the last budget is named when a code is entered: giving it the sends of both is mail beyond its limit.',
      async ({ open, again, answer, advance, fullIn }) => {
        await open('first', LONG)
        await again('first', 'new', LONG)
        await advance(HOUR)
        await again('first', 'new', { ...LONG, budget: DEVICE })
        await open('second', { budget: DEVICE })
        await answer('first', { budget: DEVICE })
        await fullIn(2 * REFILL - HOUR)
        await fullIn(REFILL, { budget: DEVICE })
      },
    ),

    always(
      'and to the first budget nothing',
      'The first budget was charged by a stranger, perhaps by an attacker: the sign-in did not come from there.',
      async ({ open, again, answer, fullIn }) => {
        await open('first', LONG)
        await again('first', 'new', { ...LONG, budget: DEVICE })
        await answer('first')
        await fullIn(REFILL)
        await fullIn(REFILL, { budget: DEVICE })
      },
    ),

    withAdvance(
      'a free replacement gives back what the code before it had cost',
      'The owner who signs in after an attack has answered that mail too, and must not run into the limit.',
      async ({ open, again, answer, fail, advance, fullIn }) => {
        await open('unanswered')
        await open('six digits', LONG)
        await again('six digits', 'new', LONG)
        await fail(5)
        await advance(MINUTE)
        await again('six digits', 'eight', LONG)
        await fullIn(3 * REFILL - MINUTE)
        await answer('eight', { failuresBelow: 50 }) // 180 minutes were counted, one is back
        await fullIn(REFILL)
      },
    ),

    withAdvance(
      'a free replacement that is sent again gives back both, from the first on',
      'Counted from the later mail on, what has refilled since the first would be given back twice.',
      async ({ open, again, answer, fail, advance, fullIn }) => {
        await open('six digits', LONG)
        await open('unanswered')
        await fail(5)
        await again('six digits', 'eight', LONG)
        await advance(HOUR)
        await again('eight', 'new', { ...LONG, failuresBelow: 50 })
        await fullIn(3 * REFILL - HOUR)
        await answer('eight', { failuresBelow: 50 })
        await fullIn(REFILL)
      },
    ),

    always(
      'a free replacement gives back no failures of the code before it',
      "Those guesses may be an attacker's: forgiving them gives him as many more.",
      async ({ open, again, guess, answer, fail, failures, same }) => {
        await open('six digits')
        await guess('six digits')
        await fail(4)
        await again('six digits', 'eight')
        await guess('eight', { failuresBelow: 50 })
        await answer('eight', { failuresBelow: 50 })
        same(await failures(), 5)
      },
    ),
  ],
}
