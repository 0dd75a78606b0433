import { once } from 'node:events'
import { createServer as createHttpServer, request as forward } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { chromiumPath, launchOptions, noBrowser } from '../browser/chromium.js'
import { SELF_SIGNED } from '../helpers/certificates.js'
import { Document } from '../helpers/documents.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { compile, type Started, start, startWithTsx } from './program.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: INSTALL_LIMIT_MS })

const DOCUMENT = 'docs/hosts/single-page-application.md'
const { 'app.ts': program = '', 'api.js': client = '' } = new Document(DOCUMENT).files

const API = 'api.acme.example'
const OTHER_SITE = 'https://acme-app.example'
const SAME_SITE = 'https://app.acme.example'
const ADA = 'ada@example.com'

/** The program as the page says it should be on one site. */
const sameSite = program
  .replace(/^ *(trustedOrigins|knownBrowsers).*\n/gm, '')
  .replace(/cookie: \{.*\}/, "cookie: { sameSite: 'lax', secure: 'auto' }")

const PROGRAMS = {
  'app.ts': program,
  'same-site.ts': sameSite,
  'with-known-browsers.ts': program.replace('knownBrowsers: false', 'knownBrowsers: true'),
  'without-trust.ts': program.replace(/^ *trustedOrigins.*\n/m, ''),
  'unpartitioned.ts': program.replace(', partitioned: true', ''),
}

/** What a page of the application calls. */
interface Api {
  me(): Promise<{ email: string | null }>
  pending(): Promise<{ pending: { email: string } | null }>
  requestCode(email: string): Promise<{ reason: string }>
  enterCode(code: string): Promise<{ reason: string; user?: { email: string } }>
  signOut(): Promise<object>
}
declare const api: Api

