import cookieSession from 'cookie-session'
import express, { type RequestHandler } from 'express'
import type { RequireOtpOptions } from 'passport-email-otp'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson } from '../helpers/passport-app.js'

describe('a guard in the wrong place says what it needs', () => {
  const subject = { emailFromRequest: () => 'ada@example.com', subjectFromRequest: () => '17' }

  it.each([
    ['no session', undefined, /^req.session is missing/],
    [
      'a session without an id',
      cookieSession({ name: 's', keys: ['k'] }),
      /has no id .*express-session/,
    ],
  ])('with %s', async (_what, sessions, message) => {
    const emailOtp = strategyOn(await startMail(), subject)
    const app = express()
    if (sessions) app.use(sessions as RequestHandler)
    app.get('/', emailOtp.requireOtp(), (_req, res) => void res.json({}))
    app.use(errorsAsJson)
    const { status, body } = await (await browsersOf(app))().get('/')
    expect([status, body.code]).toEqual([500, 'session_required'])
    expect(body.message).toMatch(message)
  })

  it('with an id that is none, to the application’s error handler', async () => {
    const emailOtp = strategyOn(await startMail(), {
      ...subject,
      subjectFromRequest: () => ({}) as never,
    })
    const app = express()
    app.get('/', emailOtp.requireOtp(), (_req, res) => void res.json({}))
    app.use(errorsAsJson)
    const { status, body } = await request(app).get('/')
    expect([status, body.name]).toEqual([500, 'TypeError'])
  })

  it('on a strategy that knows no users, or no sessions', async () => {
    const mail = await startMail()
    const addresses = strategyOn(mail)
    const tokens = strategyOn(mail, { ...subject, pendingIn: 'token', knownBrowsers: false })
    for (const strategy of [addresses, tokens]) {
      expect(() => strategy.requireOtp()).toThrow(/^requireOtp: the strategy needs subjectFromReq/)
    }
  })

  it.each<[object, RegExp]>([
    [{ purpose: 'pay' }, /^purpose must be one that .*\("login"\); got "pay"$/],
    [{ purpose: 1 }, /^purpose must be/],
    [{ purposes: 'pay' }, /unknown option "purposes". Did you mean "purpose"\?/],
    [{ maxAge: 300 }, /unknown option "maxAge". Did you mean "maxAgeSeconds"\?/],
    [{ maxAgeSeconds: 9 }, /"maxAgeSeconds" must be a whole number from 10 to 86400; got 9$/],
    [{ maxAgeSeconds: 86_401 }, /got 86401$/],
    [{ maxAgeSeconds: Number.POSITIVE_INFINITY }, /got Infinity$/],
    [{ maxAgeSeconds: '300' }, /got "300"$/],
    [{ redirectTo: 'confirm' }, /"redirectTo" must be a path of this site .*; got "confirm"$/],
    [{ redirectTo: '/app/*' }, /"redirectTo" must be/],
    [{ redirectTo: '/*' }, /"redirectTo" must be/],
    [{ redirectTo: '/a*b' }, /"redirectTo" must be/],
    [{ signInAt: 'login' }, /"signInAt" must be/],
    [{ signInAt: '/login/*' }, /"signInAt" must be/],
    [{ signInAt: '//evil.example' }, /"signInAt" must be/],
    [{ redirectTo: 'https://app.example.com/confirm' }, /"redirectTo" must be/],
    [{ redirectTo: '//app.example.com/confirm' }, /"redirectTo" must be/],
    [{ redirectTo: '' }, /"redirectTo" must be/],
    [{ redirectTo: null }, /"redirectTo" must be/],
    [{ except: '/login' }, /"except" must be an array of paths, .*; got "\/login"$/],
    [{ except: ['/confirm', 'login'] }, /"except" must be an array .*; got "login" in it$/],
    [{ except: [/login/] }, /"except" must be/],
    [{ except: ['/public*'] }, /"except" must be/],
    [{ except: ['/public/*/a'] }, /"except" must be/],
    [{ except: ['/**'] }, /"except" must be/],
    [{ except: ['/*'] }, /"except" must be/],
    [{ except: ['/login?next=1'] }, /"except" must be/],
    [{ except: ['//login'] }, /"except" must be/],
    [[], /expected an object of options/],
  ])('with the options %j', async (options, message) => {
    const strategy = strategyOn(await startMail(), subject)
    expect(() => strategy.requireOtp(options as RequireOtpOptions)).toThrow(message)
    expect(() => strategy.requireOtp(options as RequireOtpOptions)).toThrow(TypeError)
  })
})
