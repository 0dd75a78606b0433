import { MemoryStore, mailer, Strategy } from 'passport-email-otp'
import { captureCodes } from 'passport-email-otp/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { stopTimeouts } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { anybody, SECRET } from '../helpers/mail.js'
import { expectNamed, expectRejection, messageOf } from '../helpers/rejects-option.js'
import { ADA, createWorld } from '../helpers/world.js'

afterEach(() => void vi.unstubAllEnvs())

const request = () => ({ headers: {}, session: {} })

/** A strategy whose mail server does not exist. */
function strategyWith(options: object = {}) {
  const sendCode = mailer({ transport: 'smtp://127.0.0.1:1', from: 'Acme <login@acme.example>' })
  return new Strategy({ secret: SECRET, store: new MemoryStore(), sendCode, ...options }, anybody)
}

describe('captureCodes', () => {
  it('receives code, purpose and the mail, and the code signs in', async () => {
    const emailOtp = strategyWith({ purposes: { 'change-email': 'change your e-mail address' } })
    const codes = captureCodes(emailOtp)
    const req = request()
    const info = await emailOtp.requestCode(req, ADA)
    expect(info).toMatchObject({ reason: 'code_sent' })
    expect(info).not.toHaveProperty('confirmed')
    const { code, purpose, subject, text, html, to } = await codes.next(ADA)
    expect([to, purpose]).toEqual([ADA, 'login'])
    for (const part of [subject, text, html]) expect(part).toContain(code)
    expect(subject).toContain('Acme')
    expect(html).toContain('<')
    expect((await emailOtp.verifyCode(req, code)).reason).toBe('accepted')

    await emailOtp.requestCode(req, ADA, { purpose: 'change-email' })
    const other = await codes.next(ADA)
    expect(other.purpose).toBe('change-email')
    expect(other.text).toContain('change your e-mail address')
  })

  it('receives the mail in the application’s own words; one that fails is a failed mail, as it is for users', async () => {
    const message = async ({ code, account }: { code: string; account?: unknown }) => ({
      subject: account ? `For ${account}` : '',
      text: `It is ${code}`,
    })
    const sendCode = mailer({ transport: 'smtp://127.0.0.1:1', from: 'a@acme.example', message })
    const emailOtp = strategyWith({ sendCode, allowEmail: () => 'Ada' })
    const codes = captureCodes(emailOtp)
    await emailOtp.requestCode(request(), ADA)
    const { code, subject, text, html } = await codes.next(ADA)
    expect([subject, text, html]).toEqual(['For Ada', `It is ${code}`, ''])

    const failing = strategyWith({ sendCode })
    captureCodes(failing)
    const asked = failing.requestCode(request(), ADA)
    await expect(asked).rejects.toMatchObject({ code: 'delivery_failed' })
  })

  it('does not call a sendCode of your own, and has no mail then', async () => {
    const sendCode = vi.fn()
    const emailOtp = strategyWith({ sendCode })
    const codes = captureCodes(emailOtp)
    await emailOtp.requestCode(request(), ADA)
    expect(await codes.next(ADA)).toEqual({
      to: ADA,
      code: expect.stringMatching(/^\d{6}$/),
      purpose: 'login',
      subject: '',
      text: '',
      html: '',
    })
    expect(sendCode).not.toHaveBeenCalled()
  })

  it('waits for a code that comes later, also after the answer with allowEmail', async () => {
    const known = gate<boolean>()
    const { emailOtp, client, smtp } = await createWorld({ allowEmail: () => known.opened })
    const codes = captureCodes(emailOtp)
    await client().requestCode(ADA)
    const next = codes.next('Ada@Example.com')
    known.open(true)
    expect((await next).to).toBe(ADA)
    expect(smtp.mails).toEqual([])
  })

  it('returns each code once, to the address that was asked for, in order', async () => {
    const emailOtp = strategyWith()
    const codes = captureCodes(emailOtp)
    const [one, two] = [codes.address(), codes.address()]
    for (const email of [one, two]) await emailOtp.requestCode(request(), email)
    await emailOtp.requestCode(request(), one)
    const ofTwo = await codes.next(two)
    const [first, second] = [await codes.next(one), await codes.next(one)]
    expect([first.to, ofTwo.to, second.to]).toEqual([one, two, one])
    expect(first.code).not.toBe(second.code)
    expect(codes.all).toEqual([first, ofTwo, second])
    await emailOtp.requestCode(request(), two)
    expect((await codes.next()).to).toBe(two)
  })

  it('passes codes that several tests wait for at once to the one whose address it is, in order', async () => {
    const emailOtp = strategyWith()
    const codes = captureCodes(emailOtp)
    const [one, two] = [codes.address(), codes.address()]
    const waiting = [codes.next(one), codes.next(two), codes.next(one), codes.next()]
    for (const email of [two, one, one, two]) await emailOtp.requestCode(request(), email)
    const received = await Promise.all(waiting)
    expect(received.map(({ to }) => to)).toEqual([one, two, one, two])
    expect(new Set(received.map(({ code, to }) => code + to)).size).toBe(4)
    expect([codes.all[1], codes.all[0], codes.all[2], codes.all[3]]).toEqual(received)
  })

  it('keeps the codes of two strategies apart', async () => {
    const [users, admins] = [strategyWith(), strategyWith({ name: 'admin' })]
    const [ofUsers, ofAdmins] = [captureCodes(users), captureCodes(admins)]
    await users.requestCode(request(), ADA)
    await admins.requestCode(request(), ADA)
    expect([ofUsers.all.length, ofAdmins.all.length]).toEqual([1, 1])
    expect(await ofUsers.next(ADA)).not.toEqual(await ofAdmins.next(ADA))
  })

  it('has the purpose of a second factor, and its address is that of the user', async () => {
    const emailOtp = strategyWith({
      emailFromRequest: () => ADA,
      subjectFromRequest: () => 17,
      purposes: { pay: 'pay' },
    })
    const codes = captureCodes(emailOtp)
    await emailOtp.requestCode(request())
    await emailOtp.requestCode(request(), undefined, { purpose: 'pay' })
    expect([await codes.next(), await codes.next()]).toMatchObject([
      { to: ADA, purpose: 'login' },
      { to: ADA, purpose: 'pay' },
    ])
  })

  it('gives a new address at each call that the strategy accepts', async () => {
    const emailOtp = strategyWith()
    const codes = captureCodes(emailOtp)
    const addresses = Array.from({ length: 100 }, () => codes.address())
    expect(new Set(addresses).size).toBe(100)
    for (const email of addresses) {
      expect(email).not.toMatch(/\d/)
      expect((await emailOtp.requestCode(request(), email)).reason).toBe('code_sent')
      expect((await codes.next(email)).to).toBe(email)
    }
  })

  it('after reset has nothing of before, and a next that waits rejects', async () => {
    const emailOtp = strategyWith()
    const codes = captureCodes(emailOtp)
    await emailOtp.requestCode(request(), ADA)
    const waiting = codes.next('bob@example.com')
    codes.reset()
    await expect(waiting).rejects.toThrow('reset()')
    expect(codes.all).toEqual([])
    const clock = stopTimeouts()
    const next = codes.next(ADA, { timeoutSeconds: 1 })
    expect(await Promise.race([next, clock.pass(0).then(() => 'waiting')])).toBe('waiting')
    codes.reset()
    await expect(next).rejects.toThrow('reset()')
  })

  it('names in the error of a code that does not come what did come', async () => {
    const emailOtp = strategyWith()
    const codes = captureCodes(emailOtp)
    await emailOtp.requestCode(request(), ADA)
    const missing = codes.next('bob@example.com', { timeoutSeconds: 1 })
    await expect(missing).rejects.toThrow('bob@example.com')
    await expect(missing).rejects.toThrow(ADA)
  })

  it('times out by the real clock, also where a test has replaced the timers', async () => {
    const codes = captureCodes(strategyWith())
    stopTimeouts({ date: true })
    await expect(codes.next(ADA, { timeoutSeconds: 1 })).rejects.toThrow('resendAfterSeconds')
  })

  it('passes a code to every capture, and to the mail server again after the last stop', async () => {
    const { emailOtp, smtp } = await createWorld()
    const [one, two] = [captureCodes(emailOtp), captureCodes(emailOtp)]
    await emailOtp.requestCode(request(), ADA)
    expect((await one.next()).code).toBe((await two.next()).code)
    one.stop()
    await emailOtp.requestCode(request(), 'bob@example.com')
    expect((await two.next()).to).toBe('bob@example.com')
    expect([one.all.length, smtp.mails.length]).toEqual([1, 0])
    await expect(one.next()).rejects.toThrow('stop()')
    const waiting = two.next(ADA, { timeoutSeconds: 300 })
    two.stop()
    await expect(waiting).rejects.toThrow(ADA)
    await expect(waiting).rejects.toThrow('stop()')
    await emailOtp.requestCode(request(), 'eve@example.com')
    expect((await smtp.next()).envelope.to).toEqual(['eve@example.com'])
  })

  it('works on a clone, as Passport makes one, and shows nothing in a log of the strategy', async () => {
    const emailOtp = strategyWith()
    const codes = captureCodes(Object.create(emailOtp) as Strategy)
    await emailOtp.requestCode(request(), ADA)
    expect((await codes.next(ADA)).to).toBe(ADA)
    expect(Object.keys(emailOtp)).not.toContain('passport-email-otp.capture')
    expect(Object.getOwnPropertySymbols({ ...emailOtp })).toEqual([])
  })

  it.each([undefined, 'production', 'development', 'TEST', ''])(
    'throws where NODE_ENV is %o, and says what it must be',
    (value) => {
      vi.stubEnv('NODE_ENV', value)
      expectNamed(
        messageOf(() => captureCodes(strategyWith())),
        ...['captureCodes', 'NODE_ENV', '"test"'],
      )
    },
  )

  it.each([undefined, null, {}, () => {}, 'email-otp'])(
    'rejects %o in place of a strategy',
    (value) => {
      expect(() => captureCodes(value as unknown as Strategy)).toThrow(TypeError)
    },
  )

  it.each([
    [['not an address'], 'next', '"not an address"'],
    [[ADA, { timeoutSeconds: 0 }], 'next', '"timeoutSeconds"', 1, 300, 0],
    [[ADA, { timeout: 3 }], 'next', '"timeout"'],
  ])('next rejects %o', async (args, ...named) => {
    const codes = captureCodes(strategyWith())
    await expectRejection(codes.next(...(args as [string])), ...(named as (string | number)[]))
  })
})
