import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { makeProject, root } from '../helpers/package.js'
import { runProgram as run } from './run-program.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const ownStore = readFileSync(join(root, 'test/testing/fixtures/own-store.txt'), 'utf8')

const project = (files: Record<string, string>) =>
  makeProject({ files: { 'own-store.cjs': ownStore, ...files } })

const count = (output: string, word: string) =>
  Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(output)?.[1])

describe('node:test', () => {
  const program = (maker: string, first: string) => `${first}
testStore(${maker}, { describe, test })
`
  const imports = `import { describe, test } from 'node:test'
import { testStore } from 'passport-email-otp/testing'
import { makeFaultyStore, makeStore } from './own-store.cjs'`
  const requires = `const { describe, test } = require('node:test')
const { testStore } = require('passport-email-otp/testing')
const { makeStore } = require('./own-store.cjs')`
  const runTests = (folder: string, file: string) =>
    run(folder, '--test', '--test-reporter=tap', file)

  test.each([
    ['an ES module', 'store.test.mjs', imports],
    ['CommonJS', 'store.test.cjs', requires],
  ])('runs the suite from %s', async (_name, file, first) => {
    const folder = await project({ [file]: program('makeStore', first) })
    const { code, output } = await runTests(folder, file)
    expect(output).toMatch(/ok \d+ - accepts a right code once/)
    expect(output).toMatch(/# SKIP makeStore returns no evict\(\)/)
    expect(count(output, 'fail')).toBe(0)
    expect(count(output, 'pass')).toBeGreaterThan(90)
    expect(code).toBe(0)
  })

  test('shows which case fails, and why it matters', async () => {
    const folder = await project({ 'store.test.mjs': program('makeFaultyStore', imports) })
    const { code, output } = await runTests(folder, 'store.test.mjs')
    expect(output).toMatch(/not ok \d+ - accepts a right code once/)
    expect(output).toContain('A code that works twice can be used again')
    expect(output).toMatch(/# SKIP the store has no forget\(\)/)
    expect(count(output, 'fail')).toBeGreaterThan(0)
    expect(code).toBe(1)
  })
})

describe('vitest', () => {
  const runTests = (folder: string, ...args: string[]) => {
    symlinkSync(join(root, 'node_modules/vitest'), join(folder, 'node_modules/vitest'), 'junction')
    const cli = join(root, 'node_modules/vitest/vitest.mjs')
    return run(folder, cli, 'run', '--reporter=verbose', ...args)
  }
  const store = `import { testStore } from 'passport-email-otp/testing'
import own from './own-store.cjs'
`
  const passed = /Tests +(\d+) passed \| (\d+) skipped/

  test('runs the suite with the functions that were passed, and names them where it has no globals', async () => {
    const folder = await project({
      'passed.test.mjs': `import { describe, test } from 'vitest'
${store}testStore(own.makeStore, { describe, test })
`,
      'nothing.test.mjs': `${store}testStore(own.makeStore)\n`,
    })
    const { code, output } = await runTests(folder)
    expect(output).toMatch(passed)
    expect(output).toContain('[makeStore returns no evict()]')
    expect(output).toContain('testStore found no test runner')
    const failed = output.split('\n').filter((line) => line.includes('FAIL'))
    expect(failed).toEqual([expect.stringContaining('nothing.test.mjs')])
    expect(code).toBe(1)
  })

  test('runs the suite with its globals', async () => {
    const folder = await project({ 'store.test.mjs': `${store}testStore(own.makeStore)\n` })
    const { code, output } = await runTests(folder, '--globals')
    expect(output).toMatch(passed)
    expect(code).toBe(0)
  })

  test('shows which case fails, and why it matters', async () => {
    const folder = await project({
      'store.test.mjs': `${store}testStore(own.makeFaultyStore)\n`,
    })
    const { code, output } = await runTests(folder, '--globals')
    expect(output).toContain('A code that works twice can be used again')
    expect(code).toBe(1)
  })
})
