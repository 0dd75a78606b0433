import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, symlinkSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { Document } from '../helpers/documents.js'
import { makeProject, pack, root, typeCheck } from '../helpers/package.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'
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

export interface Started {
  /** A browser with cookies of its own. */
  browser(): Browser
  /** The mail server that the program was given. */
  readonly smtp: Smtp
  /** What it printed so far. */
  readonly output: { text: string }
}

/** Starts a compiled program as the pages say, and waits until it answers. It ends with the test. */
export async function start(folder: string, file: string, environment = {}): Promise<Started> {
  const port = await freePort()
  const smtp = await startSmtp()
  onTestFinished(() => smtp.close())
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      // An error page must not be a stack trace where it counts.
      NODE_ENV: 'production',
      PORT: `${port}`,
      SMTP_URL: smtp.url,
      OTP_SECRET: 'dGhlIHNlY3JldCBvZiB0aGUgcHJvZ3JhbSBpbiBhIHRlc3Q=',
      SESSION_SECRET: 'c2Vzc2lvbnMgb2YgdGhlIHByb2dyYW0gaW4gYSB0ZXN0Li4=',
      ...environment,
    },
  })
  onTestFinished(() => void child.kill())
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output.text += text
    })
  }
  const origin = `http://127.0.0.1:${port}`
  await untilItAnswers(origin, child, output)
  return { browser: () => new Browser(origin), smtp, output }
}

async function untilItAnswers(origin: string, child: ChildProcess, output: { text: string }) {
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the program ended:\n${output.text}`)
  })
  ended.catch(() => {})
  const answers = async (): Promise<void> => {
    while (!(await fetch(origin, { redirect: 'manual' }).catch(() => false))) await wait(20)
  }
  await Promise.race([answers(), ended])
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
