import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { makeProject, pack, root, runNode, typeCheck } from '../helpers/package.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const fixture = (name: string) => readFileSync(join(root, 'test/package/fixtures', name), 'utf8')

const manifest = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

let tarball: string
let files: string[]

beforeAll(async () => {
  ;({ tarball, files } = await pack())
})

describe('the tarball', () => {
  it('holds the two builds, their types, and documents, and nothing else', () => {
    const allowed = [
      /^(README|CHANGELOG|SECURITY)\.md$/,
      /^LICENSE$/,
      /^package\.json$/,
      /^dist\/cjs\/package\.json$/,
      /^dist\/esm\/cli\/[\w-]+\.(js|d\.ts)$/,
      /^dist\/schema\.sql$/,
      /^dist\/(esm|cjs)\/((challenge|input|mail|passport|stores|stores\/(memory|redis|postgres)|testing|testing\/store)\/)?[\w-]+\.(js|d\.ts)$/,
    ]
    expect(files.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([])
  })

  it('holds each document, and both builds of each source', () => {
    for (const file of ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE', 'package.json']) {
      expect(files).toContain(file)
    }
    const built = (format: string) =>
      files
        .filter((file) => file.startsWith(`dist/${format}/`) && !file.includes('/cli/'))
        .map((file) => file.slice(`dist/${format}/`.length))
        .filter((file) => file !== 'package.json')
        .sort()
    expect(built('cjs')).toEqual(built('esm'))
    expect(built('esm')).toContain('index.d.ts')
    expect(files).toContain('dist/esm/cli/main.js')
    expect(files).toContain('dist/schema.sql')
  })

  it('holds every file that package.json points to', () => {
    const { exports, bin, main, module, types } = manifest()
    const pointers = JSON.stringify([exports, bin, main, module, types]).match(/\.\/dist\/[^"]+/g)
    expect(pointers?.length).toBeGreaterThan(10)
    for (const pointer of pointers ?? []) expect(files).toContain(pointer.slice(2))
  })

  it('brings three packages along, and no others', () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = manifest()
    expect(Object.keys(dependencies).sort()).toEqual([
      '@types/passport-strategy',
      'nodemailer',
      'passport-strategy',
    ])
    for (const peer of Object.keys(peerDependencies)) {
      expect(peerDependenciesMeta[peer], peer).toEqual({ optional: true })
    }
  })

  it('runs nothing when it is installed', () => {
    expect(
      Object.keys(manifest().scripts).filter((name) => /install|^prepare$/.test(name)),
    ).toEqual([])
  })

  it('pleases publint --strict', async () => {
    const bytes = readFileSync(tarball)
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(bytes).buffer },
      strict: true,
    })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  it('pleases attw, for every way of resolving modules', async () => {
    const cli = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const { stdout } = await promisify(execFile)(process.execPath, [
      cli,
      tarball,
      '--no-color',
      // Neither a module nor types: it is read as a file.
      '--exclude-entrypoints',
      './schema.sql',
    ])
    expect(stdout).toContain('No problems found')
  })
})

describe('a project that installed it', () => {
  it('imports it, by name and as default', async () => {
    const folder = await makeProject({ tarball, files: { 'index.js': fixture('import.txt') } })
    expect(await runNode(folder, 'index.js')).toBe('email-otp true true 600\n')
  })

  it('requires it', async () => {
    const folder = await makeProject({
      tarball,
      packageJson: { type: 'commonjs' },
      files: { 'index.js': fixture('require.txt') },
    })
    expect(await runNode(folder, 'index.js')).toBe('email-otp true true 600\n')
  })

  it('finds its command line', async () => {
    const folder = await makeProject({ tarball, files: {} })
    const { bin, version } = JSON.parse(
      readFileSync(join(folder, 'node_modules/passport-email-otp/package.json'), 'utf8'),
    )
    const program = join(folder, 'node_modules/passport-email-otp', bin['passport-email-otp'])
    expect(await runNode(folder, program, '--version')).toBe(`${version}\n`)
  })

  const sources = {
    'program.mts': fixture('typed.txt'),
    'program.cts': fixture('typed.txt'),
    'commonjs.cts': fixture('typed-require.txt'),
  }

  it('compiles under moduleResolution nodenext, as ES module and as CommonJS', async () => {
    const folder = await makeProject({ tarball, files: sources })
    expect(await typeCheck(folder, { module: 'nodenext' })).toBe('')
  })

  it('compiles under moduleResolution bundler', async () => {
    const folder = await makeProject({
      tarball,
      files: { 'program.ts': fixture('typed.txt') },
    })
    expect(await typeCheck(folder, { module: 'esnext', moduleResolution: 'bundler' })).toBe('')
  })

  it('needs no types of express-session', async () => {
    const folder = await makeProject({
      tarball,
      files: {
        'program.ts': `import { Strategy } from 'passport-email-otp'\nStrategy satisfies object\n`,
      },
      without: ['@types/express-session', 'express-session'],
    })
    expect(await typeCheck(folder, { module: 'nodenext' })).toBe('')
  })
})
