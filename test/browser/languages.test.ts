import { type Catalogue, Strategy } from 'passport-email-otp'
import type { Page } from 'playwright-core'
import { expect, it, vi } from 'vitest'
import { ar } from '../../src/languages/ar.js'
import { de } from '../../src/languages/de.js'
import { en } from '../../src/languages/en.js'
import { ja } from '../../src/languages/ja.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { anybody, startMail } from '../helpers/mail.js'
import { portOf, serve } from '../helpers/passport-app.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { everyMail } from '../mail/every-mail.js'
import { describeInChromium } from './chromium.js'
import { directionsOf, tooWide } from './in-page.js'
import { axeSource, findProblems } from './problems.js'
import { signInApp } from './sign-in-app.js'

vi.setConfig({ testTimeout: 120_000 })

const ADA = 'ada@example.com'
const HOST = 'app.acme.example'

/** The first program of the README in several languages. */
async function application() {
  const mail = await startMail()
  const emailOtp = new Strategy(
    { ...mail.options, origin: `https://${HOST}`, languages: [en, de, ar, ja] },
    anybody,
  )
  return { ...mail, origin: `http://127.0.0.1:${portOf(await serve(signInApp(emailOtp)))}` }
}

/** The words of a text in Latin letters. Addresses, hosts and the application's name are the same in every language. */
const latinWords = (text: string) =>
  [ADA, HOST, 'name@example.com', 'Acme']
    .reduce((rest, name) => rest.replaceAll(name, ''), text)
    .match(/[a-z]{2,}/gi) ?? []

/** What a reader sees, without hidden elements. */
const shownText = async (page: Page) => (await page.locator('body').allInnerTexts()).join('\n')

/** A mail is shown inside of a page that has these. */
const ONLY_IN_PAGES = /^(landmark-one-main|page-has-heading-one|region):/

const LANGUAGES: readonly [string, string, Catalogue][] = [
  ['German', 'de-AT', de],
  ['Arabic', 'ar-EG', ar],
  ['Japanese', 'ja-JP', ja],
]

describeInChromium('from the first page to the last', (openTab) => {
  it.each(LANGUAGES)('a sign-in is in %s for a browser of %s', async (_name, locale, catalogue) => {
    const { reasons, mail: sentences, page: texts, tag, dir } = catalogue
    const clock = stopClock()
    const { smtp, origin } = await application()
    const { context, page } = await openTab({ locale, viewport: { width: 320, height: 640 } })
    const click = (name: string) => page.getByRole('button', { name, exact: true }).click()
    const codeField = page.getByLabel(texts.codeLabel, { exact: true })

    /** Checks what every page of the sign-in has in common, and returns its text. */
    async function look(title: keyof typeof texts.titles) {
      expect(await page.title()).toBe(`${texts.titles[title]} - Acme`)
      expect(await page.locator('html').getAttribute('lang')).toBe(tag)
      expect(await page.evaluate(directionsOf)).toEqual({ page: dir, fields: ['ltr'] })
      expect(await page.evaluate(tooWide)).toEqual([])
      const text = await shownText(page)
      if (tag !== 'de') expect(latinWords(text)).toEqual([])
      return text
    }

    await page.goto(`${origin}/login`)
    expect(await look('signIn')).toContain(texts.signInIntro)
    await page.getByLabel(texts.emailLabel, { exact: true }).fill('ada@example')
    await click(texts.requestButton)
    expect(await look('checkEmail')).toContain(reasons.invalid_email)

    await page.getByLabel(texts.emailLabel, { exact: true }).fill(ADA)
    await click(texts.requestButton)
    await codeField.waitFor()
    const sent = await look('codeSent')
    expect(sent).toContain(reasons.code_sent)
    expect(sent).toContain(texts.codeSentTo({ digits: 6, email: ADA }))
    expect(sent).toContain(texts.codeLifetime({ minutes: 10 }))
    await page.evaluate(axeSource)
    expect(await page.evaluate(findProblems)).toEqual([])

    const first = await smtp.next()
    const { code } = first
    expect(first.subject).toBe(sentences.subject({ code, appName: 'Acme', purposeText: undefined }))
    const mail = await context.newPage()
    await mail.setContent(first.html)
    const read = await shownText(mail)
    for (const text of [
      sentences.codeLabel({ appName: 'Acme', purposeText: undefined }),
      sentences.lifetime({ minutesLeft: 10 }),
      sentences.enterOnlyAt({ host: HOST }),
      sentences.tellNobody,
      sentences.notRequested,
    ]) {
      expect(read).toContain(text)
      expect(first.text).toContain(text)
    }
    if (tag !== 'de') expect(latinWords(read)).toEqual([])
    expect(await mail.locator('html').getAttribute('lang')).toBe(tag)
    expect(await mail.evaluate(directionsOf)).toEqual({ page: dir, fields: [] })
    await mail.evaluate(axeSource)
    const problems = await mail.evaluate(findProblems)
    expect(problems.filter((problem) => !ONLY_IN_PAGES.test(problem))).toEqual([])
    await mail.close()

    await codeField.fill(wrongCode(code))
    await click(texts.signInButton)
    await page.getByText(reasons.invalid_code({ attemptsLeft: 4 })).waitFor()
    expect(await look('checkCode')).not.toContain(code)

    clock.pass(31 * SECOND)
    await page.reload()
    await click(texts.resendButton)
    await page.getByText(reasons.code_sent).waitFor()
    await look('codeSent')
    const again = await smtp.next()
    expect([again.subject, again.code]).toEqual([first.subject, code])

    await codeField.fill(code)
    await click(texts.signInButton)
    await page.waitForURL(`${origin}/`)
    expect(await page.textContent('body')).toContain(ADA)
  })

  it('mails with the longest code fit on a phone of 320 pixels in every language', async () => {
    const { page } = await openTab({ viewport: { width: 320, height: 640 } })
    for (const { html, tag, sentCode } of await everyMail()) {
      await page.setContent(html)
      expect(await page.evaluate(tooWide), `${sentCode} in ${tag}`).toEqual([])
    }
  })
})
