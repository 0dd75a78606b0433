import type { RequestLike } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { MINUTE, SECOND, stopClock } from '../helpers/clock.js'
import { serveStrategies } from '../helpers/passport-app.js'
import { Sessions } from '../helpers/sessions.js'
import { ADA, clientOf, createWorld, EVE } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

it('SES-02: with keepSessionInfo the challenge stays behind, other keys come along', async () => {
  const { emailOtp, smtp } = await createWorld()
  const sessions = new Sessions()
  const server = await serveStrategies([emailOtp], {
    session: sessions.middleware,
    routes: (app, auth) => {
      app.post('/login', (req, _res, next) => {
        Object.assign(req.session, { cart: ['tea'] })
        next()
      })
      app.post('/login', auth.authenticate('email-otp', { keepSessionInfo: true }), (_req, res) => {
        res.json({})
      })
    },
  })
  const ada = clientOf(server)
  await ada.requestCode(ADA)
  const { code } = await smtp.next()
  expect((await ada.enterCode(code)).status).toBe(200)
  const session = await sessions.only()
  expect(session).toMatchObject({ cart: ['tea'], passport: { user: { email: ADA } } })
  expect(session).not.toHaveProperty('email-otp')
  expect((await ada.enterCode(code)).status).toBe(403)
  // Who proves another address meanwhile is that user.
  await ada.requestCode(EVE)
  await ada.enterCode((await smtp.next()).code)
  expect((await sessions.only()).passport).toEqual({ user: { email: EVE } })
})

it('SES-03: a code works in no other session: without a challenge, with one of its address or of another', async () => {
  const { client, codeFor } = await createWorld()
  const [ada, thief] = [client(), client()]
  const code = await codeFor(ada)
  expect((await thief.enterCode(code)).body.reason).toBe('no_pending_code')
  const own = await codeFor(thief, ADA)
  expect(own).not.toBe(code)
  // It counts for the thief's challenge alone.
  expect((await thief.enterCode(code)).body.attemptsLeft).toBe(4)
  expect((await ada.enterCode(wrongCode(code))).body.attemptsLeft).toBe(3)
  await codeFor(thief, EVE)
  expect((await thief.enterCode(code)).body).toMatchObject({
    reason: 'invalid_code',
    attemptsLeft: 4,
  })
  expect((await thief.home()).status).toBe(401)
  expect((await ada.enterCode(code)).status).toBe(200)
})

it('SES-05: a signed-in user who proves another address becomes that user, in a new session', async () => {
  const { client, codeFor, sessions } = await createWorld()
  const browser = client()
  await browser.enterCode(await codeFor(browser, EVE))
  await sessions.edit((session) => {
    session.cart = 'of Eve'
  })
  const [before] = Object.keys(await sessions.all())
  const code = await codeFor(browser, ADA)
  expect((await browser.home()).body.user).toEqual({ email: EVE })
  expect((await browser.enterCode(code)).body.user).toEqual({ email: ADA })
  expect((await browser.home()).body.user).toEqual({ email: ADA })
  const after = await sessions.all()
  expect(Object.keys(after)).toHaveLength(1)
  expect(Object.keys(after)).not.toContain(before)
  expect(JSON.stringify(after)).not.toMatch(/eve|cart|email-otp/)
})

const OWN = 'https://app.example.com'
const TRUSTED = 'https://sso.example.org'

