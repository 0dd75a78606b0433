import { type StoreCases, withOwnClock } from '../store-case.js'
import { DAY, HOUR, SECOND, STRANGER } from '../verbs.js'

const WHY =
  'The clocks of processes differ: a caller with a wrong clock must not prolong codes, nor restore sends and guesses.'

/** Runs `act` while the `Date` of this process is off by so many milliseconds. */
async function withDateMoved(byMs: number, act: () => Promise<void>): Promise<void> {
  const Real = globalThis.Date
  globalThis.Date = class extends Real {
    constructor(...given: readonly unknown[]) {
      // The arguments of the caller, or the moved time where there are none.
      super(...((given.length > 0 ? given : [Real.now() + byMs]) as [number]))
    }

    static override now(): number {
      return Real.now() + byMs
    }
  } as DateConstructor
  try {
    await act()
  } finally {
    globalThis.Date = Real
  }
}

export const ownClock: StoreCases = {
  about: "using the store's own clock",
  cases: [HOUR, -HOUR, 40 * DAY].map((byMs) =>
    withOwnClock(
      `ignores the clock of the caller, which is ${byMs / HOUR} hours off`,
      WHY,
      async ({ open, resend, guess, verify, addFailures, failures, expectFullIn, expectEqual }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        await addFailures(2)
        await withDateMoved(byMs, async () => {
          expectEqual(await resend('0', 'new'), { outcome: 'waiting', retryAfterMs: 30 * SECOND })
          const limited = { outcome: 'limited', retryAfterMs: STRANGER.refillMs }
          expectEqual(await open('sixth'), limited)
          expectEqual(await guess('0'), { outcome: 'wrong', attemptsLeft: 2, failures: 3 })
          expectEqual(await verify('0'), { outcome: 'accepted', failures: 3 })
          expectEqual(await failures(), 3)
          await expectFullIn(4 * STRANGER.refillMs)
          await open('opened in the meantime')
          await guess('opened in the meantime')
        })
        await expectFullIn(5 * STRANGER.refillMs)
        expectEqual(await failures(), 4)
        expectEqual(await resend('opened in the meantime', 'new'), {
          outcome: 'waiting',
          retryAfterMs: 30 * SECOND,
        })
        expectEqual(await verify('opened in the meantime'), { outcome: 'accepted', failures: 4 })
      },
    ),
  ),
}
