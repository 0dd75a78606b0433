import { type EmailOtpOptions, mailer, type RequestLike, Strategy } from 'passport-email-otp'
import request from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECRET, startMail, strategyOn } from '../helpers/mail.js'
import { serveStrategies } from '../helpers/passport-app.js'
import { expectRejected } from '../helpers/rejects-option.js'
import { ADA, createWorld } from '../helpers/world.js'

function make(purposes: unknown): Strategy {
  const options = { secret: SECRET, sendCode: () => {}, purposes }
  return new Strategy(options as EmailOtpOptions, async (email) => ({ email }))
}

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
    const mail = await startMail()
    const purposes: Record<string, string> = { pay: 'pay a bill' }
    const emailOtp = strategyOn(mail, { purposes })
    purposes.pay = 'change your password'
    purposes.other = 'do something else'
    const req = { headers: {}, session: {} } as RequestLike
    await emailOtp.requestCode(req, ADA, { purpose: 'pay' })
    expect((await mail.smtp.next()).text).toContain(
      en.mail.codeLabel({ appName: 'Acme', purposeText: 'pay a bill' }),
    )
    await expect(emailOtp.requestCode(req, ADA, { purpose: 'other' })).rejects.toThrow(TypeError)
  })

  it('are escaped in the mail', async () => {
    const { smtp, options } = await startMail()
    const emailOtp = strategyOn(
      { smtp, options, events: [] },
      { purposes: { pay: 'pay <b>&"now' } },
    )
    await emailOtp.requestCode({ headers: {}, session: {} }, ADA, { purpose: 'pay' })
    const { text, html } = await smtp.next()
    expect(text).toContain('code to pay <b>&"now:')
    expect(html).toContain('code to pay &lt;b&gt;&amp;&quot;now:')
  })

  it('are in the subject, where neither the code nor the application’s name is', async () => {
    const { smtp, options } = await startMail()
    const purposes = { pay: 'pay a bill' }
    const subjects = []
    for (const more of [{}, { codeInSubject: false }, { codeInSubject: false, appName: 'Acme' }]) {
      const sendCode = mailer({ transport: smtp.url, from: 'login@acme.example', ...more })
      onTestFinished(() => sendCode.close())
      const emailOtp = new Strategy({ ...options, sendCode, purposes }, async () => false)
      await emailOtp.requestCode({ headers: {}, session: {} }, ADA, { purpose: 'pay' })
      const { code, subject } = await smtp.next()
      subjects.push(subject.replace(code, '123456'))
    }
    expect(subjects).toEqual([
      '123456 is your code to pay a bill',
      'Your code to pay a bill',
      'Your Acme code to pay a bill',
    ])
  })

  it('reach a sender of your own, and so does a sign-in, which needs no words', async () => {
    const sent: unknown[] = []
    const { emailOtp } = await createWorld({
      purposes: { pay: 'pay a bill' },
      sendCode: ({ purpose, purposeText }) => void sent.push([purpose, purposeText]),
    })
    await emailOtp.requestCode({ headers: {}, session: {} }, ADA)
    await emailOtp.requestCode({ headers: {}, session: {} }, ADA, { purpose: 'login' })
    await emailOtp.requestCode({ headers: {}, session: {} }, ADA, { purpose: 'pay' })
    expect(sent).toEqual([
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
    const { emailOtp, events } = await createWorld()
    const req = { headers: {}, session: {} } as RequestLike
    const options = { purpose } as { purpose: string }
    for (const call of [
      () => emailOtp.requestCode(req, ADA, options),
      () => emailOtp.verifyCode(req, '123456', options),
    ]) {
      await expect(call()).rejects.toThrow(TypeError)
    }
    expect(events).toEqual([])
  })

  it('is an error on a route, for each of the two requests', async () => {
    const { emailOtp, smtp } = await createWorld({ purposes: { pay: 'pay a bill' } })
    const server = await serveStrategies([emailOtp], {
      routes: (app, auth) => {
        app.post('/', auth.authenticate('email-otp', { purpose: 'payment' }))
      },
    })
    for (const body of [{ email: ADA }, { code: '123456' }]) {
      const answer = await request(server).post('/').send(body)
      expect(answer.status).toBe(500)
      expect(answer.body.message).toContain('("login", "pay"); got "payment"')
    }
    expect(smtp.mails).toEqual([])
  })
})

describe('without a subject', () => {
  it('a code for one purpose serves no other, and says which it was for', async () => {
    const { emailOtp, smtp, events } = await createWorld({
      purposes: { pay: 'pay', quit: 'leave' },
    })
    const req = { headers: {}, session: {} } as RequestLike
    await emailOtp.requestCode(req, ADA, { purpose: 'pay' })
    const { code } = await smtp.next()
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

  it('a code leaves no proof: there is no user that it could belong to', async () => {
    const { emailOtp, smtp } = await createWorld({ purposes: { pay: 'pay' } })
    const req = { headers: {}, session: {} as Record<string, unknown>, sessionID: 'a session' }
    await emailOtp.requestCode(req, ADA, { purpose: 'pay' })
    await emailOtp.verifyCode(req, (await smtp.next()).code, { purpose: 'pay' })
    expect(req.session).toEqual({})
  })
})
