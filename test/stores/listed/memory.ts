import { MemoryStore } from 'passport-email-otp'
import { describe } from 'vitest'
import { stopClock } from '../../helpers/clock.js'
import type { ListedStore } from './store.js'

const counted = (store: MemoryStore) => ({
  store,
  rows: async () => store.size.addresses + store.size.challenges,
})

export const memory: ListedStore = {
  name: 'memory',
  describe,
  clock: 'process',
  isOfOneProcess: true,
  isBounded: true,
  start: async () => ({
    newStore: async () => counted(new MemoryStore()),
    clocked: async () => {
      const { pass } = stopClock()
      const store = new MemoryStore({ maxChallenges: 1_000 })
      return { ...counted(store), advance: pass, evict: () => fill(store, 1_000) }
    },
    faults: [],
    stop: async () => {},
  }),
}

/** A full store drops the oldest. */
async function fill(store: MemoryStore, count: number): Promise<void> {
  const rules = { ttlMs: 60_000, keepMs: 0, attempts: 1, spacingMs: 0 }
  const budget = { key: 'any', burst: 1, refillMs: 1 }
  for (let i = 0; i < count; i += 1) {
    await store.open({ address: `more ${i}`, challenge: `more ${i}`, budget, ...rules })
  }
}
