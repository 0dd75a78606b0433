import { afterEach, beforeEach, vi } from 'vitest'
import { MemoryStore, type MemoryStoreOptions } from '../../src/stores/memory.js'
import { DAY, TEN_DIGITS, verbs } from './contract/verbs.js'

/** Stops the clock in every test of a file. */
export function stopTheClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-01-01T00:00:00Z') })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
}

export const advance = (ms: number) => void vi.setSystemTime(Date.now() + ms)

export function makeMemoryStore(options?: MemoryStoreOptions) {
  const store = new MemoryStore(options)
  return { store, ...verbs({ store, advance }) }
}

/** A store that can be filled with many new addresses. */
export function makeFloodableStore(options: { maxChallenges?: number; maxAddresses?: number }) {
  const store = makeMemoryStore({ maxChallenges: 100_000, maxAddresses: 100_000, ...options })
  let addresses = 0
  return {
    ...store,
    /** Opens a challenge for so many new addresses, and returns the last result. */
    openMore: async (count: number) => {
      let last: unknown
      for (let i = 0; i < count; i += 1) {
        const name = `more ${addresses++}`
        last = await store.open(name, { address: name })
      }
      return last
    },
    /** Counts a failure at each of so many new addresses. */
    failMore: async (count: number, failuresWindowMs = 30 * DAY) => {
      for (let i = 0; i < count; i += 1) {
        const name = `more ${addresses++}`
        await store.open(name, { address: name })
        const guess = { address: name, failuresWindowMs, failuresBelow: TEN_DIGITS }
        await store.guess(name, guess)
      }
    },
  }
}
