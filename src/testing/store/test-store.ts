import { refunds } from './cases/cancel-refunds.js'
import { cancels } from './cases/cancelling.js'
import { countsFailures } from './cases/failure-counts.js'
import { forgets } from './cases/forgetting.js'
import { judgesGuesses } from './cases/guesses.js'
import { missingIsClosed } from './cases/missing-challenges.js'
import { asksForCodes } from './cases/opening.js'
import { keepsItsOwnTime } from './cases/own-clock.js'
import { standsRaces } from './cases/races.js'
import { asksAgain } from './cases/resending.js'
import { countsSends } from './cases/send-limits.js'
import { givesBack } from './cases/sign-in-refunds.js'
import { staysStale } from './cases/stale-codes.js'
import { replacesStaleCodes } from './cases/stale-replacements.js'
import { runCase } from './run-case.js'
import { type MakeStore, MISSING, type StoreNeed } from './store-under-test.js'
import { findRunner, type TestRunner } from './test-runner.js'

export interface TestStoreOptions extends Partial<TestRunner> {
  /**
   * What the store under test lacks, so that the tests that need it are declared as skipped. None by
   * default: a test that finds out by itself is skipped while it runs, or fails and says so where the
   * runner can't do that (jest).
   */
  readonly without?: readonly StoreNeed[] | undefined
}

const ALL = [
  asksForCodes,
  asksAgain,
  countsSends,
  replacesStaleCodes,
  judgesGuesses,
  missingIsClosed,
  countsFailures,
  staysStale,
  givesBack,
  cancels,
  refunds,
  standsRaces,
  keepsItsOwnTime,
  forgets,
]

/**
 * Declares the tests that every store must pass, whatever it keeps its rows in.
 *
 * @param makeStore makes an empty store for each test; may be async
 * @param options `describe` and `test` of the runner, where they are no globals; what the store lacks
 * @throws TypeError where there is no `describe` and `test`, or for a `without` that is unknown
 * @example
 * testStore(() => ({ store: new MyStore(clock), advance: (ms) => clock.advance(ms) }), { describe, test })
 */
export function testStore(makeStore: MakeStore, options: TestStoreOptions = {}): void {
  const { describe, test } = findRunner(options)
  const without = options.without ?? []
  for (const need of without) {
    if (Object.hasOwn(MISSING, need)) continue
    const known = Object.keys(MISSING).join(', ')
    throw new TypeError(`testStore: without has ${JSON.stringify(need)}; known are ${known}`)
  }

  for (const { about, cases } of ALL) {
    describe(about, () => {
      for (const each of cases) {
        const lacking = each.needs.find((need) => without.includes(need))
        if (lacking !== undefined) {
          test.skip(`${each.name} (skipped: ${MISSING[lacking]})`, async () => {})
          continue
        }
        // Some runners hand a context to a test, and take one that names it for a callback's.
        test(each.name, (...context: unknown[]) => runCase(each, makeStore, context[0]))
      }
    })
  }
}
