import { type EmailOtpOptions, mailer, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { codeMail } from '../helpers/code-mail.js'
import { plainCalls, runAsPassport, visit } from '../helpers/plain-calls.js'
import { expectNamed, expectRejected } from '../helpers/rejects-option.js'
import { ADA, createWorld } from '../helpers/world.js'

const make = (purposes: unknown) => plainCalls({ purposes } as EmailOtpOptions).emailOtp

describe('purposes', () => {
  it.each([
    {},
    undefined,
    { pay: 'pay a bill' },
    { 'change-email': 'change your e-mail address', 'a1-': '1' },
    { constructor: 'build' },
    { pay: 'bezahlen – 100 €' },
    { [`a${'b'.repeat(63)}`]: 'x'.repeat(100) },
    Object.assign(Object.create({ Inherited: 1 }), { pay: 'pay a bill' }),
  ])('may be %j', (purposes) => {
    expect(make(purposes)).toBeInstanceOf(Strategy)
  })

  it.each<[unknown]>([
    [null],
    ['pay'],
    [['pay']],
    [{ login: 'sign in' }],
    [{ Pay: 'pay' }],
    [{ '': 'pay' }],
    [{ '1pay': 'pay' }],
    [{ 'pay now': 'pay' }],
    [{ 'pay\n': 'pay' }],
    [{ [`a${'b'.repeat(64)}`]: 'pay' }],
    [{ pay: '' }],
    [{ pay: '  ' }],
    [{ pay: undefined }],
    [{ pay: true }],
    [{ pay: 'pay\nnow' }],
    [{ pay: 'pay\r\nBcc: eve@attacker.example' }],
    [{ pay: 'pay\u2028now' }],
    [{ pay: 'pay 1234' }],
    [{ pay: 'pay ١٢٣٤' }],
    [{ pay: 'x'.repeat(101) }],
  ])('may not be %j', (purposes) => {
    expectRejected(() => make(purposes), 'purposes')
  })

  it('are read once: what changes afterwards changes nothing', async () => {
    const purposes: Record<string, string> = { pay: 'pay a bill' }
    const { emailOtp, req, mails } = plainCalls({ purposes })
    purposes.pay = 'change your password'
    purposes.other = 'do something else'
    await emailOtp.requestCode(req, ADA, { purpose: 'pay' })
    expect(mails).toMatchObject([{ purposeText: 'pay a bill' }])
    await expect(emailOtp.requestCode(req, ADA, { purpose: 'other' })).rejects.toThrow(TypeError)
  })

  it('are escaped in the mail', async () => {
    const { emailOtp, smtp } = await createWorld({ purposes: { pay: 'pay <b>&"now' } })
    await emailOtp.requestCode(visit(), ADA, { purpose: 'pay' })
    const { text, html } = await smtp.next()
    expect(text).toContain(en.mail.codeLabel({ appName: 'Acme', purposeText: 'pay <b>&"now' }))
    expect(html).toContain('pay &lt;b&gt;&amp;&quot;now')
  })

  it('are in the subject, where neither the code nor the application’s name is', async () => {
    const subjects: unknown[] = []
    const transport = {
      sendMail: async ({ subject }: object & { subject?: string }) => void subjects.push(subject),
    }
    for (const more of [{}, { codeInSubject: false }, { codeInSubject: false, appName: 'Acme' }]) {
      const sendCode = mailer({ transport, from: 'login@acme.example', ...more })
      await sendCode(codeMail({ purpose: 'pay', purposeText: 'pay a bill' }))
    }
    expect(subjects).toEqual([
      '483920 is your code to pay a bill',
      'Your code to pay a bill',
      'Your Acme code to pay a bill',
    ])
  })

  it('reach a sender of your own, and so does a sign-in, which needs no words', async () => {
    const { emailOtp, mails } = plainCalls({ purposes: { pay: 'pay a bill' } })
    for (const options of [undefined, { purpose: 'login' }, { purpose: 'pay' }]) {
      await emailOtp.requestCode(visit(), ADA, options)
    }
    expect(mails.map(({ purpose, purposeText }) => [purpose, purposeText])).toEqual([
      ['login', undefined],
      ['login', undefined],
      ['pay', 'pay a bill'],
    ])
  })
})

describe('a purpose that was not declared', () => {
  it.each([
    'pay',
    '',
    'LOGIN',
    'constructor',
    '__proto__',
    null,
    1,
    ['login'],
    { purpose: 'login' },
  ])('is an error in any call: %j', async (purpose) => {
    const { emailOtp, req, events } = plainCalls()
    const options = { purpose } as { purpose: string }
    await expect(emailOtp.requestCode(req, ADA, options)).rejects.toThrow(TypeError)
    await expect(emailOtp.verifyCode(req, '123456', options)).rejects.toThrow(TypeError)
    expect(events).toEqual([])
  })

  it('is an error on a route, for each of the two requests', async () => {
    const { emailOtp, req, calls } = plainCalls({ purposes: { pay: 'pay a bill' } })
    for (const body of [{ email: ADA }, { code: '123456' }]) {
      const told = await runAsPassport(emailOtp, { ...req, body }, { purpose: 'payment' })
      expect(told).toMatchObject({ call: 'error', value: expect.any(TypeError) })
      expectNamed((told.value as Error).message, '"purposes"', '"login"', '"pay"', '"payment"')
    }
    expect(calls).toEqual([])
  })
})

describe('without a subject', () => {
  it('a code for one purpose serves no other, and says which it was for', async () => {
    const { emailOtp, req, mails, events } = plainCalls({ purposes: { pay: 'pay', quit: 'leave' } })
    await emailOtp.requestCode(req, ADA, { purpose: 'pay' })
    const code = mails[0]?.code
    for (const options of [undefined, {}, { purpose: undefined }, { purpose: 'quit' }]) {
      const refused = await emailOtp.verifyCode({ ...req }, code, options)
      expect(refused.reason).toBe('no_pending_code')
    }
    const last = { ...req }
    expect((await emailOtp.verifyCode(last, code, { purpose: 'pay' })).reason).toBe('accepted')
    const proof = { email: ADA, subject: null, purpose: 'pay', remembered: null }
    // A plain call without a response can set no cookie, so it knows no browser.
    expect(emailOtp.proven(last)).toEqual({ ...proof, browser: undefined, failures: 0 })
    expect(events.filter(({ type }) => type === 'issued' || type === 'verified')).toMatchObject([
      { type: 'issued', purpose: 'pay' },
      { type: 'verified', purpose: 'pay' },
    ])
  })

  it.each(['login', 'pay'])(
    'a code for %s leaves no proof: there is no user that it could belong to',
    async (purpose) => {
      const { emailOtp, req, mails } = plainCalls({ purposes: { pay: 'pay' } })
      Object.assign(req, { sessionID: 'a session' })
      await emailOtp.requestCode(req, ADA, { purpose })
      const { reason } = await emailOtp.verifyCode(req, mails[0]?.code, { purpose })
      expect([reason, req.session]).toEqual(['accepted', {}])
    },
  )
})
