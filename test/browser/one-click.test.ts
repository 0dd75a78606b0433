import express from 'express'
import { loginPage, mailer, type PageState, Strategy } from 'passport-email-otp'
import type { BrowserContext, Page } from 'playwright-core'
import { expect, it, onTestFinished, vi } from 'vitest'
import { pageStates } from '../../scripts/page-states.mjs'
import { tell } from '../../src/flow/tell.js'
import * as info from '../../src/info.js'
import { en } from '../../src/languages/en.js'
import { Document } from '../helpers/documents.js'
import { freePort } from '../helpers/free-port.js'
import { anybody, startMail } from '../helpers/mail.js'
import { portOf, serve } from '../helpers/passport-app.js'
import { watch } from '../helpers/watch-store.js'
import { describeInChromium } from './chromium.js'
import { axeSource, findProblems } from './problems.js'
import { signInApp } from './sign-in-app.js'

vi.setConfig({ testTimeout: 120_000 })

const texts = en.page
const ADA = 'ada@example.com'
const EVE = 'eve@attacker.example'
const DIGITS = /\d{6,10}/

/** An application whose mails have a link, and a webmail that shows them. */
async function start({ sameSite = 'lax' as 'lax' | 'strict', query = '' } = {}) {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const mail = await startMail()
  const link = `${origin}/login${query}`
  const sendCode = mailer({ transport: mail.smtp.url, from: 'login@acme.example', link })
  onTestFinished(() => sendCode.close())
  const { store, calls } = watch(mail.options.store)
  const emailOtp = new Strategy({ ...mail.options, store, sendCode, origin }, anybody)
  /** What the server is told of each page that was opened. */
  const opened: string[] = []
  const app = express()
  app.use((req, _res, next) => {
    if (req.method === 'GET') opened.push(req.url)
    next()
  })
  app.use(signInApp(emailOtp, { cookie: { sameSite, secure: 'auto' } }))
  const server = app.listen(port)
  onTestFinished(() => void server.close())

  return {
    ...{ origin, opened, calls, smtp: mail.smtp, emailOtp },
    /** Requests a code in a browser, and returns the link of its mail. */
    async request(page: Page, email = ADA) {
      await page.goto(`${origin}/login`)
      const other = page.getByText(texts.otherAddress)
      if (await other.isVisible()) await other.click()
      await page.locator('input[name=email]:visible').fill(email)
      await page.locator('form:has(input[name=email]:visible) button').click()
      await page.locator('#otp-code').waitFor()
      const { html, code } = await mail.smtp.next()
      const [, url = ''] = / href="([^"]*)"/.exec(html) ?? []
      return { code, url: url.replaceAll('&amp;', '&') }
    },
    /** Opens a link in the webmail, in a tab of its own. For its cookies, the link comes from another site. */
    async click(context: BrowserContext, url: string) {
      const tab = await context.newPage()
      await tab.setContent(`<a href="${url}">Open</a>`)
      await tab.getByText('Open').click()
      await tab.waitForURL(`${origin}/login${query}`)
      return tab
    },
  }
}

const encoded = (url: string) => url.replace('#', '%23')

/** Links as mail programs and gateways change them, of codes that have what stands for "#" in them, and the clean URL. */
function changedLinks(url: string, id: string | undefined) {
  const links = [
    { code: '142343', marks: ['#', '%23', '%2523'] },
    { code: '232323', marks: ['%23', '%252523'] },
    { code: '252323', marks: ['%23', '%2523'] },
  ].flatMap(({ code, marks }) =>
    marks.map((mark) => ({ code, link: `?fill${mark}${code}.${id}`, clean: '' })),
  )
  const own = (link: string, clean: string) => ({
    code: '493027',
    link: link.replace('CODE', `493027.${id}`),
    clean,
  })
  return [
    ...links,
    own('?fill=#CODE', ''),
    own('?fill%23CODE=', ''),
    own('?fill%23CODE&utm_source=m', '?utm_source=m'),
    own('?lang=en&fill%23CODE=&utm_source=m', '?lang=en&utm_source=m'),
    own('?fill&utm_source=m#CODE', '?utm_source=m'),
    own('?lang=en&fill=#CODE', '?lang=en'),
    own('?refill&fill%23CODE#top', '?refill#top'),
  ].map(({ code, link, clean }) => ({ code, link: `${url}${link}`, clean: `${url}${clean}` }))
}

