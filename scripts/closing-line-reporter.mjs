// A vitest reporter that ends the output with one plain line: "N passed, N failed". The number of skipped tests
// is in a line before it.

export default class ClosingLineReporter {
  counts = { passed: 0, failed: 0, skipped: 0 }

  // Written when the process exits, so that no other reporter prints a line after it.
  onInit() {
    process.once('exit', () => {
      const { passed, failed, skipped } = this.counts
      if (passed + failed === 0) process.exitCode ||= 1
      if (skipped > 0) process.stdout.write(`${skipped} skipped\n`)
      process.stdout.write(`${passed} passed, ${failed} failed\n`)
    })
  }

  onTestCaseResult(test) {
    const { state } = test.result()
    if (state in this.counts) this.counts[state] += 1
  }

  // A file that cannot be loaded, a hook that throws and an error after the tests are failures too.
  onTestModuleEnd(module) {
    this.counts.failed += module.errors().length
  }

  onTestSuiteResult(suite) {
    this.counts.failed += suite.errors().length
  }

  onTestRunEnd(_modules, unhandledErrors) {
    this.counts.failed += unhandledErrors.length
  }
}
