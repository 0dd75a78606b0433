import { beforeAll, expect, it, vi } from 'vitest'
import { linkPackage, makeProject } from '../helpers/package.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { compile, programOf, startWithTsx } from './program.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: INSTALL_LIMIT_MS })

const ADA = 'ada@example.com'
// As `npm init -y` of npm 11 writes it. The tests of each host run its program as an ES module, and so one is enough here.
const COMMON_JS = { type: 'commonjs' }
const MODULE = { type: 'module' }

let tsx: string
beforeAll(async () => {
  tsx = await testPackages('tsx')
})

/** Starts the program of a page by its command. */
async function startPage(page: string, packageJson = COMMON_JS, program = programOf(page)) {
  const folder = await makeProject({ files: { 'app.ts': program }, packageJson })
  linkPackage(folder, 'cookie-session')
  return startWithTsx(page, folder, tsx)
}

it.each([
  ['docs/hosts/express.md', MODULE],
  ['docs/hosts/express.md', COMMON_JS],
  ['docs/hosts/cookie-session.md', COMMON_JS],
  ['docs/guides/add-to-passport-local.md', COMMON_JS],
])('the program of %s starts with the command of its page: %o', async (page, packageJson) => {
  const { browser } = await startPage(page, packageJson)
  expect((await browser().get('/login')).status).toBe(200)
})

it.each(['after-a-redirect', 'return-to', 'trusted-browsers'])(
  'the program of docs/guides/%s.md compiles strictly',
  async (name) => {
    const program = programOf(`docs/guides/${name}.md`)
    await compile({ sources: { 'app.ts': program }, packages: [], packageJson: COMMON_JS })
  },
)

it('the guide after-a-redirect tells the page what happened, and brings the user back after a mail that failed', async () => {
  const { browser, smtp } = await startPage('docs/guides/after-a-redirect.md')
  const ada = browser()
  const page = async () => (await ada.get('/login')).json as Record<string, { reason: string }>
  await page()
  smtp.rejectRecipient()
  const failed = await ada.submit('/login', { email: ADA })
  expect([failed.status, failed.headers.get('location')]).toEqual([302, '/login'])
  expect((await page()).outcome?.reason).toBe('not_sent')
  smtp.behave()
  // After a refusal, the mail server's address rests for the spacing.
  const ben = browser()
  await ben.get('/login')
  await ben.submit('/login', { email: 'ben@example.com' })
  const { code } = await smtp.next()
  await ben.submit('/login', { code: wrongCode(code) })
  const { outcome } = (await ben.get('/login')).json as { outcome: object }
  expect(outcome).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
  await ben.submit('/login', { code })
  expect((await ben.get('/')).json).toEqual({ user: { email: 'ben@example.com' } })
})

it('the guide return-to leads from a protected page to the sign-in and back to that page', async () => {
  const { browser, smtp } = await startPage('docs/guides/return-to.md')
  const ada = browser()
  expect((await ada.get('/active')).headers.get('location')).toBe('/login')
  await ada.get('/login')
  await ada.submit('/login', { email: ADA })
  const { code } = await smtp.next()
  const signedIn = await ada.submit('/login', { code })
  expect(signedIn.headers.get('location')).toBe('/active')
  expect((await ada.get('/active')).json).toEqual({ active: { email: ADA } })
})

it('the guide return-to leads to no other site where the guard protects every path', async () => {
  const page = 'docs/guides/return-to.md'
  const whole = programOf(page).replace(
    "app.get('/active', signedIn",
    "app.get('/{*path}', signedIn",
  )
  const { browser, smtp, origin } = await startPage(page, COMMON_JS, whole)
  for (const [path, back] of [
    ['/a/page?of=it', '/a/page?of=it'],
    ['//evil.example/x', '/'],
  ]) {
    const one = browser()
    expect((await one.get(`${origin}${path}`)).headers.get('location')).toBe('/login')
    const email = `user-at-${back?.length}@example.com`
    await one.submit('/login', { email })
    const { code } = await smtp.next()
    const signedIn = await one.submit('/login', { code })
    expect(signedIn.headers.get('location')).toBe(back)
  }
})

it('the guide trusted-browsers skips the code on a ticked browser until the password changes, which ends all other sessions and sign-ins too', async () => {
  const { browser, smtp } = await startPage('docs/guides/trusted-browsers.md')
  const [ada, other] = [browser(), browser()]
  const location = async (answer: Promise<{ headers: Headers }>) =>
    (await answer).headers.get('location')
  const enterPassword = (one: typeof ada, password = 'correct horse') =>
    location(one.submit('/password', { email: ADA, password }))

  expect(await enterPassword(ada, 'wrong')).toBe('/password')
  const twice = new URLSearchParams(`email=${ADA}&password=a&password=b`)
  expect(await location(ada.submit('/password', twice))).toBe('/password')
  expect(await enterPassword(ada)).toBe('/password/code')
  expect((await ada.get('/password/code')).text).toContain('name="trustBrowser"')
  const { code } = await smtp.next()
  const ticked = { code, trustBrowser: 'on' }
  expect(await location(ada.submit('/password/code', ticked))).toBe('/')
  expect((await ada.get('/')).json).toEqual({ email: ADA })

  // Without its session, as after a logout or when the browser was closed.
  const forgetSession = () => ada.cookies.delete('connect.sid')
  forgetSession()
  expect(await enterPassword(ada)).toBe('/')
  expect((await ada.get('/')).json).toEqual({ email: ADA })
  expect(smtp.mails).toHaveLength(1)
  forgetSession()
  expect(await enterPassword(ada, 'wrong')).toBe('/password')
  expect(await location(ada.get('/'))).toBe('/password')
  // Has read the password, and waits for the code.
  expect(await enterPassword(other)).toBe('/password/code')
  const late = { code: (await smtp.next()).code, trustBrowser: 'on' }

  expect(await enterPassword(ada)).toBe('/')
  const change = (fields: Record<string, string>) => ada.submit('/account/password', fields)
  const current = 'correct horse'
  const thief = browser()
  for (const [name, value] of ada.cookies) thief.cookies.set(name, value)
  expect((await thief.get('/')).json).toEqual({ email: ADA })
  expect((await change({})).status).toBe(403)
  expect((await change({ current: 'guess', password: 'battery staple' })).status).toBe(403)
  expect((await change({ current })).status).toBe(400)
  expect((await change({ current, password: 'short' })).status).toBe(400)
  expect(await location(change({ current, password: 'battery staple' }))).toBe('/')
  expect((await ada.get('/')).json).toEqual({ email: ADA })
  expect(await location(thief.get('/'))).toBe('/password')
  expect(await location(other.submit('/password/code', late))).toBe('/password/code')
  expect(await location(other.get('/'))).toBe('/password')
  expect([...other.cookies.keys()].filter((name) => name.endsWith('.trusted'))).toEqual([])
  forgetSession()
  expect(await enterPassword(ada, 'battery staple')).toBe('/password/code')
})
