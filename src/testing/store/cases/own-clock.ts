import { type StoreCases, withOwnClock } from '../store-case.js'
import { DAY, HOUR, SECOND, STRANGER } from '../verbs.js'

const WHY =
  "Processes' clocks differ: a caller whose clock is wrong must not prolong codes, nor bring sends and guesses back."

/** Runs `act` with this process's `Date` moved. */
async function withDateMoved(byMs: number, act: () => Promise<void>): Promise<void> {
  const Real = globalThis.Date
  globalThis.Date = class extends Real {
    constructor(...given: readonly unknown[]) {
      // What is passed on is what Date itself takes: the caller's arguments, or the moved time.
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

export const keepsItsOwnTime: StoreCases = {
  about: 'keeping its own time',
  cases: [HOUR, -HOUR, 40 * DAY].map((byMs) =>
    withOwnClock(
      `time never comes from the caller, whose clock is ${byMs / HOUR} hours off`,
      WHY,
      async ({ open, again, guess, answer, fail, failures, fullIn, same }) => {
        for (let i = 0; i < 5; i += 1) await open(`${i}`)
        await fail(2)
        await withDateMoved(byMs, async () => {
          same(await again('0', 'new'), { outcome: 'waiting', retryAfterMs: 30 * SECOND })
          const limited = { outcome: 'limited', retryAfterMs: STRANGER.refillMs }
          same(await open('sixth'), limited)
          same(await guess('0'), { outcome: 'wrong', attemptsLeft: 2, failures: 3 })
          same(await answer('0'), { outcome: 'accepted' })
          same(await failures(), 2)
          await fullIn(4 * STRANGER.refillMs)
          await open('written meanwhile')
          await guess('written meanwhile')
        })
        await fullIn(5 * STRANGER.refillMs)
        same(await failures(), 3)
        same(await again('written meanwhile', 'new'), {
          outcome: 'waiting',
          retryAfterMs: 30 * SECOND,
        })
        same(await answer('written meanwhile'), { outcome: 'accepted' })
      },
    ),
  ),
}
