import { MemoryStore } from 'passport-email-otp'
import { DAY, HOUR, stopClock } from '../../helpers/clock.js'
import { exchangeable, faultyStore } from '../../helpers/watch-store.js'
import { EXPIRED, FAILS, FORGETS, type Said, type Scenario, WORKS } from './part.js'

const nothing = () => {}

/** A process that keeps its data in memory, and restarts. */
function restart(name: string, losesSessions: boolean): Scenario {
  return {
    name,
    setUp: ({ sessions }) => {
      const { store, moveTo } = exchangeable(new MemoryStore())
      const enter = async () => {
        moveTo(new MemoryStore())
        if (losesSessions) await sessions.lose()
      }
      return { store, phases: [{ name: 'restarted', enter, ...FORGETS }], repair: nothing }
    },
  }
}

/**
 * The clock of the only process is set while codes are pending. The store's time never goes back, so setting the clock
 * right after that is a jump forward.
 */
function clock(name: string, ms: number, said: Said): Scenario {
  return {
    name: `clock of a MemoryStore ${name}`,
    setUp: () => {
      const { pass } = stopClock()
      return {
        store: new MemoryStore(),
        phases: [
          { name: 'before', enter: nothing, ...WORKS },
          { name, enter: () => pass(ms), ...said },
          { name: 'set right', enter: () => pass(-ms), ...FORGETS },
        ],
        repair: nothing,
      }
    },
  }
}

/** What happens to a process that keeps its codes in memory. */
export const IN_MEMORY: readonly Scenario[] = [
  clock('an hour back', -HOUR, WORKS),
  clock('an hour forward', HOUR, EXPIRED),
  clock('29 days forward', 29 * DAY, EXPIRED),
  restart('process restarted, its sessions kept', false),
  restart('process restarted, its sessions lost', true),
  {
    name: 'MemoryStore behind a failing attempt',
    setUp: () => {
      let isBroken = false
      const store = faultyStore((real) => ({
        attempt: (r) => (isBroken ? Promise.reject(new Error('down')) : real.attempt(r)),
      }))
      const set = (value: boolean) => () => {
        isBroken = value
      }
      return {
        store,
        phases: [{ name: 'fails', enter: set(true), ...FAILS }],
        repair: set(false),
      }
    },
  },
]
