import { MemoryStore } from 'passport-email-otp'
import request from 'supertest'
import { expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { MINUTE, SECOND, stopClock } from '../helpers/clock.js'
import { startMail } from '../helpers/mail.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { Sessions, sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { tokenApi } from './token-api.js'

it('a client without cookies gets a code by mail, and for it a bearer token', async () => {
  const { smtp, options } = await startMail()
  const { server, post } = await tokenApi({ sendCode: options.sendCode })

  const asked = await post({ email: 'Ada@Example.com' })
  expect(asked.status).toBe(202)
  expect(asked.body).toMatchObject({
    reason: 'code_sent',
    next: 'enter_code',
    challengeToken: expect.any(String),
    pending: { email: 'ada@example.com', digits: 6 },
  })
  const { code } = await smtp.next()

  const wrong = await post({ ...asked.body, code: wrongCode(code) })
  expect([wrong.status, wrong.body.reason, wrong.body.attemptsLeft]).toEqual([
    ...[401, 'invalid_code', 4],
  ])
  const right = await post({ challengeToken: wrong.body.challengeToken, code })
  expect(right.status).toBe(200)
  expect(right.body).toEqual({
    bearer: expect.any(String),
    reason: 'accepted',
    message: en.reasons.accepted,
    next: 'done',
    email: 'ada@example.com',
  })
  for (const { headers } of [asked, wrong, right]) expect(headers).not.toHaveProperty('set-cookie')

  const me = await request(server).get('/me').set('Authorization', `Bearer ${right.body.bearer}`)
  expect(me.body).toEqual({ user: { email: 'ada@example.com' } })
  expect((await request(server).get('/me')).status).toBe(401)
})

it('a resend with the token mails the same code, and leaves attempts and expiry as they were', async () => {
  const clock = stopClock()
  const { post, asked, mails } = await tokenApi()
  const first = await asked()
  await post({ ...first, code: wrongCode(first.code) })
  const early = await post({ email: 'ada@example.com', challengeToken: first.challengeToken })
  expect([early.status, early.body.retryAfterSeconds, mails.length]).toEqual([202, 30, 1])

  clock.pass(30 * SECOND)
  const again = await post({ email: 'ada@example.com', challengeToken: first.challengeToken })
  expect(again.status).toBe(202)
  expect(again.body.pending).toMatchObject({ expiresInSeconds: 570, resendInSeconds: 30 })
  expect(mails.map(({ code }) => code)).toEqual([first.code, first.code])
  // The older token is as good: it is the same challenge.
  const left = []
  for (const challengeToken of [again.body.challengeToken, first.challengeToken]) {
    const { body } = await post({ challengeToken, code: wrongCode(first.code, 2) })
    left.push(body.attemptsLeft)
  }
  expect(left).toEqual([3, 2])
  const right = await post({ challengeToken: again.body.challengeToken, code: first.code })
  expect(right.status).toBe(200)
})

it('every answer while a code waits has a token that goes on', async () => {
  const { post, asked } = await tokenApi()
  let { challengeToken, code } = await asked()
  for (const [typed, reason] of [
    ['', 'missing_code'],
    ['12', 'malformed_code'],
    [wrongCode(code), 'invalid_code'],
  ]) {
    const { body } = await post({ challengeToken, code: typed })
    expect(body.reason).toBe(reason)
    challengeToken = body.challengeToken
  }
  expect((await post({ challengeToken, code })).status).toBe(200)
})

it('five wrong codes end the challenge, and the token that comes with the last asks for a new one', async () => {
  const { post, asked, mails } = await tokenApi()
  const { challengeToken, code } = await asked()
  let last = await post({ challengeToken, code: wrongCode(code) })
  for (let n = 2; n <= 5; n++) last = await post({ challengeToken, code: wrongCode(code, n) })
  expect(last.body).toMatchObject({ attemptsLeft: 0, next: 'request_code' })
  expect(last.body.pending).toMatchObject({ email: 'ada@example.com', ended: 'spent' })
  // Whoever kept a token from before has no more attempts: the store counts, not the token.
  const spent = await post({ challengeToken, code })
  expect([spent.status, spent.body.reason]).toEqual([429, 'too_many_attempts'])
  const { body } = await post({
    email: 'ada@example.com',
    challengeToken: last.body.challengeToken,
  })
  const fresh = mails.at(-1)?.code
  expect(fresh).toHaveLength(8)
  expect((await post({ challengeToken: body.challengeToken, code: fresh })).status).toBe(200)
})

it('a token outlives its code as little as a session does', async () => {
  const clock = stopClock()
  const { post, asked } = await tokenApi()
  const { challengeToken, code } = await asked()
  clock.pass(10 * MINUTE)
  const late = await post({ challengeToken, code })
  expect([late.status, late.body.reason]).toEqual([401, 'expired_code'])
  expect(late.body.pending.ended).toBe('expired')
})

it.each([
  ['application/vnd.api+json', 'accepted'],
  ['application/problem+json; charset=utf-8', 'accepted'],
  ['Application/LD+JSON', 'accepted'],
  ['', 'no_pending_code'],
  ['application/json+x', 'no_pending_code'],
  ['application/xjson', 'no_pending_code'],
  ['application/+json', 'no_pending_code'],
  ['text/vnd.api+json', 'no_pending_code'],
  ['text/plain; x=application/vnd.api+json', 'no_pending_code'],
])('reads a token from a body of the type %s: %s', async (type, reason) => {
  const { emailOtp, mails } = plainCalls({ pendingIn: 'token' })
  const { challengeToken } = await emailOtp.requestCode({ headers: {} }, 'ada@example.com')
  const req = { headers: { 'content-type': type }, body: { challengeToken } }
  expect((await emailOtp.verifyCode(req, mails[0]?.code)).reason).toBe(reason)
})

it('plain calls take a token from the body of any framework’s request, and give one back', async () => {
  const { emailOtp, mails } = plainCalls({ pendingIn: 'token' })
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  const { challengeToken } = await emailOtp.requestCode({ headers }, 'ada@example.com')
  const req = { headers, body: { challengeToken } }
  expect(emailOtp.pending(req)).toMatchObject({ maskedEmail: 'a•••@example.com' })
  expect(await emailOtp.verifyCode(req, mails[0]?.code)).toMatchObject({
    reason: 'accepted',
    email: 'ada@example.com',
  })
  // In the same request nothing waits any more, although its body still has the token.
  expect(emailOtp.pending(req)).toBeUndefined()
})

it('"send again" needs no address beside the token where the route asks for codes alone', async () => {
  const clock = stopClock()
  const { emailOtp, mails } = plainCalls({ pendingIn: 'token' })
  const headers = { 'content-type': 'application/json' }
  const { challengeToken } = await emailOtp.requestCode({ headers }, 'ada@example.com')
  clock.pass(30 * SECOND)
  const again = await emailOtp.requestCode({ headers, body: { challengeToken } })
  expect(again.reason).toBe('code_sent')
  expect(mails.map(({ to }) => to)).toEqual(['ada@example.com', 'ada@example.com'])
})

it('no session is read or written, even where there is one', async () => {
  const sessions = new Sessions()
  const { server, mails } = await tokenApi({ before: sessions.middleware })
  const browser = request.agent(server)
  const { body } = await browser.post('/api/login').send({ email: 'ada@example.com' })
  expect(await sessions.all()).toEqual({})
  const bare = await browser.post('/api/login').send({ code: mails[0]?.code })
  expect(bare.body.reason).toBe('no_pending_code')
  const { challengeToken } = body
  const right = await browser.post('/api/login').send({ challengeToken, code: mails[0]?.code })
  expect(right.status).toBe(200)
  expect(await sessions.all()).toEqual({})
})

it('a strategy that keeps sessions gives no token and takes none', async () => {
  const store = new MemoryStore()
  const tokens = await tokenApi({ store })
  const inSessions = await tokenApi({ store, pendingIn: 'session', before: sessions() })
  const { body } = await inSessions.post({ email: 'eve@example.com' })
  expect(body).not.toHaveProperty('challengeToken')
  const { challengeToken, code } = await tokens.asked()
  expect((await inSessions.post({ challengeToken, code })).body.reason).toBe('no_pending_code')
  expect((await tokens.post({ challengeToken, code })).status).toBe(200)
})

it('the longest address and all that may be remembered fit into a token', async () => {
  const local = `${'l'.repeat(60)}+tag`
  const email = `${local}@${`${'d'.repeat(59)}.`.repeat(3)}example`
  const remembered = { invite: '\u0001'.repeat(168) } // 6 bytes each in JSON
  const { post, asked } = await tokenApi({ remember: () => remembered })
  const { challengeToken, code } = await asked(email)
  expect((await post({ challengeToken, code })).body).toMatchObject({ email, remembered })
})

it('a token works on every instance that has the secret and the store', async () => {
  const store = new MemoryStore()
  const [one, other] = [await tokenApi({ store }), await tokenApi({ store })]
  const { challengeToken, code } = await one.asked()
  expect((await other.post({ challengeToken, code })).status).toBe(200)
  expect((await one.post({ challengeToken, code })).body.reason).toBe('no_pending_code')
})
