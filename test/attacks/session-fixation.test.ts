import { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import type { RequestHandler } from 'express'
import type passportModule from 'passport'
import request from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startMail, strategyOn } from '../helpers/mail.js'
import { errorsAsJson, serve } from '../helpers/passport-app.js'
import { cookiesOf, Sessions } from '../helpers/sessions.js'

const require = createRequire(import.meta.url)
const express: typeof import('express') = require('express')

const ADA = { id: '17', email: 'ada@example.com' }

type Done = (err?: unknown) => void

/** A Passport 0.7 whose renewal was taken out, as some applications patch it. */
function patchedPassport(): passportModule.PassportStatic {
  const { Passport } = require('passport')
  const passport = new Passport()
  const manager = passport._sm
  manager.logIn = (req: never, user: unknown, options: unknown, done: Done) => {
    const callback = (typeof options === 'function' ? options : done) as Done
    const { session } = req as { session: Record<string, unknown> }
    manager._serializeUser(user, req, (err: unknown, id: unknown) => {
      session.passport = { user: id }
      callback(err)
    })
  }
  manager.logOut = (req: never, options: unknown, done: Done) => {
    const { session } = req as { session: Record<string, unknown> }
    delete session.passport
    ;((typeof options === 'function' ? options : done) as Done)()
  }
  return passport
}

/** Passport 0.4 adds its methods to the requests of all applications in the process: only while it is tested. */
function passport04(): passportModule.PassportStatic {
  const names = ['login', 'logIn', 'logout', 'logOut', 'isAuthenticated', 'isUnauthenticated']
  const { Passport } = require('passport-0.4')
  require('passport-0.4/lib/framework/connect').__monkeypatchNode()
  onTestFinished(() => {
    for (const name of names) Reflect.deleteProperty(IncomingMessage.prototype, name)
  })
  return new Passport()
}

const VERSIONS: [string, () => passportModule.PassportStatic, renews: boolean][] = [
  ['0.4.1', passport04, false],
  ['0.5.3', () => new (require('passport-0.5').Passport)(), false],
  ['0.6.0', () => new (require('passport-0.6').Passport)(), true],
  ['0.7.0', () => new (require('passport').Passport)(), true],
  ['0.7.0 without renewal', patchedPassport, false],
]

