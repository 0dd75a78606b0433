import { expect, it } from 'vitest'
import { wrongCode } from '../helpers/wrong-code.js'
import type { Browser } from './browser.js'
import type { Started } from './program.js'

const ADA = 'ada@example.com'
const BOB = 'bob@example.com'

/** Requests a code with JSON, and returns it. */
async function codeFor({ smtp }: Started, browser: Browser, email = ADA): Promise<string> {
  expect((await browser.postJson('/api/login', { email })).status).toBe(202)
  return (await smtp.next()).code
}

const isSignedIn = async (browser: Browser) => (await browser.get('/')).status === 200

/**
 * Tests what every host must do with the program of its page: `GET` and `POST /login` are the form, `/api/login`
 * is the same in JSON, and `GET /` shows the signed-in user or redirects to `/login`.
 */
export function signsInOnThisHost(
  startProgram: (environment?: object) => Promise<Started>,
  { oldSession = 'gone' }: { oldSession?: 'gone' | 'kept' } = {},
): void {
  it('signs a user in with a form: page, mail, wrong code, right code, signed-in page', async () => {
    const { browser, smtp } = await startProgram()
    const ada = browser()
    const stranger = await ada.get('/')
    expect([stranger.status, stranger.headers.get('location')]).toEqual([302, '/login'])
    const empty = await ada.get('/login')
    expect(empty.text).toContain('name="email"')
    expect(empty.text).not.toContain('name="code"')

    const asked = await ada.submit('/login', { email: ' Ada@Example.com' })
    expect([asked.status, asked.headers.get('location')]).toEqual([302, '/login'])
    const { code, envelope } = await smtp.next()
    expect(envelope.to).toEqual([ADA])
    const form = await ada.get('/login')
    expect(form.text).toContain('name="code"')
    expect(form.text).toContain('Check your mail for the code.')

    const wrong = await ada.submit('/login', { code: wrongCode(code) })
    expect([wrong.status, wrong.headers.get('location')]).toEqual([302, '/login'])
    const told = (await ada.get('/login')).text
    expect(told).toContain('That code is not right. You have 4 tries left.')
    expect(told).toContain('name="code"')
    expect(told).not.toContain('Check your mail')

    const right = await ada.submit('/login', { code })
    expect([right.status, right.headers.get('location')]).toEqual([302, '/'])
    const home = await ada.get('/')
    expect(home).toMatchObject({ status: 200, json: { email: ADA } })
    expect((await ada.get('/login')).text).not.toContain('name="code"')
  })

  it('signs a user in with JSON, and answers with reason, status and attemptsLeft', async () => {
    const world = await startProgram()
    const ada = world.browser()
    const refused = await ada.postJson('/api/login', { email: 'nobody' })
    expect([refused.status, refused.json.reason]).toEqual([400, 'invalid_email'])
    const asked = await ada.postJson('/api/login', { email: ADA })
    expect(asked.status).toBe(202)
    expect(asked.json).toMatchObject({
      reason: 'code_sent',
      next: 'enter_code',
      pending: { email: ADA, digits: 6 },
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
    expect(right.json).toMatchObject({ reason: 'accepted', email: ADA, next: 'done' })
    expect((await ada.get('/')).json).toEqual({ email: ADA })
    const again = await ada.postJson('/api/login', { code })
    expect([again.status, again.json.reason]).toEqual([403, 'no_pending_code'])
  })

  it('keeps users apart who sign in at the same time', async () => {
    const world = await startProgram()
    const people = [ADA, BOB].map((email) => ({ email, browser: world.browser() }))
    await Promise.all(people.map(({ email, browser }) => browser.postJson('/api/login', { email })))
    const mails = await world.smtp.waitFor(2)
    await Promise.all(
      people.map(async ({ email, browser }) => {
        const mail = mails.find(({ envelope }) => envelope.to[0] === email)
        const entered = await browser.postJson('/api/login', { code: mail?.code })
        expect(entered.json).toMatchObject({ reason: 'accepted', email })
      }),
    )
    for (const { email, browser } of people)
      expect((await browser.get('/')).json).toEqual({ email })
  })

  it('accepts a code only from the browser that requested it', async () => {
    const world = await startProgram()
    const ada = world.browser()
    const code = await codeFor(world, ada)
    const other = await world.browser().postJson('/api/login', { code })
    expect([other.status, other.json.reason]).toEqual([403, 'no_pending_code'])
    expect((await ada.postJson('/api/login', { code })).status).toBe(200)
  })

  it('renews the session at the login, so that an old cookie is invalid', async () => {
    const world = await startProgram()
    const ada = world.browser()
    const code = await codeFor(world, ada)
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

  it(`starts a session in which the data of the old one is ${oldSession}`, async () => {
    const world = await startProgram()
    const ada = world.browser()
    await ada.submit('/login', { email: 'nobody' }) // leaves a message in the session
    const code = await codeFor(world, ada)
    expect((await ada.postJson('/api/login', { code })).status).toBe(200)
    const { text } = await ada.get('/login')
    expect(text.includes('Enter one e-mail address')).toBe(oldSession === 'kept')
  })

  it('rejects a POST from another site, sends no mail and uses up no code', async () => {
    const world = await startProgram()
    const crossSite = { 'sec-fetch-site': 'cross-site' }
    const ada = world.browser()
    const refused = await ada.postJson('/api/login', { email: BOB }, crossSite)
    expect([refused.status, refused.json.reason]).toEqual([403, 'cross_site'])

    const code = await codeFor(world, ada)
    const form = await ada.submit('/login', { code }, crossSite)
    expect([form.status, form.headers.get('location')]).toEqual([302, '/login'])
    expect((await ada.get('/login')).text).toContain('This request came from another site.')
    expect(await isSignedIn(ada)).toBe(false)
    const own = await ada.postJson('/api/login', { code }, { 'sec-fetch-site': 'same-origin' })
    expect(own.status).toBe(200)
    expect(world.smtp.mails.map(({ envelope }) => envelope.to[0])).toEqual([ADA])
  })

  it('answers GET with 405, and sends no mail', async () => {
    const world = await startProgram()
    const ada = world.browser()
    const got = await ada.get(`/api/login?email=${BOB}`)
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
    expect(got.json.reason).toBe('method_not_allowed')
    await codeFor(world, ada)
    expect(world.smtp.mails.map(({ envelope }) => envelope.to[0])).toEqual([ADA])
  })

  it('sets Retry-After to the time until the next mail can be requested', async () => {
    const world = await startProgram()
    for (let n = 0; n < 5; n++) await codeFor(world, world.browser())
    const limited = await world.browser().postJson('/api/login', { email: ADA })
    expect(limited.status).toBe(429)
    expect(limited.json).toMatchObject({ reason: 'rate_limited', next: 'wait' })
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(5000)
    expect(Number(limited.headers.get('retry-after'))).toBe(limited.json.retryAfterSeconds)
    expect(world.smtp.mails).toHaveLength(5)
  })

  it('answers 502 without details if the mail could not be sent, and accepts a new request at once', async () => {
    const world = await startProgram()
    const ada = world.browser()
    world.smtp.rejectRecipient()
    const json = await ada.postJson('/api/login', { email: ADA })
    const form = await ada.submit('/login', { email: ADA })
    const codes = world.smtp.mails.map(({ code }) => code)
    for (const failed of [json, form]) {
      expect(failed.status).toBe(502)
      for (const secret of [ADA, '127.0.0.1', '550', 'not today', 'node_modules', ...codes]) {
        expect(failed.text).not.toContain(secret)
      }
    }
    expect(await isSignedIn(ada)).toBe(false)
    world.smtp.behave()
    const code = await codeFor(world, ada)
    expect((await ada.postJson('/api/login', { code })).status).toBe(200)
  })

  it.each(['OTP_SECRET', 'SESSION_SECRET'])('serves no page without %s', async (name) => {
    const status = await startProgram({ [name]: '' }).then(
      async ({ browser }) => (await browser().get('/login')).status,
      (err: Error) => err.message.startsWith('the program ended'),
    )
    expect([500, true]).toContain(status)
  })
}
