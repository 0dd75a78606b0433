import cookieSession from 'cookie-session'
import express, { type RequestHandler } from 'express'
import type { RequireOtpOptions } from 'passport-email-otp'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson } from '../helpers/passport-app.js'
import { expectNamed, expectRejected } from '../helpers/rejects-option.js'

describe('a guard in the wrong place says what it needs', () => {
  const subject = { emailFromRequest: () => 'ada@example.com', subjectFromRequest: () => '17' }

  it.each([
    ['no session', undefined, ['req.session', 'express-session']],
    [
      'a session without an id',
      cookieSession({ name: 's', keys: ['k'] }),
      ['req.sessionID', 'express-session'],
    ],
  ])('with %s', async (_what, sessions, named) => {
    const emailOtp = strategyOn(await startMail(), subject)
    const app = express()
    if (sessions) app.use(sessions as RequestHandler)
    app.get('/', emailOtp.requireOtp(), (_req, res) => void res.json({}))
    app.use(errorsAsJson)
    const { status, body } = await (await browsersOf(app))().get('/')
    expect([status, body.code]).toEqual([500, 'session_required'])
    expectNamed(body.message, ...named)
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
      expect(() => strategy.requireOtp()).toThrow(
        expect.objectContaining({
          name: 'TypeError',
          help: 'docs/guides/confirm-sensitive-actions.md',
          message: expect.stringContaining('subjectFromRequest'),
        }),
      )
    }
  })

  it.each<[object, ...(string | number)[]]>([
    [{ purpose: 'pay' }, 'purposes', '"login"', '"pay"'],
    [{ purpose: 1 }, 'purposes', '"login"'],
    [{ purposes: 'pay' }, 'purposes', '"purpose"'],
    [{ maxAge: 300 }, 'maxAge', '"maxAgeSeconds"'],
    [{ maxAgeSeconds: 9 }, 'maxAgeSeconds', 10, 86_400, 9],
    [{ maxAgeSeconds: 86_401 }, 'maxAgeSeconds', 86_401],
    [{ maxAgeSeconds: Number.POSITIVE_INFINITY }, 'maxAgeSeconds', 'Infinity'],
    [{ maxAgeSeconds: '300' }, 'maxAgeSeconds', '"300"'],
    [{ redirectTo: 'confirm' }, 'redirectTo', '"confirm"'],
    [{ redirectTo: '/app/*' }, 'redirectTo'],
    [{ redirectTo: '/*' }, 'redirectTo'],
    [{ redirectTo: '/a*b' }, 'redirectTo'],
    [{ signInAt: 'login' }, 'signInAt'],
    [{ signInAt: '/login/*' }, 'signInAt'],
    [{ signInAt: '//evil.example' }, 'signInAt'],
    [{ redirectTo: 'https://app.example.com/confirm' }, 'redirectTo'],
    [{ redirectTo: '//app.example.com/confirm' }, 'redirectTo'],
    [{ redirectTo: '' }, 'redirectTo'],
    [{ redirectTo: null }, 'redirectTo'],
    [{ except: '/login' }, 'except', '"/login"'],
    [{ except: ['/confirm', 'login'] }, 'except', '"login"'],
    [{ except: [/login/] }, 'except'],
    [{ except: ['/public*'] }, 'except'],
    [{ except: ['/public/*/a'] }, 'except'],
    [{ except: ['/**'] }, 'except'],
    [{ except: ['/*'] }, 'except'],
    [{ except: ['/login?next=1'] }, 'except'],
    [{ except: ['//login'] }, 'except'],
  ])('with the options %j', async (options, option, ...values) => {
    const strategy = strategyOn(await startMail(), subject)
    expectRejected(() => strategy.requireOtp(options as RequireOtpOptions), `${option}`, ...values)
  })

  it('with an array in place of the options', async () => {
    const strategy = strategyOn(await startMail(), subject)
    expect(() => strategy.requireOtp([] as RequireOtpOptions)).toThrow(TypeError)
  })
})
