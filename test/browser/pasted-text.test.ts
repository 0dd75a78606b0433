import { Strategy } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { anybody, startMail } from '../helpers/mail.js'
import { portOf, serve } from '../helpers/passport-app.js'
import { describeInChromium } from './chromium.js'
import { signInApp } from './sign-in-app.js'

describeInChromium('pasted into the sign-in page, in Chromium', (openTab) => {
  async function open() {
    const { smtp, options } = await startMail()
    const server = await serve(signInApp(new Strategy(options, anybody)))
    const { page } = await openTab({ baseURL: `http://localhost:${portOf(server)}` })
    await page.goto('/login')
    return {
      ...{ page, smtp },
      /** Puts a text into a field as a paste does, and presses Enter. */
      async paste(field: 'email' | 'code', text: string) {
        await page.locator(`input[name=${field}]`).last().focus()
        await page.keyboard.insertText(text)
        await page.keyboard.press('Enter')
      },
      says: (words: string) => page.locator('.otp-error', { hasText: words }).waitFor(),
    }
  }

  it.each(['\u200b', '\u00a0', '\ufeff'])(
    'an address with an unseen character at its ends gets a code, and a sentence of the mail signs in: %j',
    async (unseen) => {
      const { page, paste, smtp } = await open()
      await paste('email', `${unseen}ada@example.com${unseen}`)
      const { code, envelope } = await smtp.next()
      expect(envelope.to).toEqual(['ada@example.com'])
      await page.locator('input[name=code]').waitFor()
      await paste('code', `${unseen}Your Acme sign-in code is ${code}.${unseen}`)
      await page.waitForURL('**/')
      expect(await page.locator('body').textContent()).toContain('ada@example.com')
    },
  )

  it('an address with an unseen character inside and a text with two codes are answered with what is wrong', async () => {
    const { page, paste, smtp, says } = await open()
    await paste('email', 'ada\u200b@example.com')
    await says('invisible character')
    expect(smtp.mails).toEqual([])
    await page.locator('input[name=email]').fill('')
    await paste('email', 'ada@example.com')
    await page.locator('input[name=code]').waitFor()
    await paste('code', '493027 581223')
    await says('6 digits')
  })
})
