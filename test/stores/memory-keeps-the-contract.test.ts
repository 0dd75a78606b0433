import { storeContract } from './contract.js'
import { makeMemoryStore, stopTheClock } from './memory-store.js'

stopTheClock()
storeContract(() => makeMemoryStore())
