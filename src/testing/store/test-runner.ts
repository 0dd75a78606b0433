/** `test` of vitest, jest or `node:test`. */
export interface TestFunction {
  (name: string, run: () => Promise<void>): unknown
  /** Declares a test as skipped. */
  readonly skip: (name: string, run: () => Promise<void>) => unknown
}

/** The functions that declare tests. */
export interface TestRunner {
  readonly describe: (name: string, declare: () => void) => unknown
  readonly test: TestFunction
}

/**
 * Returns the functions that were passed, or else the global ones of jest, or of vitest with `globals`.
 *
 * @throws TypeError if there are neither
 */
export function findRunner(passed: Partial<TestRunner>): TestRunner {
  const globals = globalThis as Partial<TestRunner>
  const { describe = globals.describe, test = globals.test } = passed
  if (typeof describe !== 'function' || typeof test?.skip !== 'function') {
    throw new TypeError(
      'testStore found no test runner: pass its functions, as in ' +
        "testStore(makeStore, { describe, test }), imported from 'node:test' or 'vitest'",
    )
  }
  return { describe, test }
}

/**
 * Tells the runner, from within a test, that the test is skipped. Returns whether the runner supports that:
 * vitest and `node:test` pass a context with a `skip` method to each test, jest does not.
 */
export function skipRunning(context: unknown, why: string): boolean {
  const { skip } = (context ?? {}) as { skip?: unknown }
  if (typeof skip !== 'function') return false
  skip.call(context, why)
  return true
}
