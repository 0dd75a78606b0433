import { setTimeout as after } from 'node:timers/promises'
import express from 'express'
import { Strategy } from 'passport-email-otp'
import { expect, it, vi } from 'vitest'
import { anybody, startMail } from '../helpers/mail.js'
import { portOf, serve } from '../helpers/passport-app.js'
import { describeInChromium } from './chromium.js'
import { signInApp } from './sign-in-app.js'

vi.setConfig({ testTimeout: 120_000 })

const ADA = 'ada@example.com'

/** The first program of the README, with another option of Passport's that writes to the session. */
async function firstProgram() {
  const mail = await startMail()
  const emailOtp = new Strategy(mail.options, anybody)
  const cookie = { sameSite: 'lax', secure: 'auto' } as const
  const app = signInApp(emailOtp, { cookie, authenticate: { failureMessage: true } })
  return { ...mail, port: portOf(await serve(app)) }
}

describeInChromium('two clicks in Chromium', (openTab) => {
  async function visit(javaScriptEnabled: boolean) {
    const { smtp, port } = await firstProgram()
    const { context, page } = await openTab({ javaScriptEnabled })
    const origin = `http://127.0.0.1:${port}`
    return {
      ...{ smtp, page, origin },
      /** Opens the page as a browser without a session does. */
      async begin() {
        await context.clearCookies()
        await page.goto(`${origin}/login`)
      },
      /** Two real clicks on one place, so many milliseconds apart: the distance is what is tested. */
      async clickTwice(name: string, ms: number) {
        const box = await page.getByRole('button', { name }).boundingBox()
        if (!box) throw new Error(`no button ${name}`)
        const place = [box.x + box.width / 2, box.y + box.height / 2] as const
        await page.mouse.click(...place)
        await after(ms)
        await page.mouse.click(...place)
      },
    }
  }

  it.each([true, false])(
    'on "Send me a code" 0 and 300 ms apart send one mail, whose code signs in (JavaScript: %s)',
    async (js) => {
      const { smtp, page, origin, begin, clickTwice } = await visit(js)
      for (const [n, ms] of [0, 300].entries()) {
        const email = `ada${ms}@example.com`
        await begin()
        await page.locator('input[name=email]').fill(email)
        smtp.hold()
        const clicks = clickTwice('code', ms)
        await smtp.waitFor(n + 1)
        await clicks
        smtp.release()
        const { code } = await smtp.next()
        await page.locator('input[name=code]').fill(code)
        await page.locator('input[name=code]').press('Enter')
        await page.getByText('Signed in').waitFor()
        expect(await page.textContent('body')).toContain(email)
        expect(page.url()).toBe(`${origin}/`)
        expect(smtp.mails, `${ms} ms`).toHaveLength(n + 1)
      }
    },
  )

  /** Before, around and after the answer to the first one. */
  const DISTANCES_MS = [0, 30, 120, 300]

  /** Requests a code, and fills it in. */
  async function fillInCode(
    { page, smtp }: Pick<Awaited<ReturnType<typeof visit>>, 'page' | 'smtp'>,
    email: string,
  ) {
    await page.locator('input[name=email]').fill(email)
    await page.locator('input[name=email]').press('Enter')
    await page.locator('input[name=code]').fill((await smtp.next()).code)
  }

  it.each([
    [true, 'sign in once'],
    [false, 'sign in, or lead to a page that sends another code'],
  ])('on a right code 0 to 300 ms apart (JavaScript: %s) %s', async (js) => {
    const { smtp, page, begin, clickTwice } = await visit(js)
    for (const ms of DISTANCES_MS) {
      const email = `ada${ms}@example.com`
      await begin()
      await fillInCode({ page, smtp }, email)
      await clickTwice('Sign in', ms)
      const signedIn = page.getByText('Signed in')
      if (!js) {
        // The second click can make the browser drop the answer to the first one, and the new session's cookie with it.
        await signedIn.or(page.locator('input[name=email]')).waitFor()
        if (await page.locator('input[name=email]').isVisible()) {
          await fillInCode({ page, smtp }, email)
          await page.getByRole('button', { name: 'Sign in' }).click()
        }
      }
      await signedIn.waitFor()
      await page.waitForLoadState()
      expect(await page.textContent('body'), `${ms} ms`).toContain(email)
    }
  })

  it('a form that a page of another site posts leaves the visitor signed in', async () => {
    const { smtp, page, origin, begin } = await visit(true)
    await begin()
    await fillInCode({ page, smtp }, ADA)
    await page.locator('input[name=code]').press('Enter')
    await page.getByText('Signed in').waitFor()

    const evil = express().get('/', (_req, res) => {
      res.send(
        `<form method="post" action="${origin}/login"><input name="email" value="eve@attacker.example"><button>Win</button></form>`,
      )
    })
    // Another host name is another site, whatever the port.
    await page.goto(`http://localhost:${portOf(await serve(evil))}/`)
    await page.getByRole('button', { name: 'Win' }).click()
    await page.waitForURL(`${origin}/**`)
    await page.goto(`${origin}/`)
    expect(await page.textContent('body')).toContain(ADA)
    expect(smtp.mails).toHaveLength(1)
  })
})