describe.each(VERSIONS)('with Passport %s', (_version, makePassport, renews) => {
  /** An application whose visitors have a session before they sign in. */
  async function application({ secondFactor = false } = {}) {
    const mail = await startMail()
    const passport = makePassport()
    const emailOtp = strategyOn(
      mail,
      secondFactor
        ? {
            emailFromRequest: () => ADA.email,
            subjectFromRequest: () => ADA.id,
            trustedBrowsers: { days: 1, version: () => 1 },
          }
        : {},
      async () => ADA,
    )
    passport.use(emailOtp)
    passport.serializeUser((_user, done) => done(null, ADA.id))
    passport.deserializeUser((_id, done) => done(null, ADA))
    const sessions = new Sessions()
    const app = express()
    app.use(express.json(), sessions.middleware)
    app.use(passport.initialize() as RequestHandler, passport.session() as RequestHandler)
    app.get('/visit', (req, res) => {
      Object.assign(req.session, { cart: ['book'] })
      res.json({})
    })
    app.get(
      '/me',
      (req, res) => void res.json({ user: req.user ?? null, cart: Object(req.session).cart }),
    )
    const options = { successRedirect: '/done' }
    app.post('/login', passport.authenticate('email-otp', options))
    app.post('/keep', passport.authenticate('email-otp', { ...options, keepSessionInfo: true }))
    const pinned = { ...options, step: 'request' as const }
    app.post('/trusted', passport.authenticate('email-otp', pinned))
    app.post(
      '/trusted-keep',
      passport.authenticate('email-otp', { ...pinned, keepSessionInfo: true }),
    )
    app.post('/no-session', passport.authenticate('email-otp', { session: false }), (_req, res) => {
      res.json({})
    })
    app.post('/callback', (req, res, next) => {
      passport.authenticate('email-otp', (err: unknown, user: Express.User | false) => {
        if (err || !user) return err ? next(err) : res.status(401).json({})
        req.logIn(user, (error: unknown) => (error ? next(error) : res.json({})))
      })(req, res, next)
    })
    app.post('/as-ada', (req, res, next) => {
      req.logIn(ADA, (err: unknown) => (err ? next(err) : res.json({})))
    })
    app.post('/confirm', passport.authorize('email-otp'), (_req, res) => void res.json({}))
    app.post('/confirm-plainly', async (req, res, next) => {
      emailOtp.requestCode(req).then((info) => res.json(info), next)
    })
    const guards = secondFactor ? [emailOtp.requireOtp()] : []
    app.get('/guarded', ...guards, (_req, res) => void res.json({ open: true }))
    app.use(errorsAsJson)
    const server = await serve(app)
    return { mail, server, sessions }
  }

  it.each(['/trusted', '/trusted-keep'])(
    'a cookie that was planted before a trusted browser signs in at %s is not signed in after it',
    async (route) => {
      const { mail, server } = await application({ secondFactor: true })
      const owner = request.agent(server)
      await owner.post('/login')
      const { code } = await mail.smtp.next()
      const entered = await owner.post('/login').send({ code, trustBrowser: 'on' })
      const trusted = cookiesOf(entered)
        .split('; ')
        .find((pair) => pair.startsWith('email-otp.trusted='))
      const planted = cookiesOf(await request(server).get('/visit'))
      const skipped = await request(server).post(route).set('Cookie', `${planted}; ${trusted}`)
      expect(skipped.headers.location).toBe('/done')
      const user = (cookie: string) => request(server).get('/me').set('Cookie', cookie)
      expect((await user(planted)).body.user).toBeNull()
      expect((await user(cookiesOf(skipped))).body.user).toEqual(ADA)
    },
  )

  it.each(['/login', '/keep', '/callback'])(
    'a cookie that was planted before a sign-in at %s is not signed in after it',
    async (route) => {
      const { mail, server } = await application()
      // The attacker visits, and plants the cookie in the victim's browser.
      const planted = cookiesOf(await request(server).get('/visit'))
      const victim = (path: string, body: object) =>
        request(server).post(path).set('Cookie', planted).send(body)
      await victim(route, { email: ADA.email })
      const { code } = await mail.smtp.next()
      const entered = await victim(route, { code })
      expect(entered.status).toBeLessThan(400)
      const fresh = cookiesOf(entered)
      expect(fresh).toContain('connect.sid')
      const me = (cookie: string) => request(server).get('/me').set('Cookie', cookie)
      expect((await me(planted)).body.user).toBeNull()
      const { body } = await me(fresh)
      expect(body.user).toEqual(ADA)
      // Passport's part is carried over, and all of it with keepSessionInfo.
      expect(body.cart).toEqual(route === '/keep' ? ['book'] : undefined)
    },
  )

  it('writes no user into any session with session: false', async () => {
    const { mail, server, sessions } = await application()
    const planted = cookiesOf(await request(server).get('/visit'))
    const post = (body: object) =>
      request(server).post('/no-session').set('Cookie', planted).send(body)
    await post({ email: ADA.email })
    expect((await post({ code: (await mail.smtp.next()).code })).status).toBe(200)
    expect((await sessions.only()).passport).toBeUndefined()
    expect((await request(server).get('/me').set('Cookie', planted)).body.user).toBeNull()
  })

  it(`a fresh proof is ${renews ? 'possible' : 'rejected before the mail, with its cause'}`, async () => {
    const { mail, server } = await application({ secondFactor: true })
    const agent = request.agent(server)
    await agent.post('/as-ada')
    for (const route of ['/confirm', '/confirm-plainly']) {
      const { status, body } = await agent.post(route)
      if (renews) expect(status).toBeLessThan(300)
      else expect([status, body.code]).toEqual([500, 'session_required'])
    }
    const guarded = await agent.get('/guarded')
    expect([guarded.status, guarded.body.code]).toEqual(
      renews ? [401, undefined] : [500, 'session_required'],
    )
    if (!renews) expect(mail.smtp.mails).toEqual([])
  })
})
