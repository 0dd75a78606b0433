import { type ChallengeStore, MemoryStore } from 'passport-email-otp'
import { DAY, HOUR, stopClock } from '../../helpers/clock.js'
import { EXPIRED, FAILS, FORGETS, type Said, type Scenario, WORKS } from './part.js'

const nothing = () => {}

/** A process that keeps its data in memory, and restarts. */
function restart(name: string, losesSessions: boolean): Scenario {
  return {
    name,
    setUp: ({ sessions }) => {
      let real: ChallengeStore = new MemoryStore()
      const store: ChallengeStore = {
        open: (request) => real.open(request),
        attempt: (request) => real.attempt(request),
        cancel: (request) => real.cancel(request),
      }
      const enter = async () => {
        real = new MemoryStore()
        if (losesSessions) await sessions.lose()
      }
      return { store, phases: [{ name: 'restarted', enter, ...FORGETS }], repair: nothing }
    },
  }
}

/** The clock of the only process is set while codes are pending. */
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
          { name: 'set right', enter: () => pass(-ms), ...(said === EXPIRED ? FORGETS : WORKS) },
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
      const store = new MemoryStore()
      let isBroken = false
      const failing: ChallengeStore = {
        open: (request) => store.open(request),
        cancel: (request) => store.cancel(request),
        attempt: (request) =>
          isBroken ? Promise.reject(new Error('down')) : store.attempt(request),
      }
      const set = (value: boolean) => () => {
        isBroken = value
      }
      return {
        store: failing,
        phases: [{ name: 'fails', enter: set(true), ...FAILS }],
        repair: set(false),
      }
    },
  },
]
