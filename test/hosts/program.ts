import { join } from 'node:path'
import { expect } from 'vitest'
import { Browser } from '../helpers/browser.js'
import { commandsOf, Document } from '../helpers/documents.js'
import { linkPackage, makeProject, typeCheck } from '../helpers/package.js'
import { startProgram } from '../helpers/program.js'

export interface ProgramOptions {
  /** TypeScript sources by file name, usually blocks of a document. */
  readonly sources: Readonly<Record<string, string>>
  /** The packages that the page installs, by name. `name: package` links another package under that name. */
  readonly packages: Readonly<Record<string, string>> | readonly string[]
  /** The folder of the packages. One that it lacks is the repository's. */
  readonly from?: string
  /** Packages of an application on Express that this application does not have. */
  readonly without?: readonly string[]
  /** Default: ES modules. */
  readonly packageJson?: object
  readonly compilerOptions?: object
}

/** Returns the only TypeScript program of a page. Throws if there is none or more than one. */
export function programOf(page: string): string {
  const programs = new Document(page).blocks.filter(({ language }) => language === 'ts')
  const [program] = programs
  if (program === undefined || programs.length > 1) {
    throw new Error(`${programs.length} programs in ${page}`)
  }
  return program.code
}

/**
 * Creates a project with the packed package and the other packages, and compiles its programs strictly. Returns
 * the folder, with a `.js` file for each source.
 */
export async function compile(options: ProgramOptions): Promise<string> {
  const { sources, packages, from, without = [], packageJson, compilerOptions } = options
  const linked: Record<string, string> = Array.isArray(packages)
    ? Object.fromEntries(packages.map((name) => [name, name]))
    : { ...(packages as Record<string, string>) }
  const folder = await makeProject({
    files: sources,
    without: [...without, ...Object.keys(linked)],
    from,
    ...(packageJson && { packageJson }),
  })
  for (const [name, target] of Object.entries(linked)) {
    linkPackage(folder, name, { from, target })
  }
  const said = await typeCheck(folder, {
    module: 'nodenext',
    // This test does not check the types of other packages.
    skipLibCheck: true,
    noEmit: false,
    ...compilerOptions,
  })
  expect(said).toBe('')
  return folder
}

/** Starts a compiled program as the pages describe, and waits until it answers. It ends with the test file. */
export async function start(
  folder: string,
  file: string,
  environment = {},
  args: readonly string[] = [],
) {
  const { origin, ...started } = await startProgram(folder, [file, ...args], {
    // In production an error page must not be a stack trace.
    NODE_ENV: 'production',
    OTP_SECRET: 'dGhlIHNlY3JldCBvZiB0aGUgcHJvZ3JhbSBpbiBhIHRlc3Q=',
    SESSION_SECRET: 'c2Vzc2lvbnMgb2YgdGhlIHByb2dyYW0gaW4gYSB0ZXN0Li4=',
    ...environment,
  })
  return { ...started, origin, browser: () => new Browser(origin) }
}

/** Starts a program by the command of its page, without a compiled file. `tsx` is the folder of its packages. */
export function startWithTsx(page: string, folder: string, tsx: string, environment = {}) {
  const commands = new Document(page).blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => commandsOf(code))
  const [, file] = /^npx tsx (\S+)$/m.exec(commands.join('\n')) ?? []
  if (file === undefined) throw new Error(`${page} does not say how to start its program`)
  return start(folder, join(tsx, 'tsx/dist/cli.mjs'), environment, [file])
}

export type Started = Awaited<ReturnType<typeof start>>
