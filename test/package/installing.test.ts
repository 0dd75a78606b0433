import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { npmCli } from '../../scripts/npm.mjs'
import { root } from '../helpers/package.js'

interface Manifest {
  readonly dependencies?: object
  readonly devDependencies?: object
  readonly optionalDependencies?: object
}

interface Entry extends Manifest {
  readonly version?: string
  readonly resolved?: string
  readonly optional?: boolean
  readonly deprecated?: string
  readonly engines?: { readonly node?: string }
}

const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))
const lockOf = (folder: string): Record<string, Entry> =>
  readJson(`${folder}/package-lock.json`).packages

const SETS = readdirSync(join(root, 'test/packages')).map((name) => `test/packages/${name}`)
const INSTALLED_BY_USERS = ['.', 'example-app']
const FOLDERS = [...INSTALLED_BY_USERS, ...SETS]
/** What npm compares versions with. It warns of a package that this Node.js is too old for. */
const { satisfies } = createRequire(npmCli())('semver')
const [nodeVersion = 0] = process.versions.node.split('.').map(Number)

it.each(INSTALLED_BY_USERS)(
  'npm ci installs the packages of %s without a warning',
  async (folder) => {
    const args = ['ci', '--dry-run', '--offline', '--ignore-scripts', '--no-update-notifier']
    const options = { cwd: join(root, folder) }
    const { stderr } = await promisify(execFile)(process.execPath, [npmCli(), ...args], options)
    expect(stderr).toBe('')
  },
)

it('a script of package.json that runs a program of a package installs it first', () => {
  const { scripts } = readJson('package.json') as { scripts: Record<string, string> }
  const programs = new Set(readdirSync(join(root, 'node_modules/.bin')))
  const running = Object.values(scripts).filter((script) =>
    script.split(' && ').some((command) => programs.has(command.split(' ')[0] ?? '')),
  )
  expect(running).not.toEqual([])
  for (const script of running) expect(script.split(' && ')[0]).toBe('node scripts/install.mjs')
})

describe.each(FOLDERS)('the packages of %s', (folder) => {
  it('are those that package.json names', () => {
    const listed = ({ dependencies, devDependencies, optionalDependencies }: Manifest) => ({
      ...{ dependencies, devDependencies, optionalDependencies },
    })
    expect(listed(lockOf(folder)[''] ?? {})).toEqual(listed(readJson(`${folder}/package.json`)))
  })

  it.skipIf(folder.endsWith('nest-12') && nodeVersion < 22)(
    'support this Node.js, and none is deprecated',
    () => {
      const isWrong = ({ deprecated, engines, optional }: Entry) =>
        deprecated || (!optional && !satisfies(process.version, engines?.node ?? '*'))
      const wrong = Object.entries(lockOf(folder)).filter(([, entry]) => isWrong(entry))
      expect(wrong.map(([name]) => name)).toEqual([])
    },
  )

  it('come from any registry: package-lock.json names none, and .npmrc keeps it so', () => {
    const resolved = Object.values(lockOf(folder)).flatMap(({ resolved = [] }) => resolved)
    expect(resolved).toEqual(folder === 'example-app' ? ['file:..'] : [])
    const settings = readFileSync(join(root, folder, '.npmrc'), 'utf8')
    expect(settings).toContain('omit-lockfile-registry-resolved=true\n')
  })
})

describe('npm start', () => {
  it('installs at most 150 packages, without clients of Redis and PostgreSQL', () => {
    const { '': _, ...packages } = lockOf('example-app')
    const installed = Object.keys(packages).filter((path) => !packages[path]?.optional)
    expect(installed.length).toBeLessThanOrEqual(150)
    expect(installed.length).toBeGreaterThan(50)
    expect(installed.filter((path) => /\/(pg|redis|connect-\w+)/.test(path))).toEqual([])
  })

  it('installs what this version of the package depends on', () => {
    const { version, dependencies, peerDependencies } = readJson('package.json')
    expect(lockOf('example-app')['node_modules/passport-email-otp']).toMatchObject({
      version,
      dependencies,
      peerDependencies,
    })
  })
})

it('each set of packages is used by one test file, because two must not install it at once', () => {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .map((file) => readFileSync(join(root, 'test', file), 'utf8'))
  for (const set of SETS) {
    // A test file may add the version: `nest-${version}`.
    const [, name] = /packages\/(.*?)(-\d+)?$/.exec(set) ?? []
    const call = new RegExp(`testPackages\\(['\`]${name}\\b`)
    expect(
      files.filter((text) => call.test(text)),
      set,
    ).toHaveLength(1)
  }
})
