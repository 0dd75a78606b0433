import { MemoryStore, type OpenRequest } from 'passport-email-otp'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type Clock, DAY, stopClock } from '../helpers/clock.js'
import { plainCalls, visit } from '../helpers/plain-calls.js'
import { wrongCode } from '../helpers/wrong-code.js'

let clock: Clock
beforeEach(() => {
  clock = stopClock()
})

/** A strategy in plain calls, with one visitor whose session is stored on the server. `mail.fails` stops its mails. */
function setUp(options: object = {}) {
  const store = new MemoryStore()
  const codes: string[] = []
  const mail = { fails: false }
  const sendCode = ({ code }: { code: string }) => {
    if (mail.fails) throw Object.assign(new Error('the server is down'), { notSent: true })
    codes.push(code)
  }
  const { emailOtp, calls, req } = plainCalls({ store, sendCode, ...options })
  /** What the store was last asked by `open`. */
  const asked = () => calls.findLast(({ verb }) => verb === 'open')?.request as OpenRequest
  return { emailOtp, req: { ...req, sessionID: 's1' }, store, codes, mail, calls, asked }
}

describe('the store is asked', () => {
  it('in milliseconds of the configured times', async () => {
    const { emailOtp, req, asked } = setUp({
      ...{ ttlSeconds: 120, maxAttempts: 3, resendAfterSeconds: 20 },
      ...{ maxSendsPerHour: 2, maxSendsPerDay: 25 },
    })
    await emailOtp.requestCode(req, 'a@x.org')
    expect(asked()).toEqual({
      address: expect.stringMatching(/^[\w-]{22}$/),
      challenge: expect.stringMatching(/^[\w-]{22}$/),
      pending: undefined,
      ttlMs: 120_000,
      keepMs: 24_000,
      attempts: 3,
      spacingMs: 20_000,
      budget: { key: 'email-otp/stranger', burst: 2, refillMs: 3_600_000 },
    })
    expect(emailOtp.pending(req)).toMatchObject({ expiresInSeconds: 120, resendInSeconds: 20 })
  })

  it('about a code and about a mail that failed with the budget of the opening', async () => {
    const { emailOtp, req, codes, mail, calls, asked } = setUp({ resendAfterSeconds: 20 })
    await emailOtp.requestCode(req, 'a@x.org')
    const { address, challenge, budget } = asked()
    for (const matched of [false, true]) {
      await emailOtp.verifyCode(req, matched ? codes[0] : wrongCode(codes[0] ?? ''))
      const counting = { failuresBelow: 5, failuresWindowMs: 30 * DAY, budget }
      expect(calls.at(-1)?.request).toEqual({ address, challenge, matched, ...counting })
    }
    mail.fails = true
    await expect(emailOtp.requestCode(req, 'a@x.org')).rejects.toThrow()
    const refund = { refund: 'whole', spacingMs: 20_000 }
    expect(calls.flatMap(({ verb, request }) => (verb === 'cancel' ? [request] : []))).toEqual([
      { address, challenge: asked().challenge, budget, ...refund },
    ])
  })

  it('about the pending challenge only for the same address', async () => {
    const { emailOtp, req, asked } = setUp()
    await emailOtp.requestCode(req, 'a@x.org')
    const { challenge } = asked()
    await emailOtp.requestCode(req, 'b@x.org')
    expect(asked().pending).toBeUndefined()
    await emailOtp.requestCode(req, 'b@x.org')
    expect(asked().pending).toEqual({ challenge: expect.any(String), failuresBelow: 5 })
    expect(asked().pending?.challenge).not.toBe(challenge)
  })

  it.each([
    ['for something else than signing in', { purpose: 'delete-account' }],
    ['for a certain user', { subject: 'user-1' }],
  ])('about no pending challenge where that is %s, and mails another code', async (_, change) => {
    const { emailOtp, req, codes, asked } = setUp()
    await emailOtp.requestCode(req, 'a@x.org')
    Object.assign(req.session['email-otp'] as object, change)
    expect(await emailOtp.requestCode(req, 'a@x.org')).toMatchObject({ reason: 'code_sent' })
    expect(asked().pending).toBeUndefined()
    expect(new Set(codes).size).toBe(2)
  })

  it('whether the pending code is too short by the digits it has, not by those configured', async () => {
    const { emailOtp, req, codes, asked } = setUp()
    await emailOtp.requestCode(req, 'a@x.org')
    for (let n = 1; n <= 5; n++) await emailOtp.verifyCode(req, wrongCode(codes[0] ?? '', n))
    await emailOtp.requestCode(req, 'a@x.org')
    expect(codes[1]).toMatch(/^[0-9]{8}$/)
    // A code of eight digits is good below 50 failures: asking again has to wait, and costs a send.
    expect(await emailOtp.requestCode(req, 'a@x.org')).toMatchObject({ retryAfterSeconds: 30 })
    expect(asked().pending?.failuresBelow).toBe(50)
    expect(codes.length).toBe(2)
  })
})

describe('a mail that fails', () => {
  it('a second time leaves the code that is there to be entered', async () => {
    const { emailOtp, req, codes, mail } = setUp()
    await emailOtp.requestCode(req, 'a@x.org')
    clock.pass(30_000)
    mail.fails = true
    await expect(emailOtp.requestCode(req, 'a@x.org')).rejects.toMatchObject({
      code: 'delivery_failed',
    })
    expect(emailOtp.pending(req)).toMatchObject({ email: 'a@x.org', resendInSeconds: 0 })
    expect(emailOtp.pending(req)).not.toHaveProperty('ended')
    expect(await emailOtp.verifyCode(req, codes[0])).toMatchObject({ reason: 'accepted' })
  })

  it('in place of a code that guesses made too short leaves no code to be entered', async () => {
    const { emailOtp, req, codes, mail } = setUp()
    await emailOtp.requestCode(req, 'a@x.org')
    const other = visit()
    await emailOtp.requestCode(other, 'a@x.org')
    for (let n = 1; n <= 5; n++) await emailOtp.verifyCode(other, wrongCode(codes[1] ?? '', n))
    mail.fails = true
    await expect(emailOtp.requestCode(req, 'a@x.org')).rejects.toMatchObject({
      code: 'delivery_failed',
    })
    expect(emailOtp.pending(req)).toMatchObject({ email: 'a@x.org', ended: 'not_sent' })
    mail.fails = false
    expect(await emailOtp.requestCode(req, 'a@x.org')).toMatchObject({ reason: 'code_sent' })
    expect(emailOtp.pending(req)).toMatchObject({ digits: 8 })
    expect(emailOtp.pending(req)).not.toHaveProperty('ended')
  })

  it('and could not be taken back shows the code field again once the same code is mailed', async () => {
    const { emailOtp, req, store, codes, mail } = setUp()
    vi.spyOn(store, 'cancel').mockRejectedValueOnce(new Error('the store is down'))
    mail.fails = true
    await expect(emailOtp.requestCode(req, 'a@x.org')).rejects.toMatchObject({
      code: 'delivery_failed',
    })
    expect(emailOtp.pending(req)).toMatchObject({ ended: 'not_sent' })
    mail.fails = false
    clock.pass(30_000)
    await emailOtp.requestCode(req, 'a@x.org')
    expect(emailOtp.pending(req)).toMatchObject({ email: 'a@x.org' })
    expect(emailOtp.pending(req)).not.toHaveProperty('ended')
    expect(await emailOtp.verifyCode(req, codes[0])).toMatchObject({ reason: 'accepted' })
  })
})
