import { storeContract } from './contract.js'
import { small, stopTheClock } from './memory-store.js'

stopTheClock()
storeContract(() => {
  const { store, advance, openMore } = small({ maxChallenges: 1_000 })
  // Full, it drops the oldest.
  return { store, advance, evict: async () => void (await openMore(1_000)) }
})
