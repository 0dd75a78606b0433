import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Document } from '../helpers/documents.js'
import { linkPackage, makeProject } from '../helpers/package.js'
import type { Mail } from '../helpers/smtp.js'
import { until } from '../helpers/until.js'
import type { Browser } from '../hosts/browser.js'
import { start } from '../hosts/program.js'

/** Replaces `Date.now()` of a program by one that a test can set forward: the file beside it has the milliseconds. */
const CLOCK = `import { readFileSync } from 'node:fs'
const { now } = Date
Date.now = () => now() + Number(readFileSync('clock', 'utf8'))
`

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
    files: { ...document.files, 'app.mjs': program.code, 'clock.mjs': CLOCK, clock: '0' },
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
  return { ...started, signIn, codeAfter, pass }
}

/** Where a form leads. */
export async function locationOf(answer: Promise<{ headers: Headers }>): Promise<string | null> {
  return (await answer).headers.get('location')
}
