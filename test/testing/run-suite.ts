import { type MakeStore, type TestStoreOptions, testStore } from 'passport-email-otp/testing'

export interface Report {
  readonly passed: string[]
  readonly skipped: string[]
  readonly failed: Map<string, Error>
}

type Run = (...context: unknown[]) => Promise<void>

/** Runs the suite like a test runner, one test after another. */
export async function runSuite(
  makeStore: MakeStore,
  options: Pick<TestStoreOptions, 'without'> & {
    /** Whether the runner, like jest, cannot skip a test that is running. */
    readonly skipsAtDeclarationOnly?: boolean
    /** The name of the only case to run. */
    readonly only?: string | undefined
  } = {},
): Promise<Report> {
  const report: Report = { passed: [], skipped: [], failed: new Map() }
  const declared: { name: string; run: Run }[] = []
  const test = Object.assign((name: string, run: Run) => void declared.push({ name: name, run }), {
    skip: (name: string) => void report.skipped.push(name),
  })
  const describe = (_name: string, declare: () => void) => declare()
  testStore(makeStore, { describe, test, without: options.without })
  for (const { name, run } of declared) {
    if (name !== (options.only ?? name)) continue
    const reasons: string[] = []
    const canSkip = { skip: (why: string) => void reasons.push(why) }
    try {
      await (options.skipsAtDeclarationOnly ? run() : run(canSkip))
      if (reasons.length === 0) report.passed.push(name)
      else report.skipped.push(`${name} (${reasons})`)
    } catch (err) {
      report.failed.set(name, err as Error)
    }
  }
  return report
}
