import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { Document } from '../helpers/documents.js'
import { gate } from '../helpers/gate.js'
import { portOf } from '../helpers/passport-app.js'
import { RATE_LIMITED } from '../helpers/rate-limited.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { ADA, jsonApp } from './json-app.js'
import { mount, type Page } from './small-react.js'

const source =
  new Document('docs/guides/react.md').blocks.find(({ language }) => language === 'jsx')?.code ?? ''

/** What the component shows where the server does not answer. */
const [, OFFLINE = 'no message'] = /message: '([^']+)'/.exec(source) ?? []

let signedIn: unknown[]
beforeEach(() => {
  signedIn = []
})

/** Starts the application with a browser: `fetch` with cookies, and pages that load and reload. */
async function start() {
  const app = await jsonApp({ login: { respond: (user) => ({ user }) } })
  const origin = `http://127.0.0.1:${portOf(app.server)}`
  const cookies = new Map<string, string>()
  const { fetch } = globalThis
  const broken: { respond?: (() => Response | Promise<Response>) | undefined } = {}
  const withCookies: typeof fetch = async (path, options = {}) => {
    if (broken.respond) return broken.respond()
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const headers = { ...(options.headers as Record<string, string>), cookie }
    const response = await fetch(new URL(String(path), origin), { ...options, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    return response
  }
  vi.stubGlobal('fetch', withCookies)
  onTestFinished(() => void vi.unstubAllGlobals())
  const load = () => mount(source, 'SignIn', { onSignedIn: (user: unknown) => signedIn.push(user) })
  return { ...app, broken, load }
}

const shows = (page: Page, field: string) => vi.waitFor(() => expect(page.field).toBe(field))

it('signs a user in: address, wrong code, right code', async () => {
  const { load, mails } = await start()
  const page = await load()
  expect(page.field).toBe('email')
  await page.submit('nobody')
  expect(page.text).toContain(en.reasons.invalid_email)
  expect(page.field).toBe('email')
  await page.submit(ADA)
  expect(page.field).toBe('code')
  expect(page.text).toContain(en.reasons.code_sent)
  const code = mails[0]?.code as string
  await page.submit(wrongCode(code))
  expect(page.text).toContain(en.reasons.invalid_code({ attemptsLeft: 4 }))
  expect(page.field).toBe('code')
  await page.submit(code)
  expect(signedIn).toEqual([{ email: ADA }])
})

it('signs a user in at an API on another host, with the fetch of the page on single-page applications', async () => {
  const guide = new Document('docs/hosts/single-page-application.md')
  const [, inItsPlace = ''] = /`(fetch\([^`]+\))`/.exec(guide.flat) ?? []
  const [own = 'none'] = /fetch\('[^\n]*\)(?=\n)/.exec(source) ?? []
  const { mails } = await start()
  const toThisApp = fetch
  const requested: unknown[] = []
  vi.stubGlobal('fetch', (url: string, options: RequestInit = {}) => {
    requested.push([url, options.credentials])
    return toThisApp('/api/sign-in', options)
  })
  const onSignedIn = (user: unknown) => signedIn.push(user)
  const page = await mount(source.replace(own, inItsPlace), 'SignIn', { onSignedIn })
  await page.submit(ADA)
  await page.submit(mails[0]?.code as string)
  expect(signedIn).toEqual([{ email: ADA }])
  // One of them asks what is pending.
  expect(requested).toEqual(Array(3).fill(['https://api.acme.example/api/login', 'include']))
})

it('shows the field for the pending code after a reload', async () => {
  const { load, mails } = await start()
  await (await load()).submit(ADA)
  const reloaded = await load()
  await shows(reloaded, 'code')
  await reloaded.submit(mails[0]?.code as string)
  expect(signedIn).toEqual([{ email: ADA }])
})

it('offers a new code after the attempts are used up, also after a reload', async () => {
  const { load, mails } = await start()
  const page = await load()
  await page.submit(ADA)
  for (let n = 1; n <= 5; n++) await page.submit(wrongCode(mails[0]?.code as string, n))
  expect(page.field).toBe('email')
  const reloaded = await load()
  await vi.waitFor(() => expect(reloaded.text).toContain(ADA))
  expect(reloaded.field).toBe('email')
  await reloaded.click('again')
  expect(reloaded.field).toBe('code')
  await reloaded.submit(mails[1]?.code as string)
  expect(signedIn).toEqual([{ email: ADA }])
})

it('keeps the field for the code if only the next mail has to wait', async () => {
  const { load, mails, browser } = await start()
  const page = await load()
  await page.submit(ADA)
  for (let n = 0; n < 4; n++) await browser().post({ email: ADA })
  stopClock(Date.now() + 30 * SECOND)
  await page.click('again')
  expect(RATE_LIMITED.filter((sentence) => page.text.includes(sentence))).toHaveLength(1)
  expect(page.field).toBe('code')
  await page.submit(mails[0]?.code as string)
  expect(signedIn).toEqual([{ email: ADA }])
})

it.each<[string, () => Response]>([
  [
    'does not answer',
    () => {
      throw new TypeError('fetch failed')
    },
  ],
  ['answers with an error', () => Response.json({ code: 'store_failed' }, { status: 503 })],
])('shows a message if the server %s, and keeps the code field', async (_, respond) => {
  const { load, mails, broken } = await start()
  const page = await load()
  await page.submit(ADA)
  broken.respond = respond
  await page.submit(mails[0]?.code as string)
  expect(page.text).toContain(OFFLINE)
  expect(page.field).toBe('code')
  broken.respond = undefined
  await page.submit(mails[0]?.code as string)
  expect(signedIn).toEqual([{ email: ADA }])
})

it('sends one request for two clicks', async () => {
  const { load, mails, broken } = await start()
  const page = await load()
  const answer = gate<Response>()
  broken.respond = () => answer.opened
  const sending = page.submit(ADA)
  await vi.waitFor(() => expect(page.isBusy).toBe(true))
  answer.open(Response.json({ reason: 'invalid_email', next: 'request_code', message: 'No.' }))
  await sending
  expect(page.isBusy).toBe(false)
  broken.respond = undefined
  await page.submit(ADA)
  await page.submit(mails[0]?.code as string)
  expect(signedIn).toEqual([{ email: ADA }])
})

it('a code in the tab of an earlier request is rejected without using up an attempt', async () => {
  const { load, mails } = await start()
  const earlier = await load()
  await earlier.submit(ADA)
  // The user has requested a code for another address in another tab.
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ email: 'eve@example.com' })
  await fetch('/api/sign-in', { method: 'POST', headers, body })
  await earlier.submit(mails[0]?.code as string)
  expect(earlier.text).toContain(en.reasons.earlier_request)
  expect(earlier.field).toBe('code')
  await earlier.submit(mails[1]?.code as string)
  expect(signedIn).toEqual([{ email: 'eve@example.com' }])
})
