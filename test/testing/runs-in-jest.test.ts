import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { makeProject, root } from '../helpers/package.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: INSTALL_LIMIT_MS })

let jest: string
beforeAll(async () => {
  jest = join(await testPackages('jest'), 'jest/bin/jest.js')
})

/** Runs a test file with jest in a project that has the package, and returns the results of jest. */
async function runTests(program: string) {
  const ownStore = readFileSync(join(root, 'test/testing/fixtures/own-store.txt'), 'utf8')
  const folder = await makeProject({
    packageJson: { type: 'commonjs' },
    files: {
      'own-store.cjs': ownStore,
      'store.test.js': `const { testStore } = require('passport-email-otp/testing')
const { makeFaultyStore, makeStore } = require('./own-store.cjs')
${program}
`,
    },
  })
  const args = [jest, '--json', '--rootDir', folder, '--testEnvironment', 'node']
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (_err, stdout) => resolve(stdout))
  })
  const { numFailedTests, numPassedTests, numPendingTests, testResults } = JSON.parse(stdout)
  return { numFailedTests, numPassedTests, numPendingTests, message: testResults[0].message }
}

describe('jest', () => {
  test('runs the suite with its globals, and skips what `without` names', async () => {
    const { message, numFailedTests, numPassedTests, numPendingTests } = await runTests(
      "testStore(makeStore, { without: ['evict', 'ownClock', 'failWrites'] })",
    )
    expect(message).toBe('')
    expect(numFailedTests).toBe(0)
    expect(numPassedTests).toBeGreaterThan(90)
    expect(numPendingTests).toBe(6)
  })

  test('shows which case fails, why it matters, and how to skip what a store lacks', async () => {
    const { message } = await runTests('testStore(makeFaultyStore)')
    expect(message).toContain('A code that works twice can be used again')
    expect(message).toContain("testStore(makeStore, { without: ['forget'] })")
  })
})