/** What the headers say, and whether it passes with `origin` alone configured, and without any. */
const origins: [headers: Record<string, string>, withOrigin: boolean, without: boolean][] = [
  [{}, true, true],
  [{ 'sec-fetch-site': 'same-origin' }, true, true],
  [{ 'sec-fetch-site': 'same-site' }, true, true],
  [{ 'sec-fetch-site': 'none' }, true, true],
  [{ 'sec-fetch-site': 'cross-site' }, false, false],
  // Sec-Fetch-Site can't be forged by a page, so it is believed before Origin (helmet makes that null).
  [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, true, true],
  [{ 'sec-fetch-site': 'cross-site', origin: OWN }, false, false],
  [{ 'sec-fetch-site': 'cross-site', origin: 'null' }, false, false],
  [{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, false, false],
  [{ 'sec-fetch-site': 'cross-site', 'x-requested-with': 'XMLHttpRequest' }, false, false],
  [{ origin: OWN }, true, true],
  [{ origin: 'https://evil.example' }, false, true],
  [{ origin: 'null' }, false, true],
  [{ origin: '' }, false, true],
  [{ origin: 'http://app.example.com' }, false, true],
  [{ origin: `${OWN}:8443` }, false, true],
  [{ origin: `${OWN}.evil.example` }, false, true],
  [{ origin: `${OWN}/` }, false, true],
  [{ origin: 'https://APP.example.com' }, false, true],
  [{ origin: `https://evil.example#${OWN}` }, false, true],
  [{ origin: `${OWN} https://evil.example` }, false, true],
  [{ origin: 'https://evil.example', host: 'evil.example' }, false, true],
  [{ origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }, false, true],
  [{ origin: 'https://evil.example', referer: `${OWN}/login` }, false, true],
]

it('SES-06: a POST from another site is refused on the route, by Sec-Fetch-Site, else by Origin', async () => {
  const configured = await createWorld({ origin: OWN, sendCode: () => {} })
  const plain = await createWorld({ sendCode: () => {} })
  let n = 0
  for (const [headers, withOrigin, without] of origins) {
    for (const [world, passes] of [
      [configured, withOrigin],
      [plain, without],
    ] as const) {
      n += 1
      const asked = await world.client(headers).requestCode(`ada${n}@example.com`)
      const what = JSON.stringify({ headers, passes })
      expect(asked.status, what).toBe(passes ? 202 : 403)
      if (passes) continue
      expect(asked.body, what).toMatchObject({ reason: 'cross_site', next: 'request_code' })
      expect(asked.headers['set-cookie'], what).toBeUndefined()
    }
  }
  const passed = origins.filter(([, withOrigin]) => withOrigin).length
  expect(configured.calls).toHaveLength(passed)
})

it('SES-06: an attacker’s code from the attacker’s page doesn’t sign a visitor in', async () => {
  const { client, codeFor, calls, sessions } = await createWorld({ origin: OWN })
  const visitor = client()
  const code = await codeFor(visitor, EVE) // had the visitor's browser been made to ask
  const before = await sessions.all()
  for (const foreign of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'null' }]) {
    const forged = await visitor.agent.post('/login').set(foreign).send({ code })
    expect(forged.status).toBe(403)
    expect(forged.body.reason).toBe('cross_site')
  }
  expect((await visitor.home()).status).toBe(401)
  expect(calls.map(({ verb }) => verb)).toEqual(['open'])
  expect(await sessions.all()).toEqual(before)
})

it('SES-06: plain calls refuse the same', async () => {
  const { emailOtp, smtp, calls } = await createWorld({ origin: OWN })
  const session = {}
  await emailOtp.requestCode({ headers: {}, session } as RequestLike, ADA)
  const { code } = await smtp.next()
  for (const [headers, passes] of origins) {
    if (passes) continue
    const req = { headers, session } as RequestLike
    expect((await emailOtp.requestCode(req, EVE)).reason).toBe('cross_site')
    expect((await emailOtp.requestCode(req)).reason).toBe('cross_site')
    const rejected = { reason: 'cross_site', pending: { email: ADA } }
    expect(await emailOtp.verifyCode(req, code)).toMatchObject(rejected)
    expect(emailOtp.proven(req)).toBeUndefined()
  }
  expect(calls).toHaveLength(1)
  const req = { headers: { 'sec-fetch-site': 'same-origin' }, session } as RequestLike
  expect((await emailOtp.verifyCode(req, code)).reason).toBe('accepted')
})

it('SES-06: trustedOrigins lets in those it names and no other', async () => {
  const { client } = await createWorld({
    origin: OWN,
    trustedOrigins: [TRUSTED, 'capacitor://localhost'],
    sendCode: () => {},
  })
  const cases: [Record<string, string>, number][] = [
    [{ origin: TRUSTED }, 202],
    [{ 'sec-fetch-site': 'cross-site', origin: TRUSTED }, 202],
    [{ 'sec-fetch-site': 'cross-site', origin: 'capacitor://localhost' }, 202],
    [{ 'sec-fetch-site': 'cross-site', origin: 'capacitor://localhost.evil.example' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'capacitor://localhost:1' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'Capacitor://localhost' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'ionic://localhost' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: `${TRUSTED}.evil.example` }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: OWN }, 403],
    [{ origin: `${TRUSTED}:444` }, 403],
    [{ origin: OWN }, 202],
  ]
  for (const [n, [headers, status]] of cases.entries()) {
    const asked = await client(headers).requestCode(`a${n}@x.org`)
    expect(asked.status, JSON.stringify(headers)).toBe(status)
  }
})

it('SES-08: the address in the session can’t be exchanged for one that the code proves', async () => {
  const { client, codeFor, sessions } = await createWorld()
  const eve = client()
  const code = await codeFor(eve, EVE)
  await sessions.plant({ email: ADA })
  // The challenge is one of Eve's address: for any other, the store doesn't know it.
  expect((await eve.enterCode(code)).body.reason).toBe('no_pending_code')
  expect((await eve.home()).status).toBe(401)
})

