import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect } from 'vitest'
import { Document } from '../helpers/documents.js'
import { makeProject, pack, root, typeCheck } from '../helpers/package.js'
import { startProgram } from '../helpers/program.js'
import { Browser } from './browser.js'

export interface ProgramOptions {
  /** TypeScript, by file name; a document's blocks, as a rule. */
  readonly sources: Readonly<Record<string, string>>
  /** What the page says to install, as names of the repository's packages; `name: package` or `name: folder` for another. */
  readonly packages: Readonly<Record<string, string>> | readonly string[]
  /** Packages of an application on Express that this one has not. */
  readonly without?: readonly string[]
  /** Default: ES modules. */
  readonly packageJson?: object
  readonly compilerOptions?: object
}

/** The one TypeScript program of a page. Throws where there are none or several. */
export function programOf(page: string): string {
  const programs = new Document(page).blocks.filter(({ language }) => language === 'ts')
  const [program] = programs
  if (program === undefined || programs.length > 1) {
    throw new Error(`${programs.length} programs in ${page}`)
  }
  return program.code
}

/**
 * Makes a project with the packed package and what it needs beside it, and compiles its programs as the readers
 * of the page would: strictly. Gives the folder, with a `.js` for each source.
 */
export async function compile(options: ProgramOptions): Promise<string> {
  const { sources, packages, without = [], packageJson, compilerOptions } = options
  const { tarball } = await pack()
  const linked: Record<string, string> = Array.isArray(packages)
    ? Object.fromEntries(packages.map((name) => [name, name]))
    : { ...(packages as Record<string, string>) }
  const folder = await makeProject({
    tarball,
    files: sources,
    without: [...without, ...Object.keys(linked)],
    ...(packageJson && { packageJson }),
  })
  for (const [name, target] of Object.entries(linked)) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(resolve(root, 'node_modules', target), link, 'junction')
  }
  const said = await typeCheck(folder, {
    module: 'nodenext',
    // The types of other packages are not this test's business.
    skipLibCheck: true,
    noEmit: false,
    ...compilerOptions,
  })
  expect(said).toBe('')
  return folder
}

/** Starts a compiled program as the pages say, and waits until it answers. It ends with the test. */
export async function start(folder: string, file: string, environment = {}) {
  const { origin, ...started } = await startProgram(folder, [file], {
    // An error page must not be a stack trace where it counts.
    NODE_ENV: 'production',
    OTP_SECRET: 'dGhlIHNlY3JldCBvZiB0aGUgcHJvZ3JhbSBpbiBhIHRlc3Q=',
    SESSION_SECRET: 'c2Vzc2lvbnMgb2YgdGhlIHByb2dyYW0gaW4gYSB0ZXN0Li4=',
    ...environment,
  })
  return { ...started, browser: () => new Browser(origin) }
}

export type Started = Awaited<ReturnType<typeof start>>
