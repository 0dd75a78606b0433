import { describe } from 'vitest'
import { asksForCodes } from './contract/asks-for-codes.js'
import { cancels } from './contract/cancels.js'
import { countsFailures } from './contract/counts-failures.js'
import { countsSends } from './contract/counts-sends.js'
import { givesBack } from './contract/gives-back.js'
import { judgesGuesses } from './contract/judges-guesses.js'
import { replacesStaleCodes } from './contract/replaces-stale-codes.js'
import { standsRaces } from './contract/stands-races.js'
import type { MakeStore } from './contract/verbs.js'

/** What every store must do, whatever it keeps its rows in. Each test gets an empty store. */
export function storeContract(makeStore: MakeStore): void {
  describe('asking for codes', () => asksForCodes(makeStore))
  describe('counting sends', () => countsSends(makeStore))
  describe('replacing codes that guesses made too short', () => replacesStaleCodes(makeStore))
  describe('judging guesses', () => judgesGuesses(makeStore))
  describe('counting failures', () => countsFailures(makeStore))
  describe('giving back after a sign-in', () => givesBack(makeStore))
  describe('cancelling', () => cancels(makeStore))
  describe('many requests at once', () => standsRaces(makeStore))
}
