import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { en } from '../../src/languages/en.js'
import { endApps, type RunningApp, START_LIMIT_MS, startApp } from '../example-app/start-app.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { describeInChromium } from './chromium.js'
import { drawAll, drawn, focused } from './in-page.js'
import { axeSource, findProblems, readNoDocument } from './problems.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: START_LIMIT_MS })

/** SCREENSHOTS=1 npm test -- test/browser/example-app */
const screenshots =
  process.env.SCREENSHOTS && fileURLToPath(new URL('../../screenshots', import.meta.url))

describeInChromium('The example app in Chromium', (openTab) => {
  let app: RunningApp
  let page: Page
  let errors: string[]
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(async () => {
    await app?.stop()
    endApps()
  })

  async function open(javaScriptEnabled: boolean) {
    ;({ page } = await openTab({ javaScriptEnabled, baseURL: app.url }))
    errors = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('pageerror', (err) => errors.push(String(err)))
    await page.goto('/')
  }

  const heading = () => page.getByRole('heading', { level: 1 }).textContent()
  const click = (name: string) => page.getByRole('button', { name }).click()

  async function requestCode(email: string) {
    await page.getByLabel(en.page.emailLabel).fill(email)
    await click(en.page.requestButton)
    await page.getByLabel(en.page.codeLabel).waitFor()
  }

  const codeIn = (mail: string | null | undefined) => /\b\d{6,10}\b/.exec(mail ?? '')?.[0] ?? ''

  /** Reads the newest mail to an address in another tab, as a user would. */
  async function readCode(email: string) {
    const inbox = await page.context().newPage()
    await inbox.goto('/inbox')
    const mail = inbox.getByRole('article').filter({ hasText: email }).first()
    const code = codeIn(await mail.textContent())
    await inbox.close()
    return code
  }

  /** The same without a tab, which would draw each mail in two frames. */
  async function codeFor(email: string) {
    const inbox = await (await page.context().request.get('/inbox')).text()
    return codeIn(inbox.split('<article').find((mail) => mail.includes(email)))
  }

  /** Inserts a text into the focused field at once, as pasting does. */
  const paste = (text: string) => page.keyboard.insertText(text)

  // The first test, so that the inbox has no mails of others to draw.
  test('axe finds no problem on any page, in light and dark mode, on a phone and a desktop', async () => {
    const email = 'a.rather.long.name+with.a.tag@a-rather-long-name-of-a-company.example.com'
    await open(true)
    await inspect('1-address')
    await requestCode(email)
    await inspect('2-code')
    const otherCode = wrongCode(await codeFor(email))
    for (let guess = 4; guess >= 0; guess--) {
      await page.getByLabel(en.page.codeLabel).fill(otherCode)
      await click(en.page.signInButton)
      await page
        .locator(guess > 0 ? '[aria-invalid]' : '[role=alert]')
        .first()
        .waitFor()
      if (guess === 4) await inspect('3-wrong-code')
    }
    await inspect('4-new-code')
    await click(en.page.newCodeButton)
    await page.getByText(en.page.otherAddress).click()
    await inspect('5-another-address')
    await page.goto('/inbox')
    await page.locator('summary').first().click()
    await inspect('6-inbox')
    await page.goto('/login')
    await page.getByLabel(en.page.codeLabel).fill(await codeFor(email))
    await click(en.page.signInButton)
    await inspect('7-signed-in')
    await page.goto('/nowhere')
    await inspect('8-not-found')
    await inspectTogether()
  })

  test.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])(
    '%s, a user signs in with the code from the inbox, pasted with a space, and signs out',
    async (_title, javaScript) => {
      const email = javaScript ? 'ann@example.com' : 'bea@example.com'
      await open(javaScript)
      expect(await heading()).toBe(en.page.titles.signIn)
      await requestCode(email)
      expect(await page.getByRole('main').textContent()).toContain(email)

      const code = await readCode(email)
      await page.getByLabel(en.page.codeLabel).focus()
      await paste(wrongCode(code))
      await click(en.page.signInButton)
      const field = page.getByLabel(en.page.codeLabel)
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      expect((await focused(page)).description).toContain(
        en.reasons.invalid_code({ attemptsLeft: 4 }),
      )
      expect(await heading()).toBe(en.page.titles.enterCode)

      await paste(`${code.slice(0, 3)} ${code.slice(3)}`)
      await page.keyboard.press('Enter')
      await page.waitForURL('/')
      expect(await heading()).not.toBe(en.page.titles.signIn)
      expect(await page.getByRole('main').textContent()).toContain(email)

      await page.locator('form[action="/logout"] button').click()
      expect(await heading()).toBe(en.page.titles.signIn)
      await page.goto('/')
      expect(await heading()).toBe(en.page.titles.signIn)
      expect(errors).toEqual([])
    },
  )

  const bodies: string[] = []

  async function take({ width, height, colorScheme }: (typeof LOOKS)[number]) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
  }

  /** Checks the page by all rules on a phone, and keeps pictures of all looks where they are wanted. */
  async function inspect(name: string) {
    await take(LOOKS[0])
    await page.evaluate(axeSource)
    expect(await page.evaluate(findProblems), name).toEqual([])
    bodies.push((await page.evaluate(drawn)).body)
    if (!screenshots) return
    for (const look of LOOKS) {
      await take(look)
      await page.screenshot({ path: `${screenshots}/${name}-${look.name}.png`, fullPage: true })
    }
  }

  /** Checks colours and sizes of all pages so far, one below the other. */
  async function inspectTogether() {
    await page.evaluate(drawAll, bodies)
    await page.evaluate(readNoDocument)
    for (const look of LOOKS) {
      await take(look)
      expect(await page.evaluate(findProblems), look.name).toEqual([])
    }
  }
})

const [phone, desktop] = [
  { width: 320, height: 640 },
  { width: 1280, height: 800 },
]
const LOOKS = [
  { name: 'phone-light', ...phone, colorScheme: 'light' },
  { name: 'phone-dark', ...phone, colorScheme: 'dark' },
  { name: 'desktop-light', ...desktop, colorScheme: 'light' },
  { name: 'desktop-dark', ...desktop, colorScheme: 'dark' },
] as const
