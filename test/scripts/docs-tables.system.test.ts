import { execFile } from 'node:child_process'
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { root, temporaryFolder } from '../helpers/package.js'

/** A copy of what the script reads and writes, which each test changes further. */
let folder: string

beforeAll(() => {
  folder = temporaryFolder()
  for (const name of ['src', 'scripts', 'docs']) {
    const filter = (path: string) => !path.endsWith('node_modules')
    cpSync(join(root, name), join(folder, name), { recursive: true, filter })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
})

/** Compiles the source, which takes a while on a loaded machine. */
vi.setConfig({ testTimeout: 240_000 })

async function docsTables(...args: string[]) {
  const script = join(folder, 'scripts/docs-tables/run.mjs')
  return new Promise<{ status: number; stderr: string }>((resolve) => {
    execFile(process.execPath, [script, ...args], (err, _stdout, stderr) => {
      resolve({ status: Number(err?.code ?? 0), stderr })
    })
  })
}

const read = (file: string) => readFileSync(join(folder, file), 'utf8')

/** Replaces text in a file of the copy. It must be there. */
function change(file: string, from: string, to: string): void {
  expect(read(file)).toContain(from)
  writeFileSync(join(folder, file), read(file).replace(from, to))
}

/** What a comment says and the code does not: it must be put right by hand. */
const WRONG_COMMENTS = [
  ['src/options/read-limits.ts', 'fallback: 600', 'fallback: 300'],
  ['src/options/read-limits.ts', 'max: 20 }', 'max: 21 }'],
  ['src/mail/mailer.ts', "'codeInSubject', true", "'codeInSubject', false"],
  ['src/options/options.ts', '@see docs/stores/which-store.md', '@see docs/stores/none.md'],
  ['src/options/options.ts', '   * @range a bare origin', '   * A bare origin'],
  ['src/errors.ts', '/** There is no body parser before the route. */', ''],
  ['docs/reference/stored-data.md', '<!-- end of pending state -->', ''],
] as const

/** What a table does not say yet. */
const WRONG_TABLES = [
  ['src/reasons.ts', 'invalid_code: { status: 401', 'invalid_code: { status: 418'],
  ['src/events.ts', "Event<'issued'>", "Event<'made'>"],
  ['src/errors.ts', 'store_failed: 503', 'store_failed: 504'],
  ['src/languages/en.ts', 'Sign in first.', 'Sign in before.'],
  ['src/options/limit-options.ts', 'Digits of a code.', 'Length of a code.'],
  ['src/cli/help.ts', 'the recipient of the code', 'who gets the code'],
  ['src/options/option-names.ts', '  locale: true,\n', ''],
  ['docs/operations/guess-figure.md', '8.5e-5', '8.6e-5'],
  ['docs/operations/guess-figure.md', '| never |', '| at no time |'],
  ['docs/reference/requests.md', '| `maskedEmail` |', '| `hiddenEmail` |'],
] as const

/** The tables that these changes make wrong. */
const TABLES = [
  'docs/reference/options.md: options',
  'docs/reference/reasons.md: reasons',
  'docs/reference/events.md: events',
  'docs/reference/errors.md: errors',
  'docs/reference/requests.md: pending code',
  'docs/reference/cli.md: flags',
  'docs/operations/guess-figure.md: configurations',
]

const linesOf = (stderr: string) => stderr.split('\n').filter((line) => line !== '')

describe('npm run docs:tables', () => {
  it('--check names what must be put right by hand, and each table that differs from the code', async () => {
    for (const [file, from, to] of [...WRONG_COMMENTS, ...WRONG_TABLES]) change(file, from, to)
    const before = read('docs/reference/reasons.md')
    const { status, stderr } = await docsTables('--check')
    expect(status).toBe(1)
    const [byHand = '', tables = ''] = stderr.split('These tables differ from the code. ')
    expect(
      linesOf(byHand)
        .map((line) => /^\S+( \w+)?/.exec(line)?.[0])
        .sort(),
    ).toEqual([
      'docs/reference/stored-data.md needs',
      'src/errors.ts: body_required',
      'src/mail/mailer-options.ts: codeInSubject',
      'src/options/limit-options.ts: maxSendsPerHour',
      'src/options/limit-options.ts: resendAfterSeconds', // at most half of ttlSeconds
      'src/options/limit-options.ts: ttlSeconds',
      'src/options/options.ts: origin',
      'src/options/options.ts: store',
    ])
    const [command, ...named] = linesOf(tables)
    expect(command).toContain('npm run docs:tables')
    expect(named).toEqual(expect.arrayContaining(TABLES))
    expect(read('docs/reference/reasons.md')).toBe(before)
  })

  it('puts the tables right', async () => {
    for (const [file] of WRONG_COMMENTS) {
      writeFileSync(join(folder, file), readFileSync(join(root, file)))
      for (const [its, from, to] of WRONG_TABLES) if (its === file) change(its, from, to)
    }
    const { status, stderr } = await docsTables()
    expect(status).toBe(0)
    expect(linesOf(stderr)).toEqual(['Written:', ...TABLES])
    expect(read('docs/reference/reasons.md')).toContain('| `invalid_code` | 418 |')
    expect(read('docs/reference/requests.md')).toContain('| `maskedEmail` |')
  })

  it('refuses another argument', async () => {
    expect(await docsTables('--chekc')).toMatchObject({ status: 1 })
  })
})
