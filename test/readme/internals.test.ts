import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bare, Document } from '../helpers/documents.js'
import { root } from '../helpers/package.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const spans = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
const withoutPrograms = ({ text }: Document) => text.replace(/^```.*?^```$/gms, '')

describe('the page on the life of a request', () => {
  const page = new Document('docs/internals/life-of-a-request.md')
  const [diagram] = page.blocks

  it('names only files that exist, in its picture too', () => {
    const files = [...page.text.matchAll(/[\w-]+(?:\/[\w-]+)*\.ts\b/g)].map(([file]) => file)
    expect(files.length).toBeGreaterThan(50)
    expect(diagram?.code).toContain('flow/request-code.ts')
    for (const file of files) expect(existsSync(join(root, 'src', file)), file).toBe(true)
  })

  const steps = [
    'Before either step',
    'The first request: a code',
    'The second request: the code',
  ].flatMap((heading) => page.table(heading))

  it.each(steps.map((step) => [bare(step.function), bare(step.file)] as const))(
    'names %s, a function of %s',
    (name, file) => {
      expect(read(join('src', file))).toMatch(
        new RegExp(`(function |^  (override )?)${name}[(<]`, 'm'),
      )
    },
  )

  it('names only functions, reasons, options and fields that the source has', () => {
    const source = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => read(join('src', name)))
      .join('\n')
    const names = spans(withoutPrograms(page)).flatMap((span) =>
      /^[\w.]+(?:\([^)]*\))?$/.test(span) ? (/[A-Za-z_]+/g.exec(span) ?? []) : [],
    )
    expect(names.length).toBeGreaterThan(50)
    for (const name of names) expect(source).toMatch(new RegExp(`\\b${name}\\b`))
  })
})

describe('the page on the tests', () => {
  const page = new Document('docs/internals/testing.md')

  it('has a row for each folder', () => {
    const rows = page.table('Where a test goes')
    const named = rows.flatMap((row) => spans(row['folder of `test/`'] ?? ''))
    const folders = readdirSync(join(root, 'test'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
    expect(named.sort()).toEqual(folders.sort())
  })

  it('names only files that exist', () => {
    const files = [
      ...page.text.matchAll(/\b(?:test|bench|scripts|src)\/[\w./-]+\.(?:m?ts|mjs|md)\b/g),
    ]
    expect(files.length).toBeGreaterThan(30)
    for (const [file] of files) expect(existsSync(join(root, file)), file).toBe(true)
  })

  it('names only helpers that exist', () => {
    for (const row of page.table('Wait without a sleep')) {
      const [, file] = /of `([^`]+)`/.exec(row.use ?? '') ?? []
      if (file === undefined) continue
      const [call = ''] = spans(row.use ?? '')
      const [name = ''] = /^\w+/.exec(call) ?? []
      expect(read(file)).toMatch(new RegExp(`export (function|class|async function) ${name}\\b`))
    }
  })

  it('names only variables that a test reads', () => {
    const commands = page.table('What takes longer').map(({ command = '' }) => bare(command))
    const asked = commands.flatMap((command) => {
      const [, name, paths] = /^([A-Z_]+)=\d+ npm test -- (.*)$/.exec(command) ?? []
      return name && paths ? [{ name, paths: paths.split(' ') }] : []
    })
    expect(asked.length).toBeGreaterThan(3)
    const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
      .map((name) => join('test', name))
    for (const { name, paths } of asked) {
      for (const path of paths) {
        const chosen = files.filter((file) => file.startsWith(path))
        expect(
          chosen.some((file) => read(file).includes(`process.env.${name}`)),
          path,
        ).toBe(true)
      }
    }
  })

  it('shows a test that runs', () => {
    const shown = page.blocks.find(({ language }) => language === 'ts')
    expect(shown?.code).toBe(read('test/readme/how-a-test-looks.test.ts'))
  })
})
