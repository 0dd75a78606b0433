import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Browser } from '../helpers/browser.js'
import { Document } from '../helpers/documents.js'
import { linkPackage, makeProject } from '../helpers/package.js'
import type { Mail } from '../helpers/smtp.js'
import { until } from '../helpers/until.js'
import { start } from '../hosts/program.js'

/** Replaces `Date.now()` of a program by one that a test can set forward: the file beside it has the milliseconds. */
const CLOCK = `import { readFileSync } from 'node:fs'
const { now } = Date
Date.now = () => now() + Number(readFileSync('clock', 'utf8'))
`

/** Stops a program before it destroys a session or checks a signature, while the file for that exists. */
const GAPS = `import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import session from 'express-session'
async function gap(place) {
  if (!existsSync(place)) return
  appendFileSync('held', '.')
  while (existsSync(place)) await setTimeout(5)
}
const { prototype } = session.MemoryStore
const { destroy } = prototype
prototype.destroy = function (...values) { gap('destroy').then(() => destroy.apply(this, values)) }
const { subtle } = globalThis.crypto
const verify = subtle.verify.bind(subtle)
subtle.verify = (...values) => gap('verify').then(() => verify(...values))
`
/** The environment of a program that `hold` can stop. */
export const WITH_GAPS = { NODE_OPTIONS: '--import ./clock.mjs --import ./gaps.mjs' }

/** What a guide tells its readers to install beside the package, and the folder that has it. */
interface GuidePackages {
  readonly from: string
  readonly names: readonly string[]
}

/** Makes a project of the whole program of a guide, and of the other files that it names. */
export async function projectOf(page: string, packages?: GuidePackages): Promise<string> {
  const document = new Document(page)
  const program = document.blocks.find(({ code }) => code.includes('app.listen('))
  if (!program) throw new Error(`no whole program in ${page}`)
  const folder = await makeProject({
    files: {
      ...document.files,
      'app.mjs': program.code,
      'clock.mjs': CLOCK,
      'gaps.mjs': GAPS,
      clock: '0',
    },
  })
  for (const name of packages?.names ?? []) linkPackage(folder, name, { from: packages?.from })
  return folder
}

/** Starts the program of a guide as its readers do. */
export async function startGuide(page: string, environment: object = {}, packages?: GuidePackages) {
  const folder = await projectOf(page, packages)
  const started = await start(folder, 'app.mjs', {
    NODE_OPTIONS: '--import ./clock.mjs',
    ...environment,
  })
  const { browser, smtp } = started
  /** The code of the first mail with one after so many mails. Notices, which are sent meanwhile, have none. */
  async function codeAfter(sent: number): Promise<string> {
    const isCode = ({ text }: Mail) => /^\d{6,10}\r?$/m.test(text)
    await until(() => smtp.mails.slice(sent).some(isCode))
    return smtp.mails.slice(sent).find(isCode)?.code ?? ''
  }
  /** Signs in with a code at `/login`. */
  async function signIn(email: string, one: Browser = browser()): Promise<Browser> {
    const sent = smtp.mails.length
    await one.submit('/login', { email })
    const entered = await one.submit('/login', { code: await codeAfter(sent) })
    if (entered.headers.get('location') !== '/') throw new Error(`not signed in: ${entered.text}`)
    return one
  }
  let passed = 0
  /** Sets the clock of the program forward. */
  function pass(ms: number): void {
    passed += ms
    writeFileSync(join(folder, 'clock'), `${passed}`)
  }
  /** Stops requests before the program destroys a session or checks a signature. */
  function hold(place: 'destroy' | 'verify') {
    const [file, held] = [join(folder, place), join(folder, 'held')]
    writeFileSync(held, '')
    writeFileSync(file, '')
    const release = () => rmSync(file, { force: true })
    onTestFinished(release)
    /** Waits until so many requests are stopped. */
    const stopped = (count: number) => until(() => readFileSync(held, 'utf8').length === count)
    return { stopped, release }
  }
  return { ...started, signIn, codeAfter, pass, hold }
}

/** Where a form leads. */
export async function locationOf(answer: Promise<{ headers: Headers }>): Promise<string | null> {
  return (await answer).headers.get('location')
}
