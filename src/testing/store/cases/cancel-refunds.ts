import { always, type StoreCases, withAdvance } from '../store-case.js'
import { DAY, DEVICE, HOUR, MINUTE, STRANGER } from '../verbs.js'

const REFILL = STRANGER.refillMs
const LONG = { ttlMs: DAY, keepMs: 0, spacingMs: 0 }
const REFUND = { refund: true }

export const refunds: StoreCases = {
  about: 'giving back the send of a cancelled mail',
  cases: [
    always(
      'with refund its send is given back',
      "Where the mail server was never reached, an outage would otherwise use up everybody's sends.",
      async ({ open, cancel, fullIn }) => {
        await open('other')
        await open('first')
        await cancel('first', REFUND)
        await fullIn(REFILL)
      },
    ),

    withAdvance(
      'what has expired gives nothing back',
      'Otherwise sends return by waiting and cancelling, and the limit is none.',
      async ({ open, cancel, advance, fullIn }) => {
        await open('first')
        await advance(10 * MINUTE)
        await cancel('first', REFUND)
        await fullIn(REFILL - 10 * MINUTE)
      },
    ),

    withAdvance(
      'the send of a mail sent again is given back by its own time',
      "Measured from the first mail, an outage would still use up part of the owner's sends.",
      async ({ open, again, cancel, advance, fullIn }) => {
        await open('first', LONG)
        await advance(HOUR)
        await again('first', 'new', LONG)
        await advance(MINUTE)
        await cancel('first', REFUND)
        await fullIn(REFILL - HOUR)
      },
    ),

    withAdvance(
      'cancelled to its end, a challenge gives back what has not refilled of its first send',
      'What has refilled by itself must not be given back again, in whatever order mails are cancelled.',
      async ({ open, again, cancel, advance, fullIn }) => {
        await open('other', LONG)
        await open('first', LONG)
        await advance(HOUR)
        await again('first', 'new', LONG)
        await cancel('first', REFUND)
        await cancel('first', REFUND)
        await fullIn(2 * REFILL - HOUR - 30 * MINUTE)
      },
    ),

    always(
      'a send is given back once: by cancelling or by a sign-in',
      'Given back twice, each failed mail would buy one beyond the limit.',
      async ({ open, again, cancel, answer, fullIn }) => {
        await open('other')
        await open('first', LONG)
        await again('first', 'new', LONG)
        await cancel('first', REFUND)
        await fullIn(2 * REFILL)
        await answer('first')
        await fullIn(REFILL)
      },
    ),

    always(
      'once somebody guessed, nothing is given back',
      'A guess says that somebody may have the code, so the mail went out and counts.',
      async ({ open, guess, cancel, answer, same, fullIn }) => {
        await open('first')
        await guess('first')
        await cancel('first', REFUND)
        same(await answer('first'), { outcome: 'unknown' })
        await fullIn(REFILL)
      },
    ),

    always(
      'nothing is given back to another budget than the one that was charged',
      'Otherwise sends counted for strangers become sends of known devices, and the limit of those is gone.',
      async ({ open, cancel, fullIn }) => {
        await open('first')
        await open('second', { budget: DEVICE })
        await cancel('first', { ...REFUND, budget: DEVICE })
        await fullIn(REFILL)
        await fullIn(REFILL, { budget: DEVICE })
      },
    ),

    always(
      'a refunded send on another budget leaves nothing of the first to give back',
      'After the refund nothing is charged any more: giving back all the same is mail beyond the limit.',
      async ({ open, again, cancel, answer, fullIn }) => {
        await open('first', LONG)
        await open('other', { budget: DEVICE })
        await again('first', 'new', { ...LONG, budget: DEVICE })
        await cancel('first', { ...REFUND, budget: DEVICE })
        await fullIn(REFILL, { budget: DEVICE })
        await answer('first', { budget: DEVICE })
        await fullIn(REFILL, { budget: DEVICE })
      },
    ),

    withAdvance(
      'a mail after a refunded one is a new charge, from its own time on',
      'Measured from the mail that never went out, the owner would get back less than this one cost.',
      async ({ open, again, cancel, answer, advance, fullIn }) => {
        await open('first', LONG)
        await again('first', 'new', { ...LONG, budget: DEVICE })
        await cancel('first', { ...REFUND, budget: DEVICE })
        await advance(HOUR)
        await again('first', 'new', { ...LONG, budget: DEVICE })
        await answer('first', { budget: DEVICE })
        await fullIn(0, { budget: DEVICE })
      },
    ),

    always(
      'of a free replacement that was sent again, only that send is given back',
      'The replacement itself cost nothing, and what the code before it cost stays counted until a sign-in.',
      async ({ open, again, fail, cancel, fullIn }) => {
        await open('six digits')
        await fail(5)
        await again('six digits', 'eight', LONG)
        await again('eight', 'new', { ...LONG, failuresBelow: 50 })
        await cancel('eight', REFUND)
        await fullIn(REFILL)
        await cancel('eight', REFUND)
        await fullIn(REFILL)
      },
    ),
  ],
}
