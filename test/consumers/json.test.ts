import express, { type RequestHandler } from 'express'
import type { AuthenticateCallback } from 'passport'
import { expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson, passportWith } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** A JSON interface by Passport's custom callback; `login` is what does the logging in. */
async function jsonApp(login?: (callback: AuthenticateCallback) => AuthenticateCallback) {
  const mail = await startMail()
  const emailOtp = strategyOn(mail)
  const passport = passportWith(emailOtp)
  const app = express()
  app.use(express.json(), sessions(), passport.session() as RequestHandler)
  app.post('/login', (req, res, next) => {
    const callback: AuthenticateCallback = (err, user, info, status) => {
      if (err) return next(err)
      if (!user) return res.status(Number(status)).json(info)
      req.logIn(user, (err) => (err ? next(err) : res.json({ user, info })))
    }
    passport.authenticate('email-otp', login?.(callback) ?? callback)(req, res, next)
  })
  app.get('/', (req, res) => void res.json({ user: req.user ?? null }))
  app.use(errorsAsJson)
  const newBrowser = await browsersOf(app)
  const agent = newBrowser()
  return { ...mail, agent, post: (body: object) => agent.post('/login').send(body) }
}

const PENDING = {
  id: expect.any(String),
  email: 'ada@example.com',
  maskedEmail: 'a•••@example.com',
  digits: 6,
  expiresInSeconds: 600,
  resendInSeconds: 30,
}

it('each answer says what happened, what comes next, and what is pending after it', async () => {
  const clock = stopClock()
  const { smtp, post } = await jsonApp()
  const asked = await post({ email: 'ada@example.com' })
  expect(asked.status).toBe(202)
  expect(asked.body).toEqual({
    reason: 'code_sent',
    message: en.reasons.code_sent,
    next: 'enter_code',
    retryAfterSeconds: 30,
    pending: PENDING,
  })

  const { code } = await smtp.next()
  clock.pass(10 * SECOND)
  const again = await post({ email: 'ada@example.com' })
  expect(again.status).toBe(202)
  const later = { ...PENDING, expiresInSeconds: 590, resendInSeconds: 20 }
  expect(again.body).toEqual({ ...asked.body, retryAfterSeconds: 20, pending: later })

  const malformed = await post({ code: code.slice(1) })
  expect(malformed.status).toBe(400)
  expect(malformed.body).toEqual({
    reason: 'malformed_code',
    message: en.reasons.malformed_code({ digits: 6 }),
    next: 'enter_code',
    digits: 6,
    pending: later,
  })

  const wrong = await post({ code: wrongCode(code) })
  expect(wrong.status).toBe(401)
  expect(wrong.body).toEqual({
    reason: 'invalid_code',
    message: en.reasons.invalid_code({ attemptsLeft: 4 }),
    next: 'enter_code',
    attemptsLeft: 4,
    pending: later,
  })

  const right = await post({ code })
  expect(right.status).toBe(200)
  expect(right.body.info).toEqual({
    reason: 'accepted',
    message: en.reasons.accepted,
    next: 'done',
    email: 'ada@example.com',
  })
})

it('an answer without a pending code has no "pending"', async () => {
  const { post } = await jsonApp()
  expect((await post({ code: '123456' })).body).toEqual({
    reason: 'no_pending_code',
    message: en.reasons.no_pending_code,
    next: 'request_code',
  })
})

it('the last wrong code says 0 left and that a new one is needed', async () => {
  const { smtp, post, events } = await jsonApp()
  await post({ email: 'ada@example.com' })
  const { code } = await smtp.next()
  const left = []
  for (let n = 1; n <= 5; n++) {
    const { status, body } = await post({ code: wrongCode(code, n) })
    left.push([status, body.attemptsLeft, body.next, body.pending.ended])
  }
  expect(left).toEqual([
    [401, 4, 'enter_code', undefined],
    [401, 3, 'enter_code', undefined],
    [401, 2, 'enter_code', undefined],
    [401, 1, 'enter_code', undefined],
    [401, 0, 'request_code', 'spent'],
  ])
  const counted = events.flatMap((event) => (event.type === 'rejected' ? [event.failures] : []))
  expect(counted).toEqual([1, 2, 3, 4, 5])
  const spent = await post({ code })
  expect([spent.status, spent.body.reason]).toEqual([429, 'too_many_attempts'])
  expect(spent.body.pending).toMatchObject({ email: 'ada@example.com', ended: 'spent' })
})

