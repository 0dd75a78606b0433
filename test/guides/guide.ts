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

/**
 * Stops a program before it destroys a session or checks a signature, while the file for that exists. While another one
 * exists, the program reads sessions as if they held an address in place of the user.
 */
const GAPS = `import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import session from 'express-session'
async function gap(place) {
  if (!existsSync(place)) return
  appendFileSync('held', '.')
  while (existsSync(place)) await setTimeout(5)
}
const { prototype } = session.MemoryStore
const { destroy, get } = prototype
prototype.destroy = function (...values) { gap('destroy').then(() => destroy.apply(this, values)) }
prototype.get = function (id, done) {
  get.call(this, id, (err, stored) => {
    if (stored?.passport && existsSync('former')) stored.passport.user = 'ada@example.com'
    done(err, stored)
  })
}
const { subtle } = globalThis.crypto
const verify = subtle.verify.bind(subtle)
subtle.verify = (...values) => gap('verify').then(() => verify(...values))
`
/** The environment of a program that `hold` can stop, and whose sessions `makeFormer` changes. */
export const WITH_GAPS = { NODE_OPTIONS: '--import ./clock.mjs --import ./gaps.mjs' }

/** What a guide tells its readers to install beside the package, and the folder that has it. */
interface GuidePackages {
  readonly from: string
  readonly names: readonly string[]
}

/**
 * Starts the program of a guide as its readers do, in a project with the other files that the guide names and its
 * packages.
 */
export async function startGuide(page: string, environment: object = {}, packages?: GuidePackages) {
  const document = new Document(page)
  const program = document.blocks.find(({ code }) => code.includes('app.listen('))
  if (!program) throw new Error(`no whole program in ${page}`)
  const own = { 'app.mjs': program.code, 'clock.mjs': CLOCK, 'gaps.mjs': GAPS, clock: '0' }
  const folder = await makeProject({ files: { ...document.files, ...own } })
  for (const name of packages?.names ?? []) linkPackage(folder, name, { from: packages?.from })
  const options = { NODE_OPTIONS: '--import ./clock.mjs', ...environment }
  const started = await start(folder, 'app.mjs', options)
  const { browser, smtp } = started
  /** The code of the first mail with one after so many mails. Notices, which are sent meanwhile, have none. */
  async function codeAfter(sent: number): Promise<string> {
    const isCode = ({ text }: Mail) => /^\d{6,10}\r?$/m.test(text)
    await until(() => smtp.mails.slice(sent).some(isCode))
    return smtp.mails.slice(sent).find(isCode)?.code ?? ''
  }
  /** Requests a code at a path, enters the one of the mail, and returns where that leads. */
  async function enterCode(one: Browser, email: string, path = '/login', enterAt = path) {
    const sent = smtp.mails.length
    await one.submit(path, { email })
    return locationOf(one.submit(enterAt, { code: await codeAfter(sent) }))
  }
  /** Signs in with a code at `/login`. */
  async function signIn(email: string, one: Browser = browser()): Promise<Browser> {
    const leadsTo = await enterCode(one, email)
    if (leadsTo !== '/') throw new Error(`not signed in: ${leadsTo}`)
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
  /** Lets all sessions hold an address in place of the user, until the test has finished. */
  function makeFormer(): void {
    const file = join(folder, 'former')
    writeFileSync(file, '')
    onTestFinished(() => rmSync(file))
  }
  return { ...started, signIn, enterCode, codeAfter, pass, hold, makeFormer }
}

/** Where a form leads. */
export async function locationOf(answer: Promise<{ headers: Headers }>): Promise<string | null> {
  return (await answer).headers.get('location')
}
