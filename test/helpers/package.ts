import { execFile } from 'node:child_process'
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { onFileFinished } from './file-end.js'

const execute = promisify(execFile)

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What npm would install beside the package in an application on Express, types included. */
const BESIDE = [
  'connect-pg-simple',
  'connect-redis',
  'express',
  'express-session',
  'express-rate-limit',
  'helmet',
  'nodemailer',
  'passport',
  'passport-local',
  'passport-strategy',
  'pg',
  'redis',
  '@types/connect-pg-simple',
  '@types/express',
  '@types/express-session',
  '@types/node',
  '@types/passport',
  '@types/passport-local',
  '@types/passport-strategy',
  '@types/pg',
]

export interface ProjectOptions {
  readonly packageJson?: object
  /** By path. */
  readonly files: Readonly<Record<string, string>>
  /** Packages that are not installed. */
  readonly without?: readonly string[]
  /** A folder of packages that are used instead of the repository's. */
  readonly from?: string | undefined
}

/**
 * Makes a project that has the packed package installed, and gives its folder. The other packages are links to
 * packages that are installed already.
 */
export async function makeProject(options: ProjectOptions): Promise<string> {
  const { packageJson = { type: 'module' }, files, without = [], from } = options
  const folder = temporaryFolder()
  installPacked(folder)
  for (const name of BESIDE) {
    if (!without.includes(name)) linkPackage(folder, name, { from })
  }
  write(folder, 'package.json', JSON.stringify({ private: true, ...packageJson }))
  for (const [path, text] of Object.entries(files)) write(folder, path, text)
  return folder
}

/** Puts the packed package into `node_modules` of a project: folders, and hard links to its unpacked files. */
export function installPacked(folder: string): void {
  const { files, unpacked } = inject('built')
  const installed = join(folder, 'node_modules/passport-email-otp')
  for (const path of new Set(files.map((file) => dirname(file)))) {
    mkdirSync(join(installed, path), { recursive: true })
  }
  for (const file of files) linkSync(join(unpacked, file), join(installed, file))
}

/** Links a package into a project: that of `from` if the folder has it, otherwise that of the repository. */
export function linkPackage(
  folder: string,
  name: string,
  { from, target = name }: { from?: string | undefined; target?: string } = {},
): void {
  const places = [from, join(root, 'node_modules')].filter((place) => place !== undefined)
  const found = places.map((place) => join(place, target)).find(existsSync)
  if (found === undefined) throw new Error(`the package ${target} is not installed`)
  const link = join(folder, 'node_modules', name)
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(found, link, 'junction')
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

/** Runs a Node program in a project and gives what it printed. Rejects where it fails. */
export async function runNode(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(process.execPath, args, { cwd: folder })
  return stdout
}

/**
 * Compiles a project strictly, with the types of the packed package, and gives what tsc has to say: nothing.
 * `typescript` is the folder of another compiler than the repository's.
 */
export async function typeCheck(
  folder: string,
  compilerOptions: object,
  typescript?: string,
): Promise<string> {
  const config = {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      esModuleInterop: true,
      moduleDetection: 'force',
      skipLibCheck: false,
      noEmit: true,
      types: ['node'],
      ...compilerOptions,
    },
    include: ['*.ts', '*.mts', '*.cts'],
  }
  write(folder, 'tsconfig.json', JSON.stringify(config))
  if (typescript === undefined) {
    // Many unit tests need nothing but the root of this module, and the compiler is large.
    const { compileProject } = await import('./compile.js')
    return compileProject(folder)
  }
  return runNode(folder, join(typescript, 'bin/tsc'), '-p', '.').catch(({ stdout }) => stdout)
}

/** An empty folder, which is removed after the test file. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'passport-email-otp-')))
  onFileFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
