import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { en } from '../../src/languages/en.js'
import { endApps, type RunningApp, START_LIMIT_MS, startApp } from '../example-app/start-app.js'
import { wrong } from '../example-app/test-app.js'
import { gate } from '../helpers/gate.js'
import { launchChromium, noBrowser } from './chromium.js'
import { drawAll, drawn, focused } from './in-page.js'
import { axeSource, findProblems, readNoDocument } from './problems.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: START_LIMIT_MS })

/** SCREENSHOTS=1 npm test -- test/browser/example-app */
const screenshots =
  process.env.SCREENSHOTS && fileURLToPath(new URL('../../screenshots', import.meta.url))

describe.skipIf(noBrowser)('The example app in Chromium', () => {
  let app: RunningApp
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let errors: string[]

  beforeAll(async () => {
    app = await startApp()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.stop()
    endApps()
  })
  afterEach(() => context?.close())

  async function open(javaScriptEnabled: boolean) {
    context = await browser.newContext({ javaScriptEnabled, baseURL: app.url })
    page = await context.newPage()
    errors = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('pageerror', (err) => errors.push(String(err)))
    await page.goto('/')
  }

  const heading = () => page.getByRole('heading', { level: 1 }).textContent()
  /** The seconds that are shown below the button for another mail. */
  const secondsLeft = async () => {
    const [, seconds = ''] =
      /^0:(\d\d)$/.exec((await page.locator('section .otp-hint bdi').textContent()) ?? '') ?? []
    return Number(seconds)
  }
  const click = (name: string) => page.getByRole('button', { name }).click()

  async function requestCode(email: string) {
    await page.getByLabel('E-mail address').fill(email)
    await click('Send me a code')
    await page.getByLabel('Code from the mail').waitFor()
  }

  const codeIn = (mail: string | null | undefined) => /\b\d{6,10}\b/.exec(mail ?? '')?.[0] ?? ''

  /** Reads the newest mail to an address in another tab, as a user would. */
  async function readCode(email: string) {
    const inbox = await context.newPage()
    await inbox.goto('/inbox')
    const mail = inbox.getByRole('article').filter({ hasText: email }).first()
    const code = codeIn(await mail.textContent())
    await inbox.close()
    return code
  }

  /** The same without a tab, which would draw each mail in two frames. */
  async function codeFor(email: string) {
    const inbox = await (await context.request.get('/inbox')).text()
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
    const wrongCode = wrong(await codeFor(email))
    for (let guess = 4; guess >= 0; guess--) {
      await page.getByLabel('Code from the mail').fill(wrongCode)
      await click('Sign in')
      await page
        .locator(guess > 0 ? '[aria-invalid]' : '[role=alert]')
        .first()
        .waitFor()
      if (guess === 4) await inspect('3-wrong-code')
    }
    await inspect('4-new-code')
    await click('Send me a new code')
    await page.getByText('Use another address').click()
    await inspect('5-another-address')
    await page.goto('/inbox')
    await page.getByText('The same mail as text').first().click()
    await inspect('6-inbox')
    await page.goto('/login')
    await page.getByLabel('Code from the mail').fill(await codeFor(email))
    await click('Sign in')
    await inspect('7-signed-in')
    await page.goto('/nowhere')
    await inspect('8-not-found')
    await inspectTogether()
  })

  test('A second Enter sends nothing while the first request is pending, and the form can be sent again afterwards', async () => {
    await open(true)
    await requestCode('dot@example.com')
    const code = await codeFor('dot@example.com')
    const answered = gate()
    let posts = 0
    await page.route('**/login/code', async (route) => {
      posts += 1
      await answered.opened
      await route.continue()
    })
    await page.getByLabel('Code from the mail').fill(wrong(code))
    // With the keyboard, because `click()` waits for the answer.
    const sent = page.waitForRequest('**/login/code')
    await page.keyboard.press('Enter')
    await sent
    await page.keyboard.press('Enter')
    answered.open()
    await page.getByText('You have 4 tries left').waitFor()
    expect(posts).toBe(1)
    await page.getByLabel('Code from the mail').fill(code)
    await click('Sign in')
    await page.waitForURL('/')
  })

  describe.each([
    { title: 'with JavaScript', javaScript: true },
    { title: 'without JavaScript', javaScript: false },
  ])('$title', ({ javaScript }) => {
    const email = javaScript ? 'ann@example.com' : 'bea@example.com'
    beforeEach(() => open(javaScript))

    test('A user signs in with the code from the inbox, pasted with a space, and signs out', async () => {
      expect(await heading()).toBe('Sign in')
      await requestCode(email)
      expect(await page.getByRole('main').textContent()).toContain(email)

      const code = await readCode(email)
      await page.getByLabel('Code from the mail').focus()
      await paste(wrong(code))
      await click('Sign in')
      const field = page.getByLabel('Code from the mail')
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      expect((await focused(page)).description).toContain(
        en.reasons.invalid_code({ attemptsLeft: 4 }),
      )
      expect(await heading()).toBe('Enter the code')

      await paste(`${code.slice(0, 3)} ${code.slice(3)}`)
      await page.keyboard.press('Enter')
      await page.waitForURL('/')
      expect(await heading()).toBe('You are signed in')
      expect(await page.getByRole('main').textContent()).toContain(email)

      await click('Sign out')
      expect(await heading()).toBe('Sign in')
      await page.goto('/')
      expect(await heading()).toBe('Sign in')
      expect(errors).toEqual([])
    })

    test('A reload keeps the pending code, and another address can be used', async () => {
      await requestCode(`typo-${email}`)
      await page.reload()
      expect(await heading()).toBe('Enter the code')
      await page.getByText('Use another address').click()
      expect(await page.getByLabel('E-mail address').inputValue()).toBe(`typo-${email}`)
      await page.getByLabel('E-mail address').fill(email)
      await click('Send a code to this address')
      await page.getByText(`to ${email}`).waitFor()
      await page.getByLabel('Code from the mail').fill(await codeFor(email))
      await click('Sign in')
      expect(await heading()).toBe('You are signed in')
    })
  })

  test('The page counts down the seconds until the next mail, and then enables the button', async () => {
    await open(true)
    await page.clock.install()
    await requestCode('cem@example.com')
    const again = page.getByRole('button', { name: 'Send the mail again' })
    expect(await again.isDisabled()).toBe(true)
    expect(await secondsLeft()).toBeGreaterThan(20)
    await page.clock.fastForward(20_000)
    expect(await secondsLeft()).toBeLessThanOrEqual(10)
    await page.clock.fastForward(11_000)
    expect(await again.isEnabled()).toBe(true)
    expect(await page.locator('section .otp-hint').textContent()).toBe(
      'You can request another mail now.',
    )
    await again.click() // the server's clock has not moved: no second mail, and the same page
    expect(await heading()).toBe('Enter the code')
    expect(errors).toEqual([])
  })

  test('Without JavaScript the page shows the seconds once, and the button can be pressed', async () => {
    await open(false)
    await requestCode('dan@example.com')
    expect(await secondsLeft()).toBeGreaterThan(20)
    await click('Send the mail again')
    expect(await heading()).toBe('Enter the code')
    expect(await page.getByRole('status').textContent()).toContain('Check your mail')
    expect(await page.getByRole('alert').count()).toBe(0)
  })

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