it('a limited address is told when the next mail may be asked for, and keeps its code', async () => {
  const clock = stopClock()
  const { smtp, post } = await jsonApp()
  for (let n = 1; n <= 5; n++) {
    await post({ email: 'ada@example.com' })
    clock.pass(30 * SECOND)
  }
  const limited = await post({ email: 'ada@example.com' })
  expect(limited.status).toBe(429)
  expect(limited.headers['retry-after']).toBe('5250')
  expect(limited.body).toMatchObject({
    reason: 'rate_limited',
    next: 'wait',
    retryAfterSeconds: 5250,
    pending: { email: 'ada@example.com', expiresInSeconds: 450 },
  })
  expect(limited.body.pending).not.toHaveProperty('ended')
  const { code } = await smtp.next()
  expect((await post({ code })).status).toBe(200)
})

it('nothing that was typed comes back in a message', async () => {
  const { post } = await jsonApp()
  const { text } = await post({ email: '<script>alert(1)</script>' })
  expect(text).not.toContain('script')
})

it('a callback that throws ends in the error handler instead of hanging the request', async () => {
  const { agent, smtp, post } = await jsonApp((callback) => (err, user, info, status) => {
    if (err) return callback(err)
    if (user) throw new RangeError('a bug of the application')
    return callback(err, user, info, status)
  })
  await post({ email: 'ada@example.com' })
  const { code } = await smtp.next()
  const { status, body } = await post({ code })
  expect([status, body.name, body.message]).toEqual([500, 'RangeError', 'a bug of the application'])
  expect((await agent.get('/')).body).toEqual({ user: null })
})

it('failWithError gives the error handler the status alone: reason and pending are lost', async () => {
  const mail = await startMail()
  const passport = passportWith(strategyOn(mail))
  const app = express()
  app.use(express.json(), sessions())
  app.post('/login', passport.authenticate('email-otp', { failWithError: true }), (_req, res) => {
    res.json('signed in')
  })
  app.use(errorsAsJson)
  const newBrowser = await browsersOf(app)
  const agent = newBrowser()
  const post = (body: object) => agent.post('/login').send(body)

  const asked = await post({ email: 'ada@example.com' })
  expect([asked.status, asked.body]).toEqual([
    202,
    { name: 'AuthenticationError', message: 'Accepted' },
  ])
  const { code } = await mail.smtp.next()
  const wrong = await post({ code: wrongCode(code) })
  expect([wrong.status, wrong.body]).toEqual([
    401,
    { name: 'AuthenticationError', message: 'Unauthorized' },
  ])
  expect((await post({ code })).body).toBe('signed in')
})

it('without any option, a refusal is a bare status: nothing that was typed, and no WWW-Authenticate', async () => {
  const mail = await startMail()
  const passport = passportWith(strategyOn(mail))
  const app = express()
  app.use(express.json(), sessions())
  // Frozen: Passport hands one object to all requests of a route, so nobody may write into it.
  const options = Object.freeze({ step: undefined, codeSentRedirect: undefined })
  app.post('/login', passport.authenticate('email-otp', options), (req, res) => {
    res.json({ user: req.user, info: req.authInfo })
  })
  const newBrowser = await browsersOf(app)
  const agent = newBrowser()
  const post = (body: object) => agent.post('/login').send(body)

  const asked = await post({ email: 'ada@example.com' })
  expect([asked.status, asked.text]).toEqual([202, 'Accepted'])
  const { code } = await mail.smtp.next()
  const wrong = await post({ code: wrongCode(code) })
  expect([wrong.status, wrong.text]).toEqual([401, 'Unauthorized'])
  expect(wrong.headers).not.toHaveProperty('www-authenticate')
  const right = await post({ code })
  expect(right.body.user).toEqual({ email: 'ada@example.com' })
  expect(right.body.info).toMatchObject({ reason: 'accepted', email: 'ada@example.com' })
})
