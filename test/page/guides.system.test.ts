import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loginPageHashes } from 'passport-email-otp'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { en } from '../../src/languages/en.js'
import type { Browser } from '../helpers/browser.js'
import { Document } from '../helpers/documents.js'
import { makeProject } from '../helpers/package.js'
import { until } from '../helpers/until.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { start } from '../hosts/program.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const programOf = (page: string) =>
  new Document(page).blocks.find(({ code }) => code.includes('app.listen('))?.code ?? ''

const post = async (browser: Browser, fields: Record<string, string>) => {
  const answer = await browser.submit('/login', fields)
  return [answer.status, answer.headers.get('location')]
}

let folder: string
beforeAll(async () => {
  folder = await makeProject({
    files: {
      'sign-in-page.mjs': programOf('docs/guides/sign-in-page.md'),
      'your-own-page.mjs': programOf('docs/guides/your-own-page.md'),
      'one-click-link.mjs': programOf('docs/guides/one-click-link.md'),
    },
  })
  mkdirSync(join(folder, 'public'))
  writeFileSync(join(folder, 'public/brand.css'), ':root { --otp-accent: #7b1fa2 }')
})

describe('the program of the guide to the sign-in page', () => {
  let program: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    program = await start(folder, 'sign-in-page.mjs')
  })
  const tokenOf = async (browser: Browser) => {
    const { text } = await browser.get('/login')
    const tokens = [...text.matchAll(/name="_csrf" value="([\w-]{24})"/g)].map(([, value]) => value)
    const forms = text.match(/<form/g) ?? []
    expect(tokens).toHaveLength(forms.length)
    expect(new Set(tokens).size).toBe(1)
    return tokens[0] ?? ''
  }

  it('signs in with a token in every form, and under a policy of helmet', async () => {
    const { browser, smtp } = program
    const ada = browser()
    const { headers, text } = await ada.get('/login')
    expect(headers.get('content-security-policy')).toContain(
      `script-src 'self' ${loginPageHashes.script};`,
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text).toContain('href="/brand.css"')
    expect(text).toContain('<footer><a href="/privacy">Privacy</a></footer>')

    const email = 'ada@example.com'
    expect(await post(ada, { email })).toEqual([403, null])
    const _csrf = await tokenOf(ada)
    expect(await post(ada, { email, _csrf })).toEqual([303, '/login'])
    const { code } = await smtp.next()
    expect(await tokenOf(ada)).toBe(_csrf)
    expect(await post(ada, { code: wrongCode(code), _csrf })).toEqual([302, '/login'])
    expect((await ada.get('/login')).text).toContain(en.reasons.invalid_code({ attemptsLeft: 4 }))
    expect(await post(ada, { code, _csrf })).toEqual([302, '/'])
    expect((await ada.get('/')).json).toEqual({ email })
    expect((await ada.get('/login')).headers.get('location')).toBe('/')
  })

  it('sets no cookie for a form of another site, and answers with the page where no mail can be sent', async () => {
    const { browser, smtp, output } = program
    for (const fields of [{ email: 'ada@example.com' }, { email: 'ada@example.com', _csrf: '' }]) {
      const { status, headers } = await browser().submit('/login', fields)
      expect([status, headers.getSetCookie()]).toEqual([403, []])
    }
    smtp.rejectRecipient()
    const ada = browser()
    const _csrf = await tokenOf(ada)
    const failed = await ada.submit('/login', { email: 'eve@example.com', _csrf })
    expect(failed.status).toBe(502)
    expect(failed.text).toContain(en.reasons.not_sent)
    expect(failed.text).toContain('<form')
    expect(failed.text).not.toContain('550')
    await until(() => output.text.includes('responseCode: 550'))
    smtp.behave()
  })

  it('answers with the page for an error from before the session', async () => {
    const { browser, output } = program
    const tooLarge = { email: 'ada@example.com', more: 'x'.repeat(101 * 1024) }
    const { status, text } = await browser().submit('/login', tooLarge)
    expect(status).toBe(413)
    expect(text).toContain(en.page.failed)
    expect(text).toContain('<form')
    expect(text).not.toContain('_csrf')
    await until(() => output.text.includes('PayloadTooLargeError'))
  })

  // The last one: no other request of this machine is let through.
  it('answers with the page where the limit is reached, and the code can still be entered', async () => {
    const { browser, smtp } = program
    const ada = browser()
    const _csrf = await tokenOf(ada)
    await post(ada, { email: 'bob@example.com', _csrf })
    const { code } = await smtp.next()
    let answer = await ada.submit('/login', { email: 'bob@example.com', _csrf })
    for (let n = 2; n < 20 && answer.status !== 429; n++) {
      answer = await ada.submit('/login', { email: 'bob@example.com', _csrf })
    }
    expect(answer.status).toBe(429)
    expect(answer.text).toContain('Too many codes were requested from your network.')
    expect(answer.text).toContain(en.page.codeStillWorks)
    expect(await post(ada, { code, _csrf })).toEqual([302, '/'])
  })
})

