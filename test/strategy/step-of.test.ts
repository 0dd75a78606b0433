import { EmailOtpError, type StepOptions } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { plainCalls, runAsPassport } from '../helpers/plain-calls.js'
import { ADA } from '../helpers/world.js'

describe('stepOf()', () => {
  it.each<[object, StepOptions, string, string]>([
    [{}, {}, 'request', 'invalid_email'],
    [{ email: ADA }, {}, 'request', 'code_sent'],
    [{ code: null, email: ADA }, {}, 'request', 'code_sent'],
    [{ code: undefined, email: ADA }, {}, 'request', 'code_sent'],
    [Object.create({ code: '123456', email: ADA }), {}, 'request', 'invalid_email'],
    [{ code: '' }, {}, 'verify', 'missing_code'],
    [{ code: '123456' }, {}, 'verify', 'no_pending_code'],
    [{ code: 123456, email: ADA }, {}, 'verify', 'no_pending_code'],
    [{ code: ['1'] }, {}, 'verify', 'no_pending_code'],
    [{ code: false }, {}, 'verify', 'no_pending_code'],
    [{ code: '1' }, { step: undefined }, 'verify', 'no_pending_code'],
    [{}, { step: 'verify' }, 'verify', 'missing_code'],
    [{ code: null, email: ADA }, { step: 'verify' }, 'verify', 'missing_code'],
    [{ code: '1', email: ADA }, { step: 'request' }, 'request', 'code_sent'],
  ])(
    'takes a body of %j with the options %o for the step %s, as the route does: %s',
    async (body, options, step, reason) => {
      const { emailOtp } = plainCalls()
      const req = { headers: {}, session: { regenerate() {} }, body }
      expect(emailOtp.stepOf(req, options)).toBe(step)
      expect(await runAsPassport(emailOtp, req, options)).toMatchObject({ value: { reason } })
    },
  )

  it('reads the field that is configured, and no step that does not exist', () => {
    const { emailOtp } = plainCalls({ codeField: 'otp' })
    expect(emailOtp.stepOf({ headers: {}, body: { code: '123456' } })).toBe('request')
    expect(emailOtp.stepOf({ headers: {}, body: { otp: '123456' } })).toBe('verify')
    const wrong = { step: 'resend' as never }
    expect(() => emailOtp.stepOf({ headers: {}, body: {} }, wrong)).toThrow(TypeError)
  })

  it('takes all options of a route, and nothing that is no object of options', () => {
    const { emailOtp } = plainCalls()
    const req = { headers: {}, body: {} }
    const route = { step: 'verify', session: false, failureRedirect: '/login' } as const
    expect(emailOtp.stepOf(req, route)).toBe('verify')
    for (const options of ['verify', ['verify'], null, 7, Object.create({ step: 'verify' })]) {
      expect(() => emailOtp.stepOf(req, options as never)).toThrow(
        expect.objectContaining({ name: 'TypeError', help: 'docs/guides/plain-calls.md' }),
      )
    }
  })

  it('throws body_required where no parser has read the body', () => {
    const headers = { 'content-type': 'application/json', 'content-length': '2' }
    const read = () => plainCalls().emailOtp.stepOf({ headers })
    expect(read).toThrow(EmailOtpError)
    expect(read).toThrow(expect.objectContaining({ code: 'body_required' }))
  })
})
