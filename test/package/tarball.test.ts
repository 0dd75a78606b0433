import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { root } from '../helpers/package.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: INSTALL_LIMIT_MS })

const execute = promisify(execFile)

const manifest = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const { tarball, files } = inject('built')

describe('the tarball', () => {
  it('holds only the two builds, their types, and documents', () => {
    const allowed = [
      /^(README|CHANGELOG|SECURITY)\.md$/,
      /^LICENSE$/,
      /^package\.json$/,
      /^dist\/cjs\/package\.json$/,
      /^dist\/esm\/cli\/[\w-]+\.(js|d\.ts)$/,
      /^dist\/schema\.sql$/,
      /^dist\/(esm|cjs)\/((challenge|flow|http|languages|mail|mail\/(smtp|template)|options|page|passport|pending|stores|stores\/(memory|redis|postgres|sqlite)|strategy|testing|testing\/codes|testing\/store|testing\/store\/cases|util)\/)?[\w-]+\.(js|d\.ts)$/,
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
    const pointers = JSON.stringify([exports, bin, main, module, types]).match(
      /(?<=")[./]*dist\/[^"]+/g,
    )
    expect(pointers?.length).toBeGreaterThan(10)
    for (const pointer of pointers ?? []) {
      // A pattern of a sub-path, such as `languages/*`.
      const [start = '', end = ''] = pointer.replace('./', '').split('*')
      const isThere = (file: string) =>
        pointer.includes('*') ? file.startsWith(start) && file.endsWith(end) : file === start
      expect(files.some(isThere), pointer).toBe(true)
    }
  })

  it('depends on three packages only', () => {
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

  it('runs no script when it is installed', () => {
    expect(
      Object.keys(manifest().scripts).filter((name) => /install|^prepare$/.test(name)),
    ).toEqual([])
  })
})

describe('the tarball, examined with tools', () => {
  let packages: string
  beforeAll(async () => {
    packages = await testPackages('packaging')
  })

  it('passes publint --strict, without a suggestion', async () => {
    const cli = join(packages, 'publint/src/cli.js')
    const { stdout } = await execute(process.execPath, [cli, 'run', tarball, '--strict'])
    expect(stdout).toContain('All good!')
  })

  it('passes attw for every way of resolving modules', async () => {
    const cli = join(packages, '@arethetypeswrong/cli/dist/index.js')
    const { stdout } = await execute(process.execPath, [
      cli,
      tarball,
      '--no-color',
      // Programs read this file as text: it has no module and no types.
      '--exclude-entrypoints',
      './schema.sql',
    ])
    expect(stdout).toContain('No problems found')
  })
})
