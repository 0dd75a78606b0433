import type { ChallengeStore } from 'passport-email-otp'
import type { BrokenPart, Scenario } from './part.js'

/** Guesses that reach the server before it is killed. */
const BEFORE_THE_CRASH = 6

/** A scenario in which the server is killed between simultaneous guesses, and started again. */
export function crashing({ name, setUp }: Scenario): Scenario {
  return {
    name: `${name}, between guesses`,
    setUp: async (around): Promise<BrokenPart> => {
      const part = await setUp(around)
      const [down, restart] = part.phases
      if (!down || !restart) throw new Error(`${name} is not killed and started`)
      let left = Number.POSITIVE_INFINITY
      let killed: unknown
      const { store } = part
      const killing: ChallengeStore = {
        open: (request) => store.open(request),
        cancel: (request) => store.cancel(request),
        attempt: (request) => {
          const result = store.attempt(request)
          left -= 1
          if (left === 0) killed = down.enter()
          return result
        },
      }
      return {
        ...part,
        store: killing,
        phases: [
          {
            name: 'killed between guesses',
            enter: () => {
              left = BEFORE_THE_CRASH
            },
          },
          {
            ...restart,
            enter: async () => {
              await killed
              await restart.enter()
            },
          },
        ],
      }
    },
  }
}