it('SES-09: an expiry raised in the session prolongs nothing', async () => {
  const clock = stopClock()
  const { client, codeFor, sessions } = await createWorld()
  const ada = client()
  const code = await codeFor(ada)
  await sessions.plant({ expiresAt: Date.now() + 1e12, resendAt: 0, sentAt: 0 })
  clock.pass(10 * MINUTE)
  const late = await ada.enterCode(code)
  expect(late.status).toBe(403)
  expect(late.body.reason).toBe('no_pending_code')
})

it('SES-09: neither spacing nor limits are in the session', async () => {
  const { client, codeFor, sessions, smtp } = await createWorld()
  const ada = client()
  await codeFor(ada)
  for (let n = 0; n < 10; n++) {
    await sessions.plant({ resendAt: 0, sentAt: 0, expiresAt: 9e15, ended: 'spent' })
    expect((await ada.requestCode(ADA)).body.retryAfterSeconds).toBeGreaterThan(25)
  }
  expect(smtp.mails).toHaveLength(1)
  const reasons = []
  for (let n = 0; n < 10; n++) {
    await sessions.plant({ id: 'A'.repeat(22), budget: `a budget ${n}`, kid: 'x' })
    reasons.push((await ada.requestCode(ADA)).body.reason)
  }
  expect(reasons).toEqual([...Array(4).fill('code_sent'), ...Array(6).fill('rate_limited')])
})

it('SES-11: a session that was destroyed meanwhile has no pending code', async () => {
  const { client, codeFor, sessions, calls } = await createWorld()
  const ada = client()
  const code = await codeFor(ada)
  await sessions.clear()
  const refused = await ada.enterCode(code)
  expect(refused.status).toBe(403)
  expect(refused.body).toMatchObject({ reason: 'no_pending_code', next: 'request_code' })
  expect(calls.map(({ verb }) => verb)).toEqual(['open'])
})

it('SES-12: with saveUninitialized off a first request sets a cookie, saved before the mail', async () => {
  const savedAtMail: boolean[] = []
  const { client, sessions } = await createWorld({
    sendCode: async () => {
      savedAtMail.push('email-otp' in (await sessions.only()))
    },
  })
  const ada = client()
  const asked = await ada.requestCode(ADA)
  expect(asked.headers['set-cookie']?.[0]).toMatch(/^connect\.sid=/)
  expect(savedAtMail).toEqual([true])
  expect((await ada.home()).body.pending.email).toBe(ADA)
})

it('SES-14: a second tab within the spacing shares the challenge; the first mail’s code stays good', async () => {
  const clock = stopClock()
  const { client, codeFor, smtp, sessions } = await createWorld()
  const browser = client()
  const code = await codeFor(browser)
  const { id } = await sessions.pending()
  clock.pass(29 * SECOND)
  const second = await browser.requestCode(ADA)
  expect(second.status).toBe(202)
  expect(second.body).toMatchObject({ reason: 'code_sent', retryAfterSeconds: 1 })
  expect((await sessions.pending()).id).toBe(id)
  expect(smtp.mails).toHaveLength(1)
  expect((await browser.enterCode(code)).status).toBe(200)
})

it('SES-09: nothing that a session may hold in place of a pending state signs in, throws or hangs', async () => {
  const { client, sessions, calls, smtp } = await createWorld()
  const ada = client()
  await ada.requestCode(ADA)
  const { code } = await smtp.next()
  const good = await sessions.pending()
  const junk = [
    ...[null, 0, 1, '', 'x', code, true, [], {}, [good], { '0': good }, { ...good, email: null }],
    ...[JSON.stringify(good), { ...good, id: `${good.id}=` }, { pending: good }, { digits: 6 }],
    ...[1, 2, 5].map((digits) => ({ ...good, digits })),
    ...[{ __proto__: null }, Object.keys(good), Object.values(good), { length: 12 }],
  ]
  for (const value of junk) {
    await sessions.edit((session) => {
      session['email-otp'] = value
    })
    const home = await ada.home()
    expect(home.body, JSON.stringify(value)).toEqual({ pending: null })
    await sessions.edit((session) => {
      session['email-otp'] = value
    })
    const entered = await ada.enterCode(code)
    expect(entered.body.reason, JSON.stringify(value)).toBe('no_pending_code')
    // Removed on sight.
    expect(await sessions.only()).not.toHaveProperty('email-otp')
  }
  expect(calls).toHaveLength(1)
})
