import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

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
}

declare module 'vitest' {
  interface ProvidedContext {
    built: Built
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
export default async function setUp(project: TestProject): Promise<() => void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'passport-email-otp-built-')))
  const isBuilt = (path: string) => ['dist', 'node_modules'].includes(basename(path))
  for (const name of SOURCES) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !isBuilt(path),
    })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  await execute(process.execPath, ['scripts/build.mjs', 'example-app'], { cwd: folder })
  const { stdout } = await npm(folder, ['pack', '--ignore-scripts', '--json'])
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf('[\n')))
  project.provide('built', {
    folder,
    tarball: join(folder, filename),
    files: files.map(({ path }: { path: string }) => path),
  })
  return () => rmSync(folder, { recursive: true, force: true })
}

/** The npm that runs this process, otherwise the one on the path (npm.cmd on Windows). */
function npm(cwd: string, args: readonly string[]) {
  const cli = process.env.npm_execpath
  if (cli?.endsWith('npm-cli.js')) return execute(process.execPath, [cli, ...args], { cwd })
  return execute('npm', args, { cwd, shell: process.platform === 'win32' })
}