describeInChromium('the link of a mail in Chromium', (openTab) => {
  it.each([
    { sameSite: 'lax', loads: 1 },
    { sameSite: 'strict', loads: 2 },
  ] as const)(
    'fills in the code, also where "#" is encoded, leaves it in no URL, and one press signs in (SameSite=$sameSite)',
    async ({ sameSite, loads }) => {
      const { request, click, origin, opened } = await start({ sameSite })
      const { context, page } = await openTab()
      for (const isEncoded of [false, true]) {
        await context.clearCookies()
        const { code, url } = await request(page, isEncoded ? 'bea@example.com' : ADA)
        opened.length = 0
        const tab = await click(context, isEncoded ? encoded(url) : url)
        await tab.getByText(texts.codeFilledIn).waitFor()
        expect(await tab.locator('#otp-code').inputValue()).toBe(code)
        expect(tab.url()).toBe(`${origin}/login`)
        const urls = opened.filter((path) => path.startsWith('/login'))
        expect(urls).toHaveLength(loads)
        if (!isEncoded) expect(urls.join(' ')).not.toMatch(DIGITS)
        // The history of the browser has no code either.
        const session = await context.newCDPSession(tab)
        const { entries } = await session.send('Page.getNavigationHistory')
        const ours = entries.map((entry) => entry.url).filter((each) => each.includes('/login'))
        expect(ours).toEqual([tab.url()])
        // Nothing is sent before the person presses the button, which has the focus.
        expect(await tab.locator(':focus').textContent()).toBe(texts.signInButton)
        await tab.keyboard.press('Enter')
        await tab.waitForURL(`${origin}/`)
        expect(await tab.textContent('body')).toContain(isEncoded ? 'bea@example.com' : ADA)
        // Opened again, it leaves no code in the URL of the page that a signed-in user is redirected to.
        await tab.goto(isEncoded ? encoded(url) : url)
        expect(await tab.textContent('body')).toContain('Signed in: {')
        expect(tab.url().split('#')[0]).toBe(`${origin}/`)
        expect(tab.url()).not.toContain(code)
        expect(await tab.evaluate('location.hash')).toBe('')
        await tab.close()
      }
    },
  )

  it('keeps the rest of the query, and fills in the code once where it is opened again', async () => {
    const { request, click, origin } = await start({ query: '?lang=en' })
    const { context, page } = await openTab()
    const { code, url } = await request(page)
    const tab = await click(context, url)
    expect(tab.url()).toBe(`${origin}/login?lang=en`)
    const field = tab.locator('#otp-code')
    await field.fill(`${code.slice(0, 3)} and some other text`)
    await tab.goto(url)
    await tab.getByText(texts.codeFilledIn).waitFor()
    expect(await field.inputValue()).toBe(code)
    await tab.goto(`${origin}/`)
    await tab.goBack()
    await tab.locator('#otp-code').waitFor()
    expect(['', code]).toContain(await field.inputValue())
    expect(tab.url()).not.toMatch(/\d{6}/)
  })

  // The browser has no cookie, so that it is the same for SameSite=Lax.
  it('warns in a browser that requested no code, and uses nothing up', async () => {
    const { request, click, calls, smtp } = await start({ sameSite: 'strict' })
    const ada = await openTab()
    const { url } = await request(ada.page)
    const victim = await openTab()
    const tab = await click(victim.context, url)
    const warning = tab.getByRole('alert')
    await warning.waitFor()
    expect(await warning.textContent()).toBe(texts.notRequestedHere)
    expect(await tab.locator('#otp-code').count()).toBe(0)
    await tab.evaluate(axeSource)
    expect(await tab.evaluate(findProblems)).toEqual([])
    expect(calls.map(({ verb }) => verb)).toEqual(['open'])
    expect(smtp.mails).toHaveLength(1)
    // The page shows the code nowhere: a victim can read it to nobody from there.
    expect(await tab.content()).not.toContain(url.split('#')[1]?.split('.')[0])
    const own = await click(ada.context, url)
    await own.getByText(texts.codeFilledIn).waitFor()
  })

  it('of an attacker is not filled in, and costs the victim no try', async () => {
    const { request, click, calls, origin } = await start()
    const eve = await openTab()
    const attack = await request(eve.page, EVE)
    const ada = await openTab()
    const { code, url } = await request(ada.page)
    const tab = await click(ada.context, attack.url)
    const warning = tab.getByRole('alert')
    await warning.waitFor()
    expect(await warning.textContent()).toBe(texts.otherLink)
    expect(await tab.locator('#otp-code').inputValue()).toBe('')
    expect(calls.map(({ verb }) => verb)).toEqual(['open', 'open'])
    await tab.goto(url)
    expect(await tab.locator('#otp-code').inputValue()).toBe(code)
    await tab.keyboard.press('Enter')
    await tab.waitForURL(`${origin}/`)
    expect(await tab.textContent('body')).toContain(ADA)
  })

  it('of a code that no longer works leaves the page as it says', async () => {
    const { request, click, emailOtp, origin } = await start()
    const { context, page } = await openTab()
    const { url } = await request(page)
    await emailOtp.forget(ADA)
    await page.locator('#otp-code').fill('000000')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: texts.newCodeButton }).waitFor()
    const tab = await click(context, url)
    expect(tab.url()).toBe(`${origin}/login`)
    await tab.getByRole('button', { name: texts.newCodeButton }).waitFor()
    expect(await tab.getByText(texts.otherLink).isVisible()).toBe(false)
  })

  it('is opened by a scanner that runs scripts, and signs in afterwards', async () => {
    const { request, click, calls, smtp, origin } = await start()
    const ada = await openTab()
    const { url } = await request(ada.page)
    const { page: scanner } = await openTab({ userAgent: 'Mozilla/5.0 (compatible; LinkScanner)' })
    for (const each of [url, encoded(url), url]) {
      await scanner.goto(each, { waitUntil: 'networkidle' })
      // It presses what it finds, apart from forms that need an address.
      for (const button of await scanner.locator('button:visible').all()) await button.click()
    }
    expect(calls.map(({ verb }) => verb)).toEqual(['open'])
    expect(smtp.mails).toHaveLength(1)
    const tab = await click(ada.context, url)
    await tab.keyboard.press('Enter')
    await tab.waitForURL(`${origin}/`)
    expect(calls.map(({ verb }) => verb)).toEqual(['open', 'attempt'])
  })

  it('fills in every digit however the link was changed on its way, and cleans the URL of that only', async () => {
    const app = express()
    const state = pageStates(info, tell, en).find(({ name }) => name === 'code')?.state
    const strategy = { pageState: () => state as PageState }
    app.get('/login', (req, res) => void res.send(loginPage(strategy, req)))
    const url = `http://localhost:${portOf(await serve(app))}/login`
    const { page } = await openTab()
    for (const { link, code, clean } of changedLinks(url, state?.pending?.id)) {
      await page.goto(link)
      const filled = await page.locator('#otp-code').inputValue()
      expect([filled, page.url()], link).toEqual([code, clean])
    }
    // Where the cookie did not come with the link, the page is loaded once more, with what belongs to others.
    const others = changedLinks(url, 'another').filter(({ clean }) => clean !== url)
    for (const { link, clean } of others) {
      await page.goto('about:blank')
      await page.goto(link)
      await page.locator('.otp-other').waitFor()
      expect(page.url(), link).toBe(clean)
    }
  })

  it('is read on a page of the application as the guide says', async () => {
    const guide = new Document('docs/guides/one-click-link.md')
    const script = guide.blocks.find(({ heading }) => heading === 'On your own page')?.code
    const app = express()
    app.get('/login', (_req, res) => {
      res.send(`<form><input name="pendingId" value="abc"><input name="code"></form>
        <p id="not-requested" hidden>No</p><script>${script}</script>`)
    })
    const url = `http://localhost:${portOf(await serve(app))}/login`
    const { page } = await openTab()
    const seen = async (link: string) => {
      await page.goto(link)
      const code = await page.locator('[name=code]').inputValue()
      return [code, await page.locator('#not-requested').isVisible(), page.url()]
    }
    expect(await seen(`${url}?fill#493027.abc`)).toEqual(['493027', false, url])
    for (const { link, code, clean } of changedLinks(url, 'abc')) {
      expect(await seen(link), link).toEqual([code, false, clean])
    }
    expect(await seen(`${url}?fill#493027.xyz`)).toEqual(['', true, url])
    expect(await seen(url)).toEqual(['', false, url])
  })

  it('opens a page without a script, where the code is typed', async () => {
    const { request } = await start()
    const { context, page } = await openTab({ javaScriptEnabled: false })
    const { code, url } = await request(page)
    const tab = await context.newPage()
    await tab.goto(url)
    await tab.locator('#otp-code').fill(code)
    await tab.locator('#otp-code + button').click()
    await tab.waitForURL((shown) => shown.pathname === '/')
    expect(await tab.textContent('body')).toContain(ADA)
  })
})
