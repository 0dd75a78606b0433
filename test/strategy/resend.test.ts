import { beforeEach, describe, expect, it } from 'vitest'
import { type Clock, MINUTE, stopClock } from '../helpers/clock.js'
import { createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

let clock: Clock
beforeEach(() => {
  clock = stopClock()
})

async function askedOnce(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld(options)
  const client = world.client()
  await client.requestCode('ada@example.com')
  const { code } = await world.smtp.next()
  return { ...world, ...client, code }
}

describe('asking again for the same address', () => {
  it('within 30 seconds sends no mail and answers alike, with the time that is left', async () => {
    const { requestCode, smtp } = await askedOnce()
    clock.pass(10_000)
    const again = await requestCode('ada@example.com')
    expect(again.status).toBe(202)
    expect(again.body).toMatchObject({ reason: 'code_sent', retryAfterSeconds: 20 })
    clock.pass(19_999)
    expect((await requestCode('ada@example.com')).body.retryAfterSeconds).toBe(1)
    expect(smtp.mails.length).toBe(1)
  })

  it('after that mails the same code, with the same expiry', async () => {
    const { requestCode, enterCode, smtp, code } = await askedOnce()
    clock.pass(30_000)
    const again = await requestCode('ada@example.com')
    expect(again.body).toMatchObject({ reason: 'code_sent', retryAfterSeconds: 30 })
    expect(again.body.pending).toMatchObject({ expiresInSeconds: 570, resendInSeconds: 30 })
    expect((await smtp.next()).code).toBe(code)
    clock.pass(570_000 - 1)
    expect((await enterCode(code)).status).toBe(200)
  })

  it('keeps used attempts used', async () => {
    const { requestCode, enterCode, code } = await askedOnce()
    for (let n = 1; n <= 3; n++) await enterCode(wrongCode(code, n))
    clock.pass(30_000)
    await requestCode('ada@example.com')
    expect((await enterCode(wrongCode(code))).body.attemptsLeft).toBe(1)
  })

  it('with a fifth of its life left or less opens a new challenge', async () => {
    const { requestCode, smtp, code } = await askedOnce()
    clock.pass(8 * MINUTE - 1)
    await requestCode('ada@example.com')
    expect((await smtp.next()).code).toBe(code)
    const late = await askedOnce()
    clock.pass(8 * MINUTE)
    expect((await late.requestCode('ada@example.com')).body.pending.expiresInSeconds).toBe(600)
    expect((await late.smtp.next()).code).not.toBe(late.code)
  })

  it('leaves the first code working when the second mail is refused, and can be repeated after the spacing', async () => {
    const { requestCode, enterCode, smtp, code } = await askedOnce()
    clock.pass(30_000)
    smtp.rejectRecipient(451)
    const failed = await requestCode('ada@example.com')
    expect(failed.status).toBe(502)
    expect(failed.body.code).toBe('delivery_failed')
    smtp.behave()
    const early = await requestCode('ada@example.com')
    expect(early.body).toMatchObject({ reason: 'rate_limited', retryAfterSeconds: 30 })
    clock.pass(30_000)
    const again = await requestCode('ada@example.com')
    expect(again.status).toBe(202)
    expect((await smtp.next()).code).toBe(code)
    expect((await enterCode(code)).status).toBe(200)
  })
})

describe('asking for another address', () => {
  it('opens another challenge, and the first code is none here any more', async () => {
    const { requestCode, enterCode, smtp, code } = await askedOnce()
    await requestCode('bob@example.com')
    const second = await smtp.next()
    expect(second.envelope.to).toEqual(['bob@example.com'])
    expect((await enterCode(code)).body.reason).toBe('invalid_code')
    expect((await enterCode(second.code)).body.user).toEqual({ email: 'bob@example.com' })
  })

  it('brings the older pending code back when its mail fails', async () => {
    const { requestCode, enterCode, home, smtp, code } = await askedOnce()
    smtp.rejectRecipient()
    expect((await requestCode('bob@example.com')).status).toBe(502)
    const { pending } = (await home()).body
    expect(pending).toMatchObject({ email: 'ada@example.com' })
    expect(pending).not.toHaveProperty('ended')
    expect((await enterCode(code)).body.user).toEqual({ email: 'ada@example.com' })
  })
})

describe('a first mail that fails', () => {
  it('is told as an error, keeps the address, and the next try after the spacing works', async () => {
    const { smtp, client } = await createWorld()
    const { requestCode, enterCode, home } = client()
    smtp.rejectRecipient()
    const failed = await requestCode('ada@example.com')
    expect([failed.status, failed.body.code]).toEqual([502, 'delivery_failed'])
    expect((await home()).body.pending).toMatchObject({
      email: 'ada@example.com',
      ended: 'not_sent',
      resendInSeconds: 30,
    })
    smtp.behave()
    clock.pass(30_000)
    expect((await requestCode('ada@example.com')).status).toBe(202)
    const { code } = await smtp.next()
    expect((await enterCode(code)).status).toBe(200)
  })

  it('gives the send back only where the mail server was never reached', async () => {
    let error = Object.assign(new Error('no route'), { notSent: true })
    const { client } = await createWorld({ sendCode: () => Promise.reject(error) })
    const { requestCode } = client()
    for (let n = 0; n < 8; n++) expect((await requestCode('ada@example.com')).status).toBe(502)
    error = Object.assign(new Error('died after DATA'), { notSent: false })
    for (let n = 0; n < 5; n++) {
      expect((await client().requestCode('ada@example.com')).body.confirmed).toBe(false)
    }
    const limited = await client().requestCode('ada@example.com')
    expect([limited.status, limited.body.reason]).toEqual([429, 'rate_limited'])
  })
})

describe('a reload of the page', () => {
  it('loses nothing: the pending state counts down and knows the address', async () => {
    const { home } = await askedOnce()
    clock.pass(12_000)
    expect((await home()).body.pending).toEqual({
      id: expect.any(String),
      email: 'ada@example.com',
      maskedEmail: 'a•••@example.com',
      digits: 6,
      expiresInSeconds: 588,
      resendInSeconds: 18,
    })
  })

  it('offers a new code once the old one has expired', async () => {
    const { enterCode, home, requestCode, smtp, code } = await askedOnce()
    clock.pass(10 * MINUTE)
    const expired = {
      email: 'ada@example.com',
      ended: 'expired',
      expiresInSeconds: 0,
      resendInSeconds: 0,
    }
    expect((await home()).body.pending).toMatchObject(expired)
    const late = await enterCode(code)
    expect(late.status).toBe(401)
    expect(late.body).toMatchObject({
      reason: 'expired_code',
      next: 'request_code',
      pending: expired,
    })
    await requestCode('ada@example.com')
    expect((await enterCode((await smtp.next()).code)).status).toBe(200)
  })

  it('offers a new code once all attempts are used, and it may come at once', async () => {
    const { requestCode, enterCode, home, smtp, code } = await askedOnce()
    for (let n = 1; n <= 4; n++) await enterCode(wrongCode(code, n))
    const last = await enterCode(wrongCode(code, 5))
    expect(last.body).toMatchObject({
      reason: 'invalid_code',
      attemptsLeft: 0,
      next: 'request_code',
    })
    const spent = await enterCode(code)
    expect([spent.status, spent.body.reason]).toEqual([429, 'too_many_attempts'])
    expect((await home()).body.pending).toMatchObject({
      email: 'ada@example.com',
      ended: 'spent',
    })
    const fresh = await requestCode('ada@example.com')
    expect(fresh.body.pending).toMatchObject({ digits: 8 })
    expect(fresh.body.pending).not.toHaveProperty('ended')
    const next = await smtp.next()
    expect(next.code).toMatch(/^[0-9]{8}$/)
    expect((await enterCode(next.code)).status).toBe(200)
  })
})

describe('the sixth unanswered mail within an hour', () => {
  it('is refused with the exact wait, and the pending code still works', async () => {
    const { requestCode, enterCode, code, smtp } = await askedOnce()
    for (let n = 0; n < 4; n++) {
      clock.pass(30_000)
      await requestCode('ada@example.com')
    }
    clock.pass(30_000)
    const limited = await requestCode('ada@example.com')
    expect(limited.status).toBe(429)
    expect(limited.body).toMatchObject({ reason: 'rate_limited', next: 'wait' })
    // Five at once fill the bucket; one comes back 90 minutes after the first, 150 seconds ago.
    expect(limited.body.retryAfterSeconds).toBe(90 * 60 - 150)
    expect(limited.headers['retry-after']).toBe('5250')
    expect(limited.body.message).toBe('Too many codes were requested. Try again in 88 minutes.')
    expect(smtp.mails.length).toBe(5)
    expect((await enterCode(code)).status).toBe(200)
  })
})
