import cookieSession from 'cookie-session'
import { type RequestHandler, Router } from 'express'
import { expect, it } from 'vitest'
import { plainCalls } from '../helpers/plain-calls.js'
import { expectNamed } from '../helpers/rejects-option.js'
import { ADA, createWorld } from '../helpers/world.js'
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

async function appWith(middleware: RequestHandler) {
  const world = await createWorld({
    session: Router().use(cookieSession({ name: 'session', keys: ['cats'] }), middleware),
    routes: (app) => {
      app.get('/basket', (req, res) => {
        Object.assign(req.session as object, { basket: ['tea'] })
        res.end()
      })
      app.get('/session', (req, res) => void res.json(req.session))
    },
  })
  return { ...world, ...world.client() }
}

it('cookie-session refuses every code by an error that names what to add, before the code is spent', async () => {
  let isComplete = false
  const { smtp, events, post, home } = await appWith((req, res, next) => {
    if (isComplete) renewable(req, res, next)
    else next()
  })
  expect((await post({ email: ADA })).status).toBe(202)
  expect((await home()).body.pending).toMatchObject({ email: ADA })
  const { code } = await smtp.next()
  for (let n = 0; n < 6; n++) {
    const { status, body } = await post({ code: wrongCode(code, n) })
    expect([status, body.code]).toEqual([500, 'session_required'])
    expectNamed(body.message, 'req.session.regenerate', 'cookie-session')
  }
  expect(events.map(({ type }) => type)).toEqual(['issued', 'sent'])

  // Once regenerate and save are there, it still works.
  isComplete = true
  expect((await post({ code: wrongCode(code) })).status).toBe(401)
  expect((await post({ code })).body.user).toEqual({ email: ADA })
  expect((await home()).body).toEqual({ user: { email: ADA } })
})

it('a session that does not keep its properties as an object does is an error before the mail', async () => {
  const { emailOtp, req, mails } = plainCalls()
  const values = new Map<string | symbol, unknown>()
  // As that of @fastify/secure-session.
  const session = new Proxy(
    {},
    {
      get: (_, name) => values.get(name),
      set: (_, name, value) => Boolean(values.set(name, value)),
    },
  )
  const asked = emailOtp.requestCode({ ...req, session }, ADA)
  await expect(asked).rejects.toMatchObject({ code: 'session_required' })
  expect(mails).toEqual([])
})

it('with regenerate and save added, a login leaves nothing of the old session in the cookie', async () => {
  const { smtp, agent, post } = await appWith(renewable)
  await agent.get('/basket')
  await post({ email: ADA })
  expect(Object.keys((await agent.get('/session')).body)).toEqual(['basket', 'email-otp'])
  const { code } = await smtp.next()
  expect((await post({ code })).status).toBe(200)
  expect((await agent.get('/session')).body).toEqual({
    passport: { user: { email: ADA } },
  })
})

it('a session in a cookie shows neither address nor user, cannot be edited, and brings back no used code', async () => {
  const { emailOtp, req, mails } = plainCalls({
    emailFromRequest: () => ADA,
    subjectFromRequest: () => 'user-17',
  })
  await emailOtp.requestCode(req)
  const code = mails[0]?.code ?? ''
  const sealed = String(req.session['email-otp'])
  for (const secret of ['ada', 'user-17', 'example.com', code]) {
    expect(sealed).not.toContain(secret)
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain(secret)
  }
  const verify = async (state: unknown) =>
    (await emailOtp.verifyCode({ ...req, session: { 'email-otp': state } }, code)).reason
  // A state in clear, as a session with an id holds it, is rejected.
  const inClear = { id: 'AAAAAAAAAAAAAAAAAAAAAA', email: ADA, digits: 6 }
  expect(await verify(inClear)).toBe('no_pending_code')
  expect(await verify(`${sealed.slice(0, -2)}AA`)).toBe('no_pending_code')
  expect(await verify(sealed)).toBe('accepted')
  expect(await verify(sealed)).toBe('no_pending_code')
})
