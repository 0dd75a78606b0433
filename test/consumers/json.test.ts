import type { AuthenticateOptions } from 'passport'
import { expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { serveStrategies } from '../helpers/passport-app.js'
import { ADA, clientOf, createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

const PENDING = {
  id: expect.any(String),
  email: ADA,
  maskedEmail: 'a•••@example.com',
  digits: 6,
  expiresInSeconds: 600,
  resendInSeconds: 30,
}

it('each answer says what happened, what comes next, and what is pending after it', async () => {
  const clock = stopClock()
  const { client, smtp } = await createWorld()
  const { post } = client()
  // Without a pending code an answer has no "pending".
  expect((await post({ code: '123456' })).body).toEqual({
    reason: 'no_pending_code',
    message: en.reasons.no_pending_code,
    next: 'request_code',
  })
  const asked = await post({ email: ADA })
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
  const again = await post({ email: ADA })
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
    email: ADA,
  })
})

it('the last wrong code says 0 left and that a new one is needed', async () => {
  const { client, codeFor, events } = await createWorld()
  const ada = client()
  const { post } = ada
  const code = await codeFor(ada)
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
  expect(spent.body.pending).toMatchObject({ email: ADA, ended: 'spent' })
})

it('a callback that throws ends in the error handler instead of hanging the request', async () => {
  const mail = await startMail()
  const server = await serveStrategies([strategyOn(mail)], {
    routes: (app, auth) => {
      app.post('/login', (req, res, next) => {
        auth.authenticate('email-otp', (err: unknown, user: unknown) => {
          if (err) return next(err)
          if (user) throw new RangeError('a bug of the application')
          res.json({})
        })(req, res, next)
      })
    },
  })
  const { requestCode, enterCode, home } = clientOf(server)
  await requestCode(ADA)
  const { status, body } = await enterCode((await mail.smtp.next()).code)
  expect([status, body.name, body.message]).toEqual([500, 'RangeError', 'a bug of the application'])
  expect((await home()).body).toEqual({ user: null })
})

/** A browser that has requested a code, and entered a wrong one, at a route with these options of Passport. */
async function onRoute(options: AuthenticateOptions) {
  const mail = await startMail()
  const server = await serveStrategies([strategyOn(mail)], {
    routes: (app, auth) => {
      app.post('/login', auth.authenticate('email-otp', options), (req, res) => {
        res.json({ user: req.user, info: req.authInfo })
      })
    },
  })
  const { requestCode, enterCode } = clientOf(server)
  const asked = await requestCode(ADA)
  const { code } = await mail.smtp.next()
  return { asked, wrong: await enterCode(wrongCode(code)), right: await enterCode(code) }
}

it('failWithError gives the error handler the status alone: reason and pending are lost', async () => {
  const { asked, wrong, right } = await onRoute({ failWithError: true })
  expect([asked.status, asked.body]).toEqual([
    202,
    { name: 'AuthenticationError', message: 'Accepted' },
  ])
  expect([wrong.status, wrong.body]).toEqual([
    401,
    { name: 'AuthenticationError', message: 'Unauthorized' },
  ])
  expect(right.body.user).toEqual({ email: ADA })
})

it('without any option, a refusal is a bare status: nothing that was typed, and no WWW-Authenticate', async () => {
  // Frozen: Passport hands one object to all requests of a route, so nothing may write into it.
  const options = Object.freeze({ step: undefined, codeSentRedirect: undefined })
  const { asked, wrong, right } = await onRoute(options)
  expect([asked.status, asked.text]).toEqual([202, 'Accepted'])
  expect([wrong.status, wrong.text]).toEqual([401, 'Unauthorized'])
  expect(wrong.headers).not.toHaveProperty('www-authenticate')
  expect(right.body.user).toEqual({ email: ADA })
  expect(right.body.info).toMatchObject({ reason: 'accepted', email: ADA })
})
