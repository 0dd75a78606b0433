import { loginPageHashes } from 'passport-email-otp'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { TOO_MANY_ENTERED, TOO_MANY_REQUESTED } from '../../example-app/security.js'
import { en } from '../../src/languages/en.js'
import { SCRIPT } from '../../src/page/script.js'
import { numbersIn } from '../helpers/documents.js'
import { startTestApp } from './test-app.js'

let example: Awaited<ReturnType<typeof startTestApp>>
beforeAll(async () => {
  example = await startTestApp()
})
afterAll(() => example.close())
afterEach(() => vi.useRealTimers())

test('No page has inline scripts or styles but the script of the form, and the policy forbids them', async () => {
  const { open, send } = example.browser()
  const pages = [await open('/login'), await open('/nowhere')]
  await send('/login/email', { email: 'ann@example.com' })
  pages.push(await open('/login'), await open('/inbox'))
  await send('/login/code', { code: await example.code('ann@example.com') })
  pages.push(await open('/'))
  for (const { text, headers } of pages) {
    expect(text).toContain('</html>')
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i)
    expect(text.replace(`<script>${SCRIPT}</script>`, '')).not.toMatch(/<script/i)
    const policy = headers['content-security-policy'] as string
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain(`script-src ${loginPageHashes.script};`)
    expect(policy).toContain("style-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(policy).not.toContain('upgrade-insecure-requests')
    expect(headers['referrer-policy']).toBe('same-origin')
    expect(headers['cache-control']).toBe('no-store')
  }
})

test('The cookie is HttpOnly and SameSite=Lax, and Secure if the user connects with https', async () => {
  const { send } = example.browser()
  const plain = await send('/login/email', { email: 'bea@example.com' })
  expect(plain.get('Set-Cookie')).toEqual([
    expect.stringMatching(/^example\.sid=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/),
  ])

  const origin = 'https://app.example'
  const proxied = await startTestApp({ trustProxy: 1, origin })
  const secure = await proxied
    .browser()
    .send('/login/email', { email: 'bea@example.com' })
    .set('X-Forwarded-Proto', 'https')
  expect(secure.get('Set-Cookie')).toEqual([expect.stringMatching(/; Secure; SameSite=Lax$/)])
  expect(secure.headers['content-security-policy']).toContain('upgrade-insecure-requests')
  await proxied.close()
})

test('A form on another site is rejected and sends no mail', async () => {
  const { send } = example.browser()
  const sent = example.codes.all.length
  // Browsers send such a form without the cookie, so the answer must not set a new one.
  const refused = await send('/login/email', { email: 'cem@example.com' })
    .set('Sec-Fetch-Site', 'cross-site')
    .expect(403)
  expect(refused.text).toContain('role="alert"')
  expect(refused.headers['set-cookie']).toBeUndefined()
  // A browser that sends no Sec-Fetch-Site.
  for (const origin of ['https://evil.example', 'http://localhost:3001', 'null']) {
    const { headers } = await send('/login/email', { email: 'cem@example.com' })
      .set('Origin', origin)
      .expect(403)
    expect(headers['set-cookie']).toBeUndefined()
  }
  expect(example.codes.all).toHaveLength(sent)
  await send('/login/email', { email: 'cem@example.com' })
    .set('Origin', 'http://localhost:3000')
    .expect('Location', '/login')
  expect(example.codes.all).toHaveLength(sent + 1)
})

test('A form on another site cannot sign a user out', async () => {
  const { open, send } = example.browser()
  await send('/login/email', { email: 'fay@example.com' })
  await send('/login/code', { code: await example.code('fay@example.com') }).expect('Location', '/')
  await send('/logout').set('Sec-Fetch-Site', 'cross-site').expect(403)
  await send('/logout').set('Origin', 'https://evil.example').expect(403)
  await send('/logout').set('Origin', 'null').expect(403)
  expect((await open('/').expect(200)).text).toContain('fay@example.com')
  // Sec-Fetch-Site is the browser's own word, and comes first.
  await send('/logout')
    .set('Sec-Fetch-Site', 'same-origin')
    .set('Origin', 'http://localhost:3000')
    .expect('Location', '/login')
  await open('/').expect('Location', '/login')
})

test('Without a known origin only Sec-Fetch-Site tells where a form comes from', async () => {
  const unknown = await startTestApp({ origin: undefined })
  const { send } = unknown.browser()
  await send('/logout').set('Origin', 'https://app.example').expect(303)
  await send('/logout').set('Sec-Fetch-Site', 'cross-site').expect(403)
  await unknown.close()
})

test('The 21st request for a code from one client in 15 minutes is rejected, and its code still works', async () => {
  const limited = await startTestApp()
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
  const { open, send } = limited.browser()
  await send('/login/email', { email: 'dan@example.com' }).expect(303)
  for (let count = 1; count < 20; count++) await send('/login/email').expect(303)

  const page = await send('/login/email', { email: 'eve@example.com' }).expect(429)
  expect(page.headers['retry-after']).toBe('900')
  // It is the page: what is blocked, and the field for the code that has been sent.
  const [, whenToRetry = ''] = page.text.split(TOO_MANY_REQUESTED)
  expect(numbersIn(whenToRetry)[0]).toBe('15')
  expect(page.text).toContain(en.page.codeStillWorks)
  expect(page.text).toContain('name="code"')
  expect(limited.codes.all).toHaveLength(1)
  expect((await open('/login')).text).toContain('dan@example.com')
  await send('/login/code', { code: await limited.code('dan@example.com') }).expect('Location', '/')

  vi.advanceTimersByTime(15 * 60_000 + 1_000)
  await send('/login/email', { email: 'eve@example.com' }).expect(303)
  await limited.close()
})

test('The 101st code from one client in 15 minutes is rejected, and a mail can still be requested', async () => {
  const limited = await startTestApp()
  const { send } = limited.browser()
  for (let count = 0; count < 100; count++) await send('/login/code', { code: '' }).expect(302)
  const page = await send('/login/code', { code: '' }).expect(429)
  expect(page.text).toContain(TOO_MANY_ENTERED)
  expect(page.text).not.toContain(TOO_MANY_REQUESTED)
  await send('/login/email', { email: 'eve@example.com' }).expect(303)
  await limited.close()
})

test('A client cannot escape the limit with a header that only a proxy may set, or with a code in the body', async () => {
  const limited = await startTestApp()
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => {})
  const { sendJson } = limited.browser()
  const statuses: number[] = []
  for (let count = 1; count <= 21; count++) {
    const body = { email: `user${count}@example.com`, code: count % 2 ? null : '123456' }
    const sent = sendJson('/login/email', body).set('X-Forwarded-For', `203.0.113.${count}`)
    statuses.push((await sent).status)
  }
  expect(statuses).toEqual([...Array(20).fill(303), 429])
  expect(limited.codes.all).toHaveLength(20)
  quiet.mockRestore()
  await limited.close()
})
