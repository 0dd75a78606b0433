import { beforeAll, describe, expect, it, vi } from 'vitest'
import { wrongCode } from '../helpers/wrong-code.js'
import { compile, programOf, start } from './program.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 })

const ADA = 'ada@example.com'

describe('the program of docs/guides/after-a-redirect.md', () => {
  let folder: string
  beforeAll(async () => {
    folder = await compile({
      sources: { 'app.ts': programOf('docs/guides/after-a-redirect.md') },
      packages: ['express'],
    })
  })

  it('tells the page what happened, and brings the user back after a mail that failed', async () => {
    const { browser, smtp } = await start(folder, 'app.js')
    const ada = browser()
    const page = async () => (await ada.get('/login')).json as Record<string, { reason: string }>
    await page()
    smtp.rejectRecipient()
    const failed = await ada.submit('/login', { email: ADA })
    expect([failed.status, failed.headers.get('location')]).toEqual([302, '/login'])
    expect((await page()).outcome?.reason).toBe('not_sent')
    smtp.behave()
    // After a refusal, the mail server's address rests for the spacing.
    const ben = browser()
    await ben.get('/login')
    await ben.submit('/login', { email: 'ben@example.com' })
    const { code } = await smtp.next()
    await ben.submit('/login', { code: wrongCode(code) })
    const { outcome } = (await ben.get('/login')).json as { outcome: object }
    expect(outcome).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
    await ben.submit('/login', { code })
    expect((await ben.get('/')).json).toEqual({ user: { email: 'ben@example.com' } })
  })
})

describe('the program of docs/guides/return-to.md', () => {
  let folder: string
  beforeAll(async () => {
    folder = await compile({
      sources: {
        'app.ts': programOf('docs/guides/return-to.md'),
        'whole.ts': programOf('docs/guides/return-to.md').replace(
          "app.get('/active', signedIn",
          "app.get('/{*path}', signedIn",
        ),
      },
      packages: ['express'],
    })
  })

  it('leads from a protected page to the sign-in and back to that page', async () => {
    const { browser, smtp } = await start(folder, 'app.js')
    const ada = browser()
    expect((await ada.get('/active')).headers.get('location')).toBe('/login')
    await ada.get('/login')
    await ada.submit('/login', { email: ADA })
    const { code } = await smtp.next()
    const signedIn = await ada.submit('/login', { code })
    expect(signedIn.headers.get('location')).toBe('/active')
    expect((await ada.get('/active')).json).toEqual({ active: { email: ADA } })
  })

  it('leads to no other site where the guard protects every path', async () => {
    const { browser, smtp, origin } = await start(folder, 'whole.js')
    for (const [path, back] of [
      ['/a/page?of=it', '/a/page?of=it'],
      ['//evil.example/x', '/'],
    ]) {
      const one = browser()
      expect((await one.get(`${origin}${path}`)).headers.get('location')).toBe('/login')
      const email = `user-at-${back?.length}@example.com`
      await one.submit('/login', { email })
      const { code } = await smtp.next()
      const signedIn = await one.submit('/login', { code })
      expect(signedIn.headers.get('location')).toBe(back)
    }
  })
})

describe('the program of docs/guides/trusted-browsers.md', () => {
  let folder: string
  beforeAll(async () => {
    folder = await compile({
      sources: { 'app.ts': programOf('docs/guides/trusted-browsers.md') },
      packages: ['express', 'passport-local'],
    })
  })

  it('skips the code on a ticked browser until the password changes, and nowhere else', async () => {
    const { browser, smtp } = await start(folder, 'app.js')
    const [ada, other] = [browser(), browser()]
    const location = async (answer: Promise<{ headers: Headers }>) =>
      (await answer).headers.get('location')
    const enterPassword = (one: typeof ada, password = 'correct horse') =>
      location(one.submit('/password', { email: ADA, password }))

    expect(await enterPassword(ada, 'wrong')).toBe('/password')
    const twice = new URLSearchParams(`email=${ADA}&password=a&password=b`)
    expect(await location(ada.submit('/password', twice))).toBe('/password')
    expect(await enterPassword(ada)).toBe('/password/code')
    expect((await ada.get('/password/code')).text).toContain('name="trustBrowser"')
    const { code } = await smtp.next()
    const ticked = { code, trustBrowser: 'on' }
    expect(await location(ada.submit('/password/code', ticked))).toBe('/')
    expect((await ada.get('/')).json).toEqual({ email: ADA })

    // Without its session, as after a logout or when the browser was closed.
    const forgetSession = () => ada.cookies.delete('connect.sid')
    forgetSession()
    expect(await enterPassword(ada)).toBe('/')
    expect((await ada.get('/')).json).toEqual({ email: ADA })
    expect(smtp.mails).toHaveLength(1)
    forgetSession()
    expect(await enterPassword(ada, 'wrong')).toBe('/password')
    expect(await location(ada.get('/'))).toBe('/password')
    expect(await enterPassword(other)).toBe('/password/code')

    expect(await enterPassword(ada)).toBe('/')
    const change = (fields: Record<string, string>) => ada.submit('/account/password', fields)
    const current = 'correct horse'
    expect((await change({})).status).toBe(403)
    expect((await change({ current: 'guess', password: 'battery staple' })).status).toBe(403)
    expect((await change({ current })).status).toBe(400)
    expect((await change({ current, password: 'short' })).status).toBe(400)
    expect(await location(change({ current, password: 'battery staple' }))).toBe('/')
    forgetSession()
    expect(await enterPassword(ada, 'battery staple')).toBe('/password/code')
  })
})
