import { testStore } from 'passport-email-otp/testing'
import { describe, test } from 'vitest'
import { makeFloodableStore, stopTheClock } from './memory-store.js'

stopTheClock()

const makeStore = () => {
  const { store, advance, openMore } = makeFloodableStore({ maxChallenges: 1_000 })
  // A full store drops the oldest.
  return { store, advance, evict: async () => void (await openMore(1_000)) }
}
testStore(makeStore, { describe, test })