describe.skipIf(noBrowser)('the program for a single-page application, in Chromium', () => {
  let folder: string
  let packages: string
  let browser: Browser
  /** Where requests for the API go. */
  let current: Started
  const seen: string[] = []

  beforeAll(async () => {
    packages = await testPackages('cors')
    const from = packages
    folder = await compile({ sources: PROGRAMS, packages: ['cors', '@types/cors'], from })
    // TLS for all hosts: one is the API, and any other is a page.
    const server = createServer(SELF_SIGNED, (req, res) => {
      if (req.headers.host !== API) {
        const isScript = req.url === '/api.js'
        res.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
        res.end(isScript ? client : PAGE)
        return
      }
      seen.push(`${req.method} ${req.headers['sec-fetch-site']}`)
      const headers = { ...req.headers, 'x-forwarded-proto': 'https' }
      const onward = {
        port: new URL(current.origin).port,
        path: req.url,
        method: req.method,
        headers,
      }
      req.pipe(
        forward(onward, (answer) => {
          res.writeHead(answer.statusCode ?? 500, answer.headers)
          answer.pipe(res)
        }),
      )
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    ends.push(
      () => server.closeAllConnections(),
      () => server.close(),
    )
    const { port } = server.address() as AddressInfo
    const args = [
      ...launchOptions.args,
      `--host-resolver-rules=MAP *:443 127.0.0.1:${port}`,
      // As where the user has forbidden cookies of other sites.
      '--test-third-party-cookie-phaseout',
    ]
    browser = await chromium.launch({ ...launchOptions, executablePath: chromiumPath, args })
    ends.push(() => browser.close())
  })
  const ends: (() => unknown)[] = []
  afterAll(async () => {
    for (const end of ends.reverse()) await end()
  })

  async function open(file: keyof typeof PROGRAMS, origin: string) {
    const environment = { PAGE_ORIGIN: origin }
    current =
      file === 'app.ts'
        ? await startWithTsx(DOCUMENT, folder, packages, environment)
        : await start(folder, file.replace('.ts', '.js'), environment)
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await load(page, origin)
    return { page, context, smtp: current.smtp }
  }

  /** Loads the page of the application, as after a reload. */
  async function load(page: Page, origin: string) {
    await page.goto(origin)
    await page.waitForFunction('window.api')
  }

  async function signIn({ page, smtp }: { page: Page; smtp: Started['smtp'] }, email = ADA) {
    const asked = await page.evaluate((typed) => api.requestCode(typed), email)
    expect(asked.reason).toBe('code_sent')
    const { code } = await smtp.next()
    return page.evaluate((typed) => api.enterCode(typed), code)
  }

  it('signs in from a page on another site, also after a reload, and signs out, although the browser refuses most cookies of other sites', async () => {
    const world = await open('app.ts', OTHER_SITE)
    const { page, smtp } = world
    expect(await page.evaluate(() => api.me())).toEqual({ email: null })
    await page.evaluate((email) => api.requestCode(email), ADA)
    const { code } = await smtp.next()
    await load(page, OTHER_SITE)
    expect(await page.evaluate(() => api.pending())).toMatchObject({ pending: { email: ADA } })
    const right = await page.evaluate((typed) => api.enterCode(typed), code)
    expect(right).toMatchObject({ reason: 'accepted', user: { email: ADA } })
    expect(seen).toContain('POST cross-site')
    await load(page, OTHER_SITE)
    expect(await page.evaluate(() => api.me())).toEqual({ email: ADA })
    await page.evaluate(() => api.signOut())
    expect(await page.evaluate(() => api.me())).toEqual({ email: null })
  })

  it('tells a browser that refuses them no_pending_code if the cookie is not partitioned', async () => {
    const world = await open('unpartitioned.ts', OTHER_SITE)
    expect((await signIn(world)).reason).toBe('no_pending_code')
  })

  it('refuses the page as cross_site unless its origin is trusted', async () => {
    const { page, smtp } = await open('without-trust.ts', OTHER_SITE)
    expect((await page.evaluate((email) => api.requestCode(email), ADA)).reason).toBe('cross_site')
    expect(smtp.mails).toEqual([])
  })

  it('leaves a user signed in, and sends no mail, when a page of a third site posts', async () => {
    const world = await open('app.ts', OTHER_SITE)
    const { context, smtp } = world
    expect((await signIn(world)).reason).toBe('accepted')
    // The worst case: a browser that does not separate the cookie by site.
    const [cookie] = await context.cookies(`https://${API}`)
    if (!cookie) throw new Error('no cookie')
    const { name, value } = cookie
    await context.addCookies([
      { name, value, domain: API, path: '/', secure: true, sameSite: 'None', httpOnly: true },
    ])
    const direct = await context.newPage()
    const me = async () => {
      await direct.goto(`https://${API}/api/me`)
      return direct.locator('body').textContent()
    }
    expect(await me()).toContain(ADA)
    const sent = smtp.mails.length
    const thief = await context.newPage()
    for (const path of ['logout', 'login']) {
      await load(thief, 'https://evil.example')
      const answered = thief.waitForResponse(`https://${API}/api/${path}`)
      await thief.evaluate(postForm, `https://${API}/api/${path}`)
      expect((await answered).status()).toBe(403)
      await thief.waitForURL(`https://${API}/api/${path}`)
    }
    await load(thief, 'https://evil.example')
    // A script of that page may not read the answers.
    expect(await thief.evaluate(() => api.me().catch(String))).toContain('TypeError')
    expect(await me()).toContain(ADA)
    expect(smtp.mails).toHaveLength(sent)
  })

  it('the known-browser cookie is not stored for a page on another site', async () => {
    const world = await open('with-known-browsers.ts', OTHER_SITE)
    const answered = world.page.waitForResponse(
      async (response) => (await response.headerValue('set-cookie'))?.includes('.device=') ?? false,
    )
    expect((await signIn(world)).reason).toBe('accepted')
    await answered
    const names = (await world.context.cookies(`https://${API}`)).map(({ name }) => name)
    expect(names).not.toContain('email-otp.device')
  })

  it('on one site, signs in with a lax cookie, the browser becomes known, and no other site signs the user out', async () => {
    const world = await open('same-site.ts', SAME_SITE)
    seen.length = 0
    expect((await signIn(world)).reason).toBe('accepted')
    expect(seen).toContain('POST same-site')
    const cookies = await world.context.cookies(`https://${API}`)
    expect(cookies.map(({ name, sameSite, secure }) => [name, sameSite, secure]).sort()).toEqual([
      ['connect.sid', 'Lax', true],
      ['email-otp.device', 'Lax', true],
    ])
    const thief = await world.context.newPage()
    await load(thief, 'https://evil.example')
    const answered = thief.waitForResponse(`https://${API}/api/logout`)
    await thief.evaluate(postForm, `https://${API}/api/logout`)
    expect((await answered).status()).toBe(403)
    await thief.waitForURL(`https://${API}/api/logout`)
    expect(await world.page.evaluate(() => api.me())).toEqual({ email: ADA })
  })

  it('on the machine of a developer, page and API are one site and need no TLS', async () => {
    const pages = createHttpServer((req, res) => {
      const isScript = req.url === '/api.js'
      res.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
      res.end(isScript ? client.replace(`https://${API}`, apiOrigin) : PAGE)
    }).listen(0)
    await once(pages, 'listening')
    ends.push(
      () => pages.closeAllConnections(),
      () => pages.close(),
    )
    const pageOrigin = `http://localhost:${(pages.address() as AddressInfo).port}`
    const { origin, smtp } = await start(folder, 'same-site.js', { PAGE_ORIGIN: pageOrigin })
    const apiOrigin = origin.replace('127.0.0.1', 'localhost')
    const page = await browser.newPage()
    onTestFinished(() => page.close())
    await load(page, pageOrigin)
    expect((await signIn({ page, smtp })).reason).toBe('accepted')
    await load(page, pageOrigin)
    expect(await page.evaluate(() => api.me())).toEqual({ email: ADA })
  })
})

const PAGE = `<!doctype html><title>Acme</title><body><script type="module">
import * as api from '/api.js'
window.api = api
</script>`

/** Runs in a page: posts an empty form, as a page of any site can. */
function postForm(action: string): void {
  const { document } = globalThis as unknown as {
    document: { body: { innerHTML: string }; forms: { submit(): void }[] }
  }
  document.body.innerHTML = `<form method="post" action="${action}"><input name="email" value="eve@example.com"></form>`
  document.forms[0]?.submit()
}
