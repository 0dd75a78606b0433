import { growsWithinBounds } from './growth.js'
import { everyStore } from './list.js'

everyStore(growsWithinBounds)
