import { Strategy } from 'passport-email-otp'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { anybody, startMail } from '../helpers/mail.js'
import { portOf, serve } from '../helpers/passport-app.js'
import { launchChromium, noBrowser } from './chromium.js'
import { signInApp } from './sign-in-app.js'

describe.skipIf(noBrowser)('pasted into the sign-in page, in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())

  async function open() {
    const mail = await startMail()
    const emailOtp = new Strategy(mail.options, anybody)
    const server = await serve(signInApp(emailOtp))
    const page = await browser.newPage({ baseURL: `http://localhost:${portOf(server)}` })
    onTestFinished(() => page.close())
    /** Opens the page as a browser without a session does. */
    async function begin() {
      await page.context().clearCookies()
      await page.goto('/login')
    }
    await begin()
    return { page, begin, smtp: mail.smtp }
  }

  /** Puts a text into a field as a paste does, and presses Enter. */
  async function paste(page: Page, field: 'email' | 'code', text: string) {
    await page.locator(`input[name=${field}]`).last().focus()
    await page.keyboard.insertText(text)
    await page.keyboard.press('Enter')
  }

  it('an address with an unseen character at its ends gets a code, and a sentence of the mail signs in', async () => {
    const { page, begin, smtp } = await open()
    for (const [n, unseen] of [
      '\u200b',
      '\u00a0',
      '\u2060',
      '\ufeff',
      '\u3000',
      '\u202c',
    ].entries()) {
      const email = `ada${n}@example.com`
      await begin()
      await paste(page, 'email', `${unseen}${email}${unseen}`)
      const { code, envelope } = await smtp.next()
      expect(envelope.to, JSON.stringify(unseen)).toEqual([email])
      await page.locator('input[name=code]').waitFor()
      await paste(page, 'code', `${unseen}Your Acme sign-in code is ${code}.${unseen}`)
      await page.waitForURL('**/')
      expect(await page.locator('body').textContent()).toContain(email)
    }
  })

  it('an address with an unseen character inside is answered with a sentence that says so', async () => {
    const { page, smtp } = await open()
    await paste(page, 'email', 'ada\u200b@example.com')
    const error = page.locator('.otp-error')
    await error.waitFor()
    expect(await error.textContent()).toContain('invisible character')
    expect(smtp.mails).toEqual([])
  })

  it('a text with two codes is answered with how many digits are wanted', async () => {
    const { page, smtp } = await open()
    await paste(page, 'email', 'ada@example.com')
    await smtp.next()
    await page.locator('input[name=code]').waitFor()
    await paste(page, 'code', '493027 581223')
    const error = page.locator('.otp-error')
    await error.waitFor()
    expect(await error.textContent()).toContain('6 digits')
  })
})
