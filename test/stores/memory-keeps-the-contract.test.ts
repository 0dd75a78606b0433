import { storeContract } from './contract.js'
import { makeFloodableStore, stopTheClock } from './memory-store.js'

stopTheClock()
storeContract(() => {
  const { store, advance, openMore } = makeFloodableStore({ maxChallenges: 1_000 })
  // A full store drops the oldest.
  return { store, advance, evict: async () => void (await openMore(1_000)) }
})
