import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import type { Browser } from '../helpers/browser.js'
import { Document } from '../helpers/documents.js'
import { git } from '../helpers/git.js'
import { temporaryFolder } from '../helpers/package.js'
import { until } from '../helpers/until.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { compile, programOf, type Started, start } from './program.js'

const PAGE = 'docs/guides/add-to-passport-local.md'
const ADA = 'ada@example.com'
/** The address as it is stored in the program: as it was typed. */
const STORED = 'Ada@Example.com'
const PASSWORD = 'correct horse battery staple'
const packages = ['passport-local', '@types/passport-local']

const post = async (
  browser: Browser,
  path: string,
  fields: Record<string, string> | URLSearchParams,
) => (await browser.submit(path, fields)).headers.get('location')

/** Applies the page's diff to a program, with git as a reader would. */
async function patched(program: string): Promise<string> {
  const diff = new Document(PAGE).blocks.find(({ language }) => language === 'diff')?.code ?? ''
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'app.ts'), program)
  writeFileSync(join(folder, 'change.diff'), diff)
  await git(folder, 'apply', 'change.diff')
  return readFileSync(join(folder, 'app.ts'), 'utf8')
}

/** Lets a program parse JSON, and gives it a route that makes a session as the program did before the change. */
const extended = (
  program: string,
) => `${program.replace(/^app.use.express.urlencoded.*$/m, '$&\napp.use(express.json())')}
app.get('/former-session', (req, res) => {
  Object.assign(req.session, { passport: { user: '${STORED}' } })
  res.end()
})
`

