import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ChallengeStore } from 'passport-email-otp'
import type { StoreUnderTest } from 'passport-email-otp/testing'
import ts from 'typescript'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { bare, Document } from '../helpers/documents.js'
import { compile } from '../hosts/program.js'
import { agreesWithTheModel } from '../stores/agrees-with-the-model.js'
import { MINUTE, verbs } from '../stores/contract/verbs.js'
import { runProgram } from './run-program.js'
import { runSuite } from './run-suite.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const page = new Document('docs/stores/write-your-own.md')
const programs = page.blocks.filter(({ language }) => language === 'ts')
const tests = programs.findLast(({ heading }) => heading === 'Test it')?.code ?? ''
const store = programs
  .filter(({ code }) => code !== tests)
  .map(({ code }) => code)
  .join('\n')

/** What the tests of the page hand to `testStore`: a store on documents in memory, and its controls. */
type Make = () => StoreUnderTest & {
  readonly store: ChallengeStore
  readonly advance: (ms: number) => void
  readonly documents: { now: number; stored: Map<string, { keepUntil: number }> }
}

let folder: string

beforeAll(async () => {
  folder = await compile({
    sources: {
      'document-store.ts': store,
      'document-store.test.ts': tests,
    },
    packages: [],
  })
})

let copies = 0

/** What the page hands to `testStore`, on its store with a change. */
async function changed(change: (program: string) => string): Promise<Make> {
  const name = `changed-${copies++}`
  write(`${name}.js`, change(store))
  const made = tests
    .replace('./document-store.js', `./${name}.js`)
    .replace('testStore(() => {', 'export const make = () => {')
    .replace('  return {\n    store: {', '  return { documents, store: {')
    .replace(/\}, \{ describe, test \}\).*\n$/, '}\n')
  write(`${name}-made.js`, made)
  return (await import(pathToFileURL(join(folder, `${name}-made.js`)).href)).make
}

function write(name: string, program: string): void {
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  })
  writeFileSync(join(folder, name), outputText)
}

const unchanged = () => changed((program) => program)

describe('the store of the page', () => {
  it('passes all tests with the command of the page, and skips none', async () => {
    const { code, output } = await runProgram(
      folder,
      '--test',
      '--test-reporter=tap',
      'document-store.test.js',
    )
    const count = (what: string) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(output)?.[1])
    expect(count('pass')).toBeGreaterThan(120)
    expect([count('fail'), count('skipped'), code]).toEqual([0, 0, 0])
  })

  it('agrees with the model in every order of calls', async () => {
    const make = await unchanged()
    await agreesWithTheModel(async () => make())
  })

  it('keeps a bounded document for a user who signs in without a pause', async () => {
    const made = (await unchanged())()
    const { open, verify } = verbs(made)
    const seen = new Map<string, number>()
    for (let i = 0; i < 510; i += 1) {
      const { outcome } = await open(`${i}`)
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
      if (outcome === 'opened') await verify(`${i}`)
    }
    expect(Object.fromEntries(seen)).toEqual({ opened: 500, limited: 10 })
    made.advance(10 * MINUTE)
    expect(await open('later')).toEqual({ outcome: 'opened', failures: 0 })
  })

  it('says from when on a document may be deleted without a difference', async () => {
    const make = await unchanged()
    const { documents, ...made } = make()
    const { open, guess, cancel, failures } = verbs(made)
    await open('first')
    await guess('first')
    await open('second')
    await cancel('second', { refund: 'reduced', spacingMs: 60 * 24 * 60 * MINUTE })
    const { keepUntil = 0 } = documents.stored.get('alice') ?? {}
    made.advance(keepUntil - documents.now - 1)
    expect(await open('third')).toEqual({ outcome: 'limited', retryAfterMs: 1 })
    made.advance(1)
    expect(await failures()).toBe(0)
  })
})

describe('a change of the page', () => {
  const rows = page.table('Break it on purpose')

  it.each(rows.map((row) => [row['the test that fails'], row] as const))(
    'fails: %s',
    async (name, row) => {
      const part = bare(row['in the program'])
      const other = row['change it to'] === '(nothing)' ? '' : bare(row['change it to'])
      const make = await changed((program) => {
        expect(program.split(part).length, `${part} is there once`).toBe(2)
        return program.replace(part, () => other)
      })
      const { failed } = await runSuite(make, { only: name })
      expect([...failed.keys()]).toEqual([name])
    },
  )

  it('is shown for each kind of rule', () => {
    expect(rows.length).toBeGreaterThan(8)
  })
})
