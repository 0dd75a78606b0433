import { faultyStore } from '../../helpers/watch-store.js'
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
      const attempted = (result: unknown) => {
        left -= 1
        if (left === 0) killed = down.enter()
        return result
      }
      return {
        ...part,
        store: faultyStore((real) => ({ attempt: (r) => attempted(real.attempt(r)) }), part.store),
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
