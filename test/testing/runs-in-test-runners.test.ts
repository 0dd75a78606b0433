import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { guesses } from '../../src/testing/store/cases/guesses.js'
import { SKIP_REASONS } from '../../src/testing/store/store-under-test.js'
import { makeProject, root } from '../helpers/package.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { runProgram as run } from './run-program.js'

vi.setConfig({ testTimeout: INSTALL_LIMIT_MS })

const ownStore = readFileSync(join(root, 'test/testing/fixtures/own-store.txt'), 'utf8')

/** The cases about guesses of which the output tells why they matter. */
const explainedIn = (output: string) =>
  guesses.cases.filter(({ why }) => output.includes(why.slice(0, 40)))

const project = (files: Record<string, string>) =>
  makeProject({ files: { 'own-store.cjs': ownStore, ...files }, packageJson: {} })

const count = (output: string, word: string) =>
  Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(output)?.[1])

const inNode = `import { describe, test } from 'node:test'
import { testStore } from 'passport-email-otp/testing'
import { makeFaultyStore, makeStore } from './own-store.cjs'
`
const inVitest = `import { testStore } from 'passport-email-otp/testing'
import own from './own-store.cjs'
`
const inJest = `const { testStore } = require('passport-email-otp/testing')
const { makeFaultyStore, makeStore } = require('./own-store.cjs')
`

test('node:test runs the suite from an ES module and from CommonJS', async () => {
  const files = {
    'store.test.mjs': `${inNode}testStore(makeStore, { describe, test })\n`,
    'store.test.cjs': `const { describe, test } = require('node:test')
${inJest}testStore(makeStore, { describe, test })
`,
  }
  const args = ['--test', '--test-reporter=tap', ...Object.keys(files)]
  const { code, output } = await run(await project(files), ...args)
  const lines = output.split('\n')
  for (const { name } of guesses.cases) {
    const reported = lines.filter((line) => line.includes(` - ${name}`))
    expect(reported.map((line) => line.trim().split(' ')[0])).toEqual(['ok', 'ok'])
  }
  expect(output.split(`# SKIP ${SKIP_REASONS.evict}`).length).toBeGreaterThan(1 + 1)
  expect(count(output, 'fail')).toBe(0)
  expect(count(output, 'pass')).toBeGreaterThan(2 * 90)
  expect(code).toBe(0)
})

test('node:test shows which case fails, and why it matters', async () => {
  const program = `${inNode}testStore(makeFaultyStore, { describe, test })\n`
  const folder = await project({ 'store.test.mjs': program })
  const { code, output } = await run(folder, '--test', '--test-reporter=tap', 'store.test.mjs')
  const failing = output.split('\n').filter((line) => line.trim().startsWith('not ok '))
  const [explained, ...others] = explainedIn(output)
  expect(others).toEqual([])
  expect(failing.filter((line) => line.endsWith(` - ${explained?.name}`))).toHaveLength(1)
  expect(output).toContain(`# SKIP ${SKIP_REASONS.forget}`)
  expect(count(output, 'fail')).toBeGreaterThan(0)
  expect(code).toBe(1)
})

/** Runs the files with vitest. Returns the output, and the files that failed. */
async function runInVitest(files: Record<string, string>, ...args: string[]) {
  const folder = await project(files)
  symlinkSync(join(root, 'node_modules/vitest'), join(folder, 'node_modules/vitest'), 'junction')
  const cli = join(root, 'node_modules/vitest/vitest.mjs')
  const { code, output } = await run(folder, cli, 'run', '--reporter=verbose', ...args)
  expect(code).toBe(1)
  expect(output).toMatch(/Test Files +1 failed \| 1 passed/)
  const failed = output.split('\n').filter((line) => line.includes('FAIL'))
  return { output, failed: new Set(failed.map((line) => /\w+\.test\.mjs/.exec(line)?.[0])) }
}

test('vitest runs the suite with the functions that were passed, and names them where it has no globals', async () => {
  const { output, failed } = await runInVitest({
    'passed.test.mjs': `import { describe, test } from 'vitest'
${inVitest}testStore(own.makeStore, { describe, test })
`,
    'nothing.test.mjs': `${inVitest}testStore(own.makeStore)\n`,
  })
  expect(output).toMatch(/Tests +(\d+) passed \| (\d+) skipped/)
  expect(output).toContain(`[${SKIP_REASONS.evict}]`)
  expect(output).toContain('testStore(makeStore, { describe, test })')
  expect(failed).toEqual(new Set(['nothing.test.mjs']))
})

test('vitest runs the suite with its globals, shows which case fails, and why it matters', async () => {
  const files = {
    'store.test.mjs': `${inVitest}testStore(own.makeStore)\n`,
    'faulty.test.mjs': `${inVitest}testStore(own.makeFaultyStore)\n`,
  }
  const { output, failed } = await runInVitest(files, '--globals')
  expect(explainedIn(output)).toHaveLength(1)
  expect(failed).toEqual(new Set(['faulty.test.mjs']))
})

test('jest runs the suite with its globals, and shows what fails, why it matters, and how to skip it', async () => {
  const cli = join(await testPackages('jest'), 'jest/bin/jest.js')
  const without = "{ without: ['evict', 'ownClock', 'failWrites'] }"
  const files = {
    'store.test.js': `${inJest}testStore(makeStore, ${without})\n`,
    'faulty.test.js': `${inJest}testStore(makeFaultyStore)\n`,
  }
  const folder = await project(files)
  const { output } = await run(folder, cli, '--json', '--rootDir', folder)
  const [json = ''] = /^\{.*\}$/m.exec(output) ?? []
  const { testResults } = JSON.parse(json)
  const resultsOf = (file: string) =>
    testResults.find(({ name }: { name: string }) => name.endsWith(`/${file}`))
  const { message, assertionResults } = resultsOf('store.test.js')
  expect(message).toBe('')
  const statuses = assertionResults.map(({ status }: { status: string }) => status)
  expect(statuses.filter((status: string) => status === 'passed').length).toBeGreaterThan(90)
  expect(statuses.filter((status: string) => status !== 'passed')).toEqual(Array(6).fill('pending'))
  const faulty = resultsOf('faulty.test.js')
  expect(explainedIn(faulty.message)).toHaveLength(1)
  expect(faulty.message).toContain("testStore(makeStore, { without: ['forget'] })")
})
