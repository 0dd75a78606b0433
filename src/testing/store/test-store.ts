import { cancelRefunds } from './cases/cancel-refunds.js'
import { cancelling } from './cases/cancelling.js'
import { failingWrites } from './cases/failing-writes.js'
import { failureCounts } from './cases/failure-counts.js'
import { forgetting } from './cases/forgetting.js'
import { guesses } from './cases/guesses.js'
import { missingChallenges } from './cases/missing-challenges.js'
import { opening } from './cases/opening.js'
import { openingAgain } from './cases/opening-again.js'
import { ownClock } from './cases/own-clock.js'
import { races } from './cases/races.js'
import { refusedMails } from './cases/refused-mails.js'
import { refusedMailsInUse } from './cases/refused-mails-in-use.js'
import { resending } from './cases/resending.js'
import { sendLimits } from './cases/send-limits.js'
import { signInFailures } from './cases/sign-in-failures.js'
import { signInRefunds } from './cases/sign-in-refunds.js'
import { staleCodes } from './cases/stale-codes.js'
import { staleReplacements } from './cases/stale-replacements.js'
import { runCase } from './run-case.js'
import { type MakeStore, SKIP_REASONS, type StoreNeed } from './store-under-test.js'
import { findRunner, type TestRunner } from './test-runner.js'

export interface TestStoreOptions extends Partial<TestRunner> {
  /**
   * What the store under test lacks, so that the tests that need it are declared as skipped. Default: none.
   * A test that detects the lack itself is skipped while it runs. Where the runner does not support that
   * (jest), it fails, and its message names this option.
   */
  readonly without?: readonly StoreNeed[] | undefined
}

const ALL_CASES = [
  opening,
  openingAgain,
  resending,
  sendLimits,
  staleReplacements,
  guesses,
  missingChallenges,
  failureCounts,
  staleCodes,
  signInFailures,
  signInRefunds,
  cancelling,
  cancelRefunds,
  refusedMails,
  refusedMailsInUse,
  failingWrites,
  races,
  ownClock,
  forgetting,
]

/**
 * Declares the tests that every `ChallengeStore` must pass. A failing test says what an attacker gains, or a
 * user loses.
 *
 * @param makeStore makes an empty store for each test; may be async
 * @param options `describe` and `test` of the runner, unless they are globals; what the store lacks
 * @throws TypeError if there is no `describe` or `test`, or if `without` has an unknown word
 * @example
 * testStore(() => ({ store: new MyStore(clock), advance: (ms) => clock.advance(ms) }), { describe, test })
 */
export function testStore(makeStore: MakeStore, options: TestStoreOptions = {}): void {
  const { describe, test } = findRunner(options)
  const without = options.without ?? []
  for (const need of without) {
    if (Object.hasOwn(SKIP_REASONS, need)) continue
    const known = Object.keys(SKIP_REASONS).join(', ')
    throw new TypeError(`testStore: without has ${JSON.stringify(need)}; known are ${known}`)
  }

  for (const { about, cases } of ALL_CASES) {
    describe(about, () => {
      for (const each of cases) {
        const lacking = each.needs.find((need) => without.includes(need))
        if (lacking !== undefined) {
          test.skip(`${each.name} (skipped: ${SKIP_REASONS[lacking]})`, async () => {})
          continue
        }
        // Rest parameters: some runners pass a context, and others take a function with a parameter for
        // one that waits for a callback.
        test(each.name, (...context: unknown[]) => runCase(each, makeStore, context[0]))
      }
    })
  }
}