describe.each(['before', 'after'])('%s the change', (when) => {
  let folder: string
  let extendedProgram: Started

  beforeAll(async () => {
    const before = programOf(PAGE)
    const program = when === 'before' ? before : await patched(before)
    const sources = { 'app.ts': program, 'extended.ts': extended(program) }
    folder = await compile({ sources, packages })
    extendedProgram = await start(folder, 'extended.js')
  })

  it('signs in with the right password and not with a wrong one', async () => {
    const { browser, smtp } = extendedProgram
    const ada = browser()
    expect(await post(ada, '/login', { email: STORED, password: 'guess' })).toBe('/login')
    expect((await ada.get('/login')).text).toContain('Wrong address or password.')
    expect(await post(ada, '/login', { email: STORED, password: PASSWORD })).toBe('/')
    expect((await ada.get('/')).json).toEqual({ email: STORED })
    expect(smtp.mails).toEqual([])
  })

  it('refuses a field that comes twice or is no text, and goes on', async () => {
    const { browser, output } = extendedProgram
    const ada = browser()
    for (const fields of [
      `email=${STORED}&email=b&password=x`,
      `email=${STORED}&password=x&password=y`,
    ]) {
      expect(await post(ada, '/login', new URLSearchParams(fields))).toBe('/login')
      expect((await ada.get('/login')).text).toContain('Missing credentials')
    }
    for (const body of [
      { email: 7, password: PASSWORD },
      { email: STORED, password: 7 },
    ]) {
      expect((await ada.postJson('/login', body)).headers.get('location')).toBe('/login')
      expect((await ada.get('/login')).text).toContain('Wrong address or password.')
    }
    expect(await post(ada, '/login', { email: STORED, password: PASSWORD })).toBe('/')
    expect(output.text).not.toContain('Error')
  })

  if (when === 'before') return

  it('ends a session from before the change, and goes on', async () => {
    const { browser, output } = extendedProgram
    const ada = browser()
    expect((await ada.get('/former-session')).status).toBe(200)
    expect((await ada.get('/')).headers.get('location')).toBe('/login')
    expect(await post(ada, '/login', { email: STORED, password: PASSWORD })).toBe('/')
    expect((await ada.get('/')).json).toEqual({ email: STORED })
    expect(output.text).not.toContain('Error')
  })

  it('signs in the same user with a code', async () => {
    const { browser, smtp } = await start(folder, 'app.js')
    const ada = browser()
    expect((await ada.get('/login')).text).toContain('href="/login/code"')
    expect(await post(ada, '/login/code', { email: 'ADA@example.com' })).toBe('/login/code')
    const { code } = await smtp.next()
    expect((await ada.get('/login/code')).text).toContain('name="code"')
    expect(await post(ada, '/login/code', { code: wrongCode(code) })).toBe('/login/code')
    const told = (await ada.get('/login/code')).text
    expect(told).toContain(en.reasons.invalid_code({ attemptsLeft: 4 }))
    // A mistyped address can be corrected at once.
    expect(told).toContain('type="email"')
    expect(await post(ada, '/login/code', { code })).toBe('/')
    expect((await ada.get('/')).json).toEqual({ email: STORED })
    // A second request with the same code leads back to the page, and from there to where the first one led.
    expect(await post(ada, '/login/code', { code })).toBe('/login/code')
    expect((await ada.get('/login/code')).headers.get('location')).toBe('/')
  })

  it('lets nobody into an account with a password or session from before its address was proven', async () => {
    const { browser, smtp } = await start(folder, 'app.js')
    // Eve has registered with Ada's address, and is signed in.
    const [eve, ada, phone] = [browser(), browser(), browser()]
    expect(await post(eve, '/login', { email: ADA, password: PASSWORD })).toBe('/')
    expect((await eve.get('/')).json).toEqual({ email: STORED })

    const signIn = async (visitor: Browser) => {
      await post(visitor, '/login/code', { email: ADA })
      return post(visitor, '/login/code', { code: (await smtp.next()).code })
    }
    expect(await signIn(ada)).toBe('/')
    expect((await eve.get('/')).headers.get('location')).toBe('/login')
    expect(await post(eve, '/login', { email: ADA, password: PASSWORD })).toBe('/login')
    expect((await eve.get('/login')).text).toContain('Wrong address or password.')
    expect((await ada.get('/')).json).toEqual({ email: STORED })

    // The address is verified now: a second sign-in ends no sessions.
    expect(await signIn(phone)).toBe('/')
    expect((await ada.get('/')).json).toEqual({ email: STORED })
  })

  it('prints why a mail failed, which no error page can say after the answer', async () => {
    const { browser, smtp, output } = await start(folder, 'app.js')
    smtp.rejectRecipient()
    expect(await post(browser(), '/login/code', { email: ADA })).toBe('/login/code')
    await until(() => output.text.includes('responseCode: 550'))
    expect(output.text).toContain('send_failed')
  })

  it('shows a stranger the same page, and sends no mail', async () => {
    const { browser, smtp } = extendedProgram
    const [ada, eve] = [browser(), browser()]
    const pages = []
    for (const [visitor, email] of [
      [eve, 'eve@example.com'],
      [ada, ADA],
    ] as const) {
      expect(await post(visitor, '/login/code', { email })).toBe('/login/code')
      const { text } = await visitor.get('/login/code')
      // The address is the visitor's own, the id of the request is random, and seconds pass.
      const withoutId = text.replace(/(name="pendingId" value|data-pending)="\w+"/g, '')
      pages.push(withoutId.replaceAll(email, 'EMAIL').replace(/\d+/g, 'N'))
    }
    expect(pages[0]).toBe(pages[1])
    await smtp.next()
    expect(smtp.mails.map(({ envelope }) => envelope.to)).toEqual([[ADA]])
  })
})

describe('the change', () => {
  it('is short', () => {
    const diff = new Document(PAGE).blocks.find(({ language }) => language === 'diff')?.code ?? ''
    const lines = diff.split('\n').slice(2)
    expect(lines.filter((line) => line.startsWith('+')).length).toBeLessThan(35)
    expect(lines.filter((line) => line.startsWith('-')).length).toBeLessThan(6)
  })
})
