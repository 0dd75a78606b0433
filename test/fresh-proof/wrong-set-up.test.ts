import type { RequestLike, RequireOtpOptions, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { plainCalls, visit } from '../helpers/plain-calls.js'
import { expectNamed, expectRejected } from '../helpers/rejects-option.js'

/** What the guard hands to the application's error handler. */
const errorOf = ({ emailOtp }: { emailOtp: Strategy }, req: RequestLike) =>
  new Promise<Error>((resolve) => {
    emailOtp.requireOtp()(req as never, {} as never, resolve as never)
  })

describe('a guard in the wrong place says what it needs', () => {
  const subject = { emailFromRequest: () => 'ada@example.com', subjectFromRequest: () => '17' }

  it.each([
    ['no session', { headers: {} }, ['req.session', 'express-session']],
    ['a session without an id', visit(), ['req.sessionID', 'express-session']],
  ])('with %s', async (_what, req, named) => {
    const err = await errorOf(plainCalls(subject), req)
    expect(err).toMatchObject({ code: 'session_required', status: 500 })
    expectNamed(err.message, ...named)
  })

  it('with an id that is none, to the application’s error handler', async () => {
    const wrong = plainCalls({ ...subject, subjectFromRequest: () => ({}) as never })
    expect(await errorOf(wrong, visit())).toBeInstanceOf(TypeError)
  })

  it.each([{}, { ...subject, pendingIn: 'token' as const }])(
    'on a strategy that knows no users, or no sessions: %o',
    (options) => {
      expect(() => plainCalls(options).emailOtp.requireOtp()).toThrow(
        expect.objectContaining({
          name: 'TypeError',
          help: 'docs/guides/confirm-sensitive-actions.md',
          message: expect.stringContaining('subjectFromRequest'),
        }),
      )
    },
  )

  it.each<[object, ...(string | number)[]]>([
    [{ purpose: 'pay' }, 'purposes', '"login"', '"pay"'],
    [{ purpose: 1 }, 'purposes', '"login"'],
    [{ purpose: null }, 'purposes', 'null'],
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
  ])('with the options %j', (options, option, ...values) => {
    const { emailOtp } = plainCalls(subject)
    expectRejected(() => emailOtp.requireOtp(options as RequireOtpOptions), `${option}`, ...values)
  })

  it('with an array in place of the options', () => {
    const { emailOtp } = plainCalls(subject)
    expect(() => emailOtp.requireOtp([] as RequireOtpOptions)).toThrow(TypeError)
  })
})
