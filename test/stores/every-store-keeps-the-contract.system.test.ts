import { storeContract } from './contract.js'
import { everyStore } from './list.js'

everyStore((running) => storeContract(() => running().clocked()))
