import { stripVTControlCharacters } from 'node:util'
import { loginPagePolicy } from 'passport-email-otp'
import { beforeAll, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import type { Answer, Browser } from '../helpers/browser.js'
import { until } from '../helpers/until.js'
import { wrongCode } from '../helpers/wrong-code.js'
import type { Started } from './program.js'

const isSignedIn = async (browser: Browser) => (await browser.get('/')).status === 200

/** The policy allows the page and nothing else, and no cache keeps it. */
function expectPolicy({ headers }: Answer): void {
  expect(headers.get('content-security-policy')).toBe(loginPagePolicy)
  expect(headers.get('cache-control')).toBe('no-store')
}

/** What differs between hosts and is no matter of the strategy. */
export interface HostManners {
  /** The status that a form is redirected with after it was posted, and a visitor of a page for users. */
  readonly redirects: { readonly form: number; readonly visitor: number }
  /** Checks that the page for users shows this address. */
  readonly expectHome: (home: Answer, email: string) => void
}

const PASSPORTS: HostManners = {
  redirects: { form: 302, visitor: 302 },
  expectHome: (home, email) => expect(home).toMatchObject({ status: 200, json: { email } }),
}

/**
 * Tests what every host must do with the program of its page: `GET` and `POST /login` are the form, `/api/login`
 * is the same in JSON, and `GET /` shows the signed-in user or redirects to `/login`. One program serves all cases, each
 * with an address and browsers that no other case has.
 */
export function signsInOnThisHost(
  startProgram: (environment?: object) => Promise<Started>,
  { redirects, expectHome }: HostManners = PASSPORTS,
): void {
  let world: Started
  beforeAll(async () => {
    world = await startProgram()
  })
  let people = 0
  const newAddress = () => `person${++people}@example.com`
  /** The recipients of the mails since the given number of them. */
  const recipientsSince = (sent: number) =>
    world.smtp.mails.slice(sent).map(({ envelope }) => envelope.to[0])

  /** Requests a code with JSON, and returns it. */
  async function codeFor(browser: Browser, email: string): Promise<string> {
    expect((await browser.postJson('/api/login', { email })).status).toBe(202)
    return (await world.smtp.next()).code
  }

  it('signs a user in with a form: page, mail, wrong code, right code, signed-in page', async () => {
    const { browser, smtp } = world
    const [ada, email] = [browser(), newAddress()]
    const stranger = await ada.get('/')
    expect([stranger.status, stranger.headers.get('location')]).toEqual([
      redirects.visitor,
      '/login',
    ])
    const empty = await ada.get('/login')
    expect(empty.text).toContain('name="email"')
    expect(empty.text).not.toContain('name="code"')
    expect(empty.text).toContain('<!doctype html>')
    expect(empty.headers.get('content-type')).toContain('text/html')
    expectPolicy(empty)

    const asked = await ada.submit('/login', { email: ` ${email.toUpperCase()}` })
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/login'])
    const { code, envelope } = await smtp.next()
    expect(envelope.to).toEqual([email])
    const form = await ada.get('/login')
    expect(form.text).toContain('name="code"')
    expect(form.text).toContain(en.reasons.code_sent)

    const wrong = await ada.submit('/login', { code: wrongCode(code) })
    expect([wrong.status, wrong.headers.get('location')]).toEqual([redirects.form, '/login'])
    const told = (await ada.get('/login')).text
    expect(told).toContain(en.reasons.invalid_code({ attemptsLeft: 4 }))
    expect(told).toContain('name="code"')
    expect(told).not.toContain(en.reasons.code_sent)

    const right = await ada.submit('/login', { code })
    expect([right.status, right.headers.get('location')]).toEqual([redirects.form, '/'])
    expectHome(await ada.get('/'), email)

    // The same code once more, as a second click sends it, ends on the same page.
    const again = await ada.submit('/login', { code })
    expect(again.headers.get('location')).toBe('/login')
    expect((await ada.get('/login')).headers.get('location')).toBe('/')
    expectHome(await ada.get('/'), email)
  })

  it('signs a user in with JSON, and answers with reason, status and attemptsLeft', async () => {
    const [ada, email] = [world.browser(), newAddress()]
    const refused = await ada.postJson('/api/login', { email: 'nobody' })
    expect([refused.status, refused.json.reason]).toEqual([400, 'invalid_email'])
    const asked = await ada.postJson('/api/login', { email })
    expect(asked.status).toBe(202)
    expect(asked.json).toMatchObject({
      reason: 'code_sent',
      next: 'enter_code',
      pending: { email, digits: 6 },
    })
    const { code } = await world.smtp.next()
    for (const [tries, attemptsLeft] of [4, 3].entries()) {
      const wrong = await ada.postJson('/api/login', { code: wrongCode(code, tries + 1) })
      expect(wrong.status).toBe(401)
      expect(wrong.json).toMatchObject({ reason: 'invalid_code', attemptsLeft })
    }
    expect(await isSignedIn(ada)).toBe(false)
    const right = await ada.postJson('/api/login', { code: `${code.slice(0, 3)} ${code.slice(3)}` })
    expect(right.status).toBe(200)
    expect(right.json).toMatchObject({ reason: 'accepted', email, next: 'done' })
    expectHome(await ada.get('/'), email)
    const again = await ada.postJson('/api/login', { code })
    expect([again.status, again.json.reason]).toEqual([403, 'no_pending_code'])
  })

  it('keeps users apart who sign in at the same time', async () => {
    const two = [1, 2].map(() => ({ email: newAddress(), browser: world.browser() }))
    await Promise.all(two.map(({ email, browser }) => browser.postJson('/api/login', { email })))
    const mails = [await world.smtp.next(), await world.smtp.next()]
    await Promise.all(
      two.map(async ({ email, browser }) => {
        const mail = mails.find(({ envelope }) => envelope.to[0] === email)
        const entered = await browser.postJson('/api/login', { code: mail?.code })
        expect(entered.json).toMatchObject({ reason: 'accepted', email })
      }),
    )
    for (const { email, browser } of two) expectHome(await browser.get('/'), email)
  })

  it('accepts a code only in the session that requested it, which the login renews', async () => {
    const [ada, email] = [world.browser(), newAddress()]
    const code = await codeFor(ada, email)
    const other = await world.browser().postJson('/api/login', { code })
    expect([other.status, other.json.reason]).toEqual([403, 'no_pending_code'])
    const before = new Map(ada.cookies)
    expect(before.size).toBeGreaterThan(0)
    expect((await ada.postJson('/api/login', { code })).status).toBe(200)
    expect(await isSignedIn(ada)).toBe(true)

    const thief = world.browser()
    for (const [name, value] of before) {
      thief.cookies.set(name, value)
      expect(ada.cookies.get(name), name).not.toBe(value)
    }
    expect(await isSignedIn(thief)).toBe(false)
    expect((await thief.postJson('/api/login', { code })).status).toBe(403)
  })

  it('rejects a POST from another site, sends no mail and uses up no code', async () => {
    const [ada, email] = [world.browser(), newAddress()]
    const sent = world.smtp.mails.length
    const crossSite = { 'sec-fetch-site': 'cross-site' }
    const refused = await ada.postJson('/api/login', { email: newAddress() }, crossSite)
    expect([refused.status, refused.json.reason]).toEqual([403, 'cross_site'])

    const code = await codeFor(ada, email)
    const form = await ada.submit('/login', { code }, crossSite)
    expect([form.status, form.headers.get('location')]).toEqual([303, '/login'])
    // The visitor's cookie did not come along. Another one would sign the visitor out.
    const foreign = await world.browser().submit('/login', { email: newAddress() }, crossSite)
    expect(foreign.headers.getSetCookie()).toEqual([])
    // What another site causes leaves nothing in a session.
    expect((await ada.get('/login')).text).not.toContain(en.reasons.cross_site)
    expect(await isSignedIn(ada)).toBe(false)
    const own = await ada.postJson('/api/login', { code }, { 'sec-fetch-site': 'same-origin' })
    expect(own.status).toBe(200)
    expect(recipientsSince(sent)).toEqual([email])
  })

  it('answers GET with 405, and sends no mail', async () => {
    const [ada, email] = [world.browser(), newAddress()]
    const sent = world.smtp.mails.length
    const got = await ada.get(`/api/login?email=${newAddress()}`)
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
    expect(got.json.reason).toBe('method_not_allowed')
    await codeFor(ada, email)
    expect(recipientsSince(sent)).toEqual([email])
  })

  it('sets Retry-After to the time until the next mail can be requested', async () => {
    const email = newAddress()
    const sent = world.smtp.mails.length
    for (let n = 0; n < 5; n++) await codeFor(world.browser(), email)
    const limited = await world.browser().postJson('/api/login', { email })
    expect(limited.status).toBe(429)
    expect(limited.json).toMatchObject({ reason: 'rate_limited', next: 'wait' })
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(5000)
    expect(Number(limited.headers.get('retry-after'))).toBe(limited.json.retryAfterSeconds)
    expect(recipientsSince(sent)).toEqual(Array(5).fill(email))
  })

  it('answers 502 without details if the mail could not be sent, and accepts another address at once', async () => {
    const [ada, email] = [world.browser(), newAddress()]
    world.smtp.rejectRecipient()
    const json = await ada.postJson('/api/login', { email })
    const form = await world.browser().submit('/login', { email: newAddress() })
    const withQuery = await world.browser().submit('/login?from=mail', { email: newAddress() })
    for (const failed of [json, form, withQuery]) {
      expect(failed.status).toBe(502)
      for (const secret of [email, '127.0.0.1', '550', 'not today', 'node_modules']) {
        expect(failed.text).not.toContain(secret)
      }
    }
    // The user is back on the page, and can try again from there.
    for (const page of [form, withQuery]) {
      expect(page.text).toContain(en.reasons.not_sent)
      expect(page.text).toContain('<form method="post"')
      expectPolicy(page)
    }
    // The log says why, once for each.
    const logged = () =>
      stripVTControlCharacters(world.output.text).split('responseCode: 550').length - 1
    await until(() => logged() >= 3)
    expect(await isSignedIn(ada)).toBe(false)
    world.smtp.behave()
    const code = await codeFor(ada, newAddress())
    expect((await ada.postJson('/api/login', { code })).status).toBe(200)
    expect(logged()).toBe(3)
  })

  it.each(['OTP_SECRET', 'SESSION_SECRET'])('serves no page without %s', async (name) => {
    const status = await startProgram({ [name]: '' }).then(
      async ({ browser }) => (await browser().get('/login')).status,
      (err: Error) => err.message.startsWith('the program ended'),
    )
    expect([500, true]).toContain(status)
  })
}
