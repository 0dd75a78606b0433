import cookieSession from 'cookie-session'
import express, { type RequestHandler } from 'express'
import { expect, it } from 'vitest'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson, passportWith } from '../helpers/passport-app.js'
import { cookiesOf } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** What cookie-session lacks and Passport calls. Renewing must empty the session, or it renews nothing. */
const renewable: RequestHandler = (req, _res, next) => {
  const addTo = (session: object) =>
    Object.defineProperties(session, {
      regenerate: {
        value: (done: () => void) => {
          Object.assign(req, { session: {} })
          addTo(req.session)
          done()
        },
      },
      save: { value: (done: () => void) => done() },
    })
  if (req.session) addTo(req.session)
  next()
}

async function appWith(...middleware: RequestHandler[]) {
  const mail = await startMail()
  const emailOtp = strategyOn(mail)
  const passport = passportWith(emailOtp)
  const app = express()
  app.use(express.json(), cookieSession({ name: 'session', keys: ['cats'] }), ...middleware)
  app.use(passport.session() as RequestHandler)
  app.post('/login', passport.authenticate('email-otp'), (req, res) => {
    res.json({ user: req.user })
  })
  app.get('/', (req, res) => {
    res.json({ user: req.user ?? null, pending: emailOtp.pending(req)?.email ?? null })
  })
  app.get('/basket', (req, res) => {
    Object.assign(req.session as object, { basket: ['tea'] })
    res.end()
  })
  app.get('/session', (req, res) => void res.json(req.session))
  app.use(errorsAsJson)
  const newBrowser = await browsersOf(app)
  const agent = newBrowser()
  return { ...mail, newBrowser, agent, post: (body: object) => agent.post('/login').send(body) }
}

it('cookie-session alone takes the question, and refuses every code by an error that names what to add', async () => {
  const { smtp, agent, events, post } = await appWith()
  expect((await post({ email: 'ada@example.com' })).status).toBe(202)
  expect((await agent.get('/')).body).toEqual({ user: null, pending: 'ada@example.com' })
  const { code } = await smtp.next()
  for (const entered of [code, wrongCode(code), code]) {
    const { status, body } = await post({ code: entered })
    expect([status, body.code]).toEqual([500, 'session_required'])
    expect(body.message).toContain('req.session.regenerate is missing')
    expect(body.message).toContain('cookie-session')
  }
  expect(events.map(({ type }) => type)).toEqual(['issued', 'sent'])
})

it('the error comes before the code is spent: once regenerate and save are there, it still works', async () => {
  let isMended = false
  const { smtp, agent, post } = await appWith((req, res, next) => {
    if (isMended) renewable(req, res, next)
    else next()
  })
  await post({ email: 'ada@example.com' })
  const { code } = await smtp.next()
  for (let n = 0; n < 6; n++) expect((await post({ code: wrongCode(code, n) })).status).toBe(500)

  isMended = true
  expect((await post({ code: wrongCode(code) })).status).toBe(401)
  expect((await post({ code })).body).toEqual({ user: { email: 'ada@example.com' } })
  expect((await agent.get('/')).body).toEqual({
    user: { email: 'ada@example.com' },
    pending: null,
  })
})

it('with regenerate and save added, a login leaves nothing of the old session in the cookie', async () => {
  const { smtp, agent, post } = await appWith(renewable)
  await agent.get('/basket')
  await post({ email: 'ada@example.com' })
  expect(Object.keys((await agent.get('/session')).body)).toEqual(['basket', 'email-otp'])
  const { code } = await smtp.next()
  expect((await post({ code })).status).toBe(200)
  expect((await agent.get('/session')).body).toEqual({
    passport: { user: { email: 'ada@example.com' } },
  })
})

it('the old cookie put back does not bring a used code back', async () => {
  const { smtp, newBrowser, post } = await appWith(renewable)
  const asked = await post({ email: 'ada@example.com' })
  const { code } = await smtp.next()
  await post({ code })
  const old = cookiesOf(asked)
  const seen = await newBrowser().get('/').set('Cookie', old)
  expect(seen.body).toEqual({ user: null, pending: 'ada@example.com' })
  const again = await newBrowser().post('/login').set('Cookie', old).send({ code })
  expect(again.status).toBe(403)
})

it('a session in a cookie shows neither the address nor the user, and cannot be edited', async () => {
  const mail = await startMail()
  const emailOtp = strategyOn(mail, {
    emailFromRequest: () => 'ada@example.com',
    subjectFromRequest: () => 'user-17',
  })
  const app = express()
  app.use(express.json(), cookieSession({ name: 'session', signed: false }))
  app.post('/request', (req, res, next) => {
    emailOtp.requestCode(req).then((info) => res.json(info), next)
  })
  app.post('/verify', (req, res, next) => {
    emailOtp.verifyCode(req, req.body.code).then((info) => res.json(info), next)
  })
  app.use(errorsAsJson)
  const agent = (await browsersOf(app))()
  const asked = await agent.post('/request')
  const { code } = await mail.smtp.next()
  const [, value = ''] = cookiesOf(asked).split('session=')
  const session = JSON.parse(Buffer.from(value, 'base64').toString())
  expect(typeof session['email-otp']).toBe('string')
  for (const secret of ['ada', 'user-17', 'example.com', code]) {
    expect(Buffer.from(value, 'base64').toString()).not.toContain(secret)
  }
  // A state in clear, as a session with an id holds it, is rejected.
  const state = { id: 'AAAAAAAAAAAAAAAAAAAAAA', email: 'ada@example.com', digits: 6 }
  const forged = Buffer.from(JSON.stringify({ 'email-otp': state })).toString('base64')
  const verify = (cookie: string) =>
    browserWith(cookie).then((browser) => browser.post('/verify').send({ code }))
  const browserWith = async (cookie: string) => {
    const browser = (await browsersOf(app))()
    browser.set('Cookie', `session=${cookie}`)
    return browser
  }
  expect((await verify(forged)).body.reason).toBe('no_pending_code')
  const edited = Buffer.from(
    JSON.stringify({ 'email-otp': `${session['email-otp'].slice(0, -2)}AA` }),
  ).toString('base64')
  expect((await verify(edited)).body.reason).toBe('no_pending_code')
  expect((await verify(value)).body.reason).toBe('accepted')
})
