/** `test` of vitest, jest or `node:test`. */
export interface TestFunction {
  (name: string, run: () => Promise<void>): unknown
  /** Shows a test as skipped. */
  readonly skip: (name: string, run: () => Promise<void>) => unknown
}

/** The functions that declare tests. */
export interface TestRunner {
  readonly describe: (name: string, declare: () => void) => unknown
  readonly test: TestFunction
}

/** The runner that was passed, else the one whose functions are globals: jest, or vitest with `globals`. */
export function findRunner(passed: Partial<TestRunner>): TestRunner {
  const globals = globalThis as Partial<TestRunner>
  const { describe = globals.describe, test = globals.test } = passed
  if (typeof describe !== 'function' || typeof test?.skip !== 'function') {
    throw new TypeError(
      'testStore found no test runner: pass the functions of yours, as in ' +
        "testStore(makeStore, { describe, test }), imported from 'node:test' or 'vitest'",
    )
  }
  return { describe, test }
}

/**
 * Tells the runner, from within a test, that it is skipped. Returns whether the runner can do that:
 * those of vitest and `node:test` hand each test a context with a `skip`, jest does not.
 */
export function skipRunning(context: unknown, why: string): boolean {
  const { skip } = (context ?? {}) as { skip?: unknown }
  if (typeof skip !== 'function') return false
  skip.call(context, why)
  return true
}
