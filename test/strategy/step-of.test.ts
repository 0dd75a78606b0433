import { EmailOtpError, type RequestLike } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { startMail, strategyOn } from '../helpers/mail.js'

const JSON_POST = { 'content-type': 'application/json', 'content-length': '2' }

describe('stepOf()', () => {
  it.each<[object | undefined, string]>([
    [{}, 'request'],
    [{ email: 'ada@example.com' }, 'request'],
    [{ code: null }, 'request'],
    [{ code: undefined, email: 'ada@example.com' }, 'request'],
    [Object.create({ code: '123456' }), 'request'],
    [{ code: '' }, 'verify'],
    [{ code: '123456' }, 'verify'],
    [{ code: 123456, email: 'ada@example.com' }, 'verify'],
    [{ code: ['1'] }, 'verify'],
    [{ code: false }, 'verify'],
  ])('takes a body of %j for the step %s, as the route does', async (body, step) => {
    const mail = await startMail()
    const emailOtp = strategyOn(mail)
    const req = { method: 'POST', headers: JSON_POST, session: {}, body } as RequestLike
    expect(emailOtp.stepOf(req)).toBe(step)
    // The route: only a request for a code opens the store.
    const outcome = await new Promise<string>((resolve) => {
      const clone = Object.assign(Object.create(emailOtp), {
        fail: ({ reason }: { reason: string }) => resolve(reason),
        error: (err: Error) => resolve(err.message),
      })
      clone.authenticate({ ...req, body: body && { ...body, email: 'ada@example.com' } })
    })
    const isRequest = outcome === 'code_sent'
    expect(isRequest ? 'request' : 'verify').toBe(step)
  })

  it('returns the step that the route pins', async () => {
    const emailOtp = strategyOn(await startMail())
    const req = { headers: {}, body: { code: '123456' } }
    expect(emailOtp.stepOf(req, { step: 'request' })).toBe('request')
    expect(emailOtp.stepOf({ headers: {}, body: {} }, { step: 'verify' })).toBe('verify')
    expect(emailOtp.stepOf(req, { step: undefined })).toBe('verify')
    expect(() => emailOtp.stepOf(req, { step: 'resend' as never })).toThrow(TypeError)
  })

  it('reads the field that is configured', async () => {
    const emailOtp = strategyOn(await startMail(), { codeField: 'otp' })
    expect(emailOtp.stepOf({ headers: {}, body: { code: '123456' } })).toBe('request')
    expect(emailOtp.stepOf({ headers: {}, body: { otp: '123456' } })).toBe('verify')
  })

  it('throws body_required where no parser has read the body', async () => {
    const emailOtp = strategyOn(await startMail())
    const read = () => emailOtp.stepOf({ headers: JSON_POST })
    expect(read).toThrow(EmailOtpError)
    expect(read).toThrow(expect.objectContaining({ code: 'body_required' }))
  })
})
