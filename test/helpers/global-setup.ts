import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { installExampleApp } from '../../scripts/install.mjs'
import { npmCli } from '../../scripts/npm.mjs'
import { installOnce } from './better-sqlite3.js'
import { createEmptyPglite } from './pglite.js'
import { createCluster, newDirectory, programs } from './postgres-cluster.js'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** The package and the example app, built once for all tests. */
export interface Built {
  /** A copy of the repository that has `dist/` and `example-app/dist/`. */
  readonly folder: string
  /** The package as `npm publish` would send it. */
  readonly tarball: string
  /** The paths of the files in the tarball. */
  readonly files: readonly string[]
  /** The folder that has the files of the tarball. */
  readonly unpacked: string
}

declare module 'vitest' {
  interface ProvidedContext {
    built: Built
    /** The files of a PostgreSQL without data. Empty where it is not installed. */
    emptyPostgres: string
  }
}

const SOURCES = [
  ...['src', 'scripts', 'example-app'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'],
  ...['README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md'],
]

/**
 * Builds and packs in a copy of the repository, so that no build of a developer changes the files while
 * tests use them.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  // A whole run needs it. Begun now, it is there before the first test waits for it. That test tells of an error.
  const installing = process.env.CI ? installOnce().catch(() => {}) : undefined
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'passport-email-otp-built-')))
  const isBuilt = (path: string) => ['dist', 'node_modules'].includes(basename(path))
  for (const name of SOURCES) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !isBuilt(path),
    })
  }
  const build = (...args: string[]) =>
    execute(process.execPath, ['scripts/build.mjs', ...args], { cwd: folder })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  await installExampleApp({})
  linkPackages(join(root, 'example-app/node_modules'), join(folder, 'example-app/node_modules'))
  const driver = 'example-app/better-sqlite3/node_modules'
  // Some tests install it. Until then the link leads nowhere.
  symlinkSync(join(root, driver), join(folder, driver), 'junction')
  const builds = [build('--unchecked'), build('example-app')]
  const [emptyPostgres] = await Promise.all([emptyCluster(), createEmptyPglite(), ...builds])
  project.provide('emptyPostgres', emptyPostgres)
  const pack = [npmCli(), 'pack', '--ignore-scripts', '--json']
  const { stdout } = await execute(process.execPath, pack, { cwd: folder })
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf('[\n')))
  const [tarball, unpacked] = [join(folder, filename), join(folder, '.unpacked')]
  mkdirSync(unpacked)
  await execute('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'])
  const paths = files.map(({ path }: { path: string }) => path)
  project.provide('built', { folder, tarball, files: paths, unpacked })
  return async () => {
    await installing
    rmSync(folder, { recursive: true, force: true })
    if (emptyPostgres) rmSync(dirname(emptyPostgres), { recursive: true, force: true })
  }
}

/** Creates the files of an empty PostgreSQL where it is installed. Every server of the tests starts from a copy. */
async function emptyCluster(): Promise<string> {
  if (programs === undefined) return ''
  const data = join(newDirectory(), 'data')
  await createCluster(data)
  return data
}

/**
 * Links the packages, so that npm has nothing to install. The build of the example app writes the built package. Passport
 * is copied: an application that a test starts from the source must not share its strategies.
 */
function linkPackages(from: string, to: string): void {
  const built = join(to, 'passport-email-otp')
  mkdirSync(built, { recursive: true })
  cpSync(join(root, 'package.json'), join(built, 'package.json'))
  for (const name of readdirSync(from)) {
    if (name === 'passport-email-otp') continue
    const isCopied = name === '.package-lock.json' || name === 'passport'
    if (isCopied) cpSync(join(from, name), join(to, name), { recursive: true })
    else symlinkSync(join(from, name), join(to, name), 'junction')
  }
}