describe('the program of the guide to a page of your own', () => {
  it('signs in, tells what happened, always offers another address, and sends one mail for two clicks', async () => {
    const { browser, smtp } = await start(folder, 'your-own-page.mjs')
    const bob = browser()
    await bob.get('/login')
    const clicked = { email: 'bob@example.com' }
    await Promise.all([post(bob, clicked), post(bob, clicked)])
    expect(await post(bob, { code: (await smtp.next()).code })).toEqual([302, '/'])
    expect(smtp.mails).toHaveLength(1)

    const ada = browser()
    expect(await post(ada, { email: 'nobody' })).toEqual([302, '/login'])
    expect((await ada.get('/login')).text).toContain(en.reasons.invalid_email)
    expect(await post(ada, { email: 'typo@example.com' })).toEqual([303, '/login'])
    await smtp.next()
    const { text } = await ada.get('/login')
    expect(text).toContain('value="typo@example.com"')
    const [, pendingId = ''] = /name="pendingId" value="(\w+)"/.exec(text) ?? []
    await post(ada, { email: 'ada@example.com' })
    const { code } = await smtp.next()
    // The first page belongs to an earlier request by now.
    expect(await post(ada, { code, pendingId })).toEqual([302, '/login'])
    expect((await ada.get('/login')).text).toContain(en.reasons.earlier_request)
    expect(await post(ada, { code })).toEqual([302, '/'])
    expect((await ada.get('/')).json).toEqual({ email: 'ada@example.com' })
    // The same code once more, as a second click sends it, leads back to the page and on to where the first one led.
    expect(await post(ada, { code })).toEqual([302, '/login'])
    expect((await ada.get('/login')).headers.get('location')).toBe('/')
  })
})

describe('the program of the guide to the link in a mail', () => {
  it('mails a link to its own page, which shows the request that the link belongs to', async () => {
    const { browser, smtp } = await start(folder, 'one-click-link.mjs')
    const ada = browser()
    const email = 'ada@example.com'
    expect(await post(ada, { email })).toEqual([303, '/login'])
    const { code, html } = await smtp.next()
    const url = new URL(/ href="([^"]*)"/.exec(html)?.[1] ?? '')
    expect([url.hostname, url.pathname]).toEqual(['localhost', '/login'])
    const { text } = await ada.get(`${url.pathname}${url.search}`)
    const [, pendingId = ''] = /name="pendingId" value="(\w+)"/.exec(text) ?? []
    expect(url.hash).toBe(`#${code}.${pendingId}`)
    expect(await post(ada, { code, pendingId })).toEqual([302, '/'])
    expect((await ada.get('/')).json).toEqual({ email })
    // An empty fragment: without one, browsers keep the code of the link.
    const again = await ada.get(`${url.pathname}${url.search}`)
    expect(again.headers.get('location')).toBe('/#')
  })
})
