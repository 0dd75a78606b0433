import { beforeEach, describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { type Clock, MINUTE, stopClock } from '../helpers/clock.js'
import { ADA, createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

let clock: Clock
beforeEach(() => {
  clock = stopClock()
})

async function askedOnce(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld(options)
  const client = world.client()
  return { ...world, ...client, code: await world.codeFor(client) }
}

describe('asking again for the same address', () => {
  it('within 30 seconds sends no mail and answers alike, with the time that is left', async () => {
    const { requestCode, smtp, events } = await askedOnce()
    clock.pass(10_000)
    const again = await requestCode(ADA)
    expect(again.status).toBe(202)
    expect(again.body).toMatchObject({ reason: 'code_sent', retryAfterSeconds: 20 })
    clock.pass(19_999)
    expect((await requestCode(ADA)).body.retryAfterSeconds).toBe(1)
    expect(smtp.mails.length).toBe(1)
    expect(events.map(({ type }) => type)).toEqual(['issued', 'sent'])
  })

  it('after that mails the same code, with the same expiry', async () => {
    const { requestCode, enterCode, smtp, code } = await askedOnce()
    clock.pass(30_000)
    const again = await requestCode(ADA)
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
    await requestCode(ADA)
    expect((await enterCode(wrongCode(code))).body.attemptsLeft).toBe(1)
  })

  it('with a fifth of its life left or less opens a new challenge', async () => {
    const { requestCode, smtp, code } = await askedOnce()
    clock.pass(8 * MINUTE - 1)
    await requestCode(ADA)
    expect((await smtp.next()).code).toBe(code)
    const late = await askedOnce()
    clock.pass(8 * MINUTE)
    expect((await late.requestCode(ADA)).body.pending.expiresInSeconds).toBe(600)
    expect((await late.smtp.next()).code).not.toBe(late.code)
  })

  it('leaves the first code working when the second mail is refused, and can be repeated after the spacing', async () => {
    const { requestCode, enterCode, smtp, code } = await askedOnce()
    clock.pass(30_000)
    smtp.rejectRecipient(451)
    const failed = await requestCode(ADA)
    expect(failed.status).toBe(502)
    expect(failed.body.code).toBe('delivery_failed')
    smtp.behave()
    const early = await requestCode(ADA)
    expect(early.body).toMatchObject({ reason: 'rate_limited', retryAfterSeconds: 30 })
    clock.pass(30_000)
    const again = await requestCode(ADA)
    expect(again.status).toBe(202)
    expect((await smtp.next()).code).toBe(code)
    expect((await enterCode(code)).status).toBe(200)
  })
})

describe('asking for another address', () => {
  it('leaves the first code with its own wait when the mail to the other is refused', async () => {
    const { requestCode, enterCode, home, smtp, code } = await askedOnce()
    clock.pass(10_000)
    smtp.rejectRecipient(451)
    expect((await requestCode('eve@example.com')).status).toBe(502)
    const { pending } = (await home()).body
    expect(pending).toMatchObject({ email: ADA, expiresInSeconds: 590, resendInSeconds: 20 })
    expect((await enterCode(code)).status).toBe(200)
  })

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
    expect(pending).toMatchObject({ email: ADA })
    expect(pending).not.toHaveProperty('ended')
    expect((await enterCode(code)).body.user).toEqual({ email: ADA })
  })
})

describe('a first mail that fails', () => {
  it('in place of a code near its end does not bring that code back', async () => {
    const { requestCode, enterCode, home, smtp, code } = await askedOnce()
    clock.pass(500_000)
    smtp.rejectRecipient()
    expect((await requestCode(ADA)).status).toBe(502)
    // The challenge that is pending now is the new one, whose mail failed.
    expect((await home()).body.pending).toMatchObject({ email: ADA, ended: 'not_sent' })
    expect((await enterCode(code)).body.reason).toBe('no_pending_code')
  })

  it('that reached no server can be requested again at once', async () => {
    const error = Object.assign(new Error('no route'), { notSent: true })
    const { client } = await createWorld({ sendCode: () => Promise.reject(error) })
    const { requestCode, home } = client()
    expect((await requestCode(ADA)).status).toBe(502)
    const { pending } = (await home()).body
    expect(pending).toMatchObject({ ended: 'not_sent', resendInSeconds: 0 })
  })

  it('is told as an error, keeps the address, and the next try after the spacing works', async () => {
    const { smtp, client } = await createWorld()
    const { requestCode, enterCode, home } = client()
    smtp.rejectRecipient()
    const failed = await requestCode(ADA)
    expect([failed.status, failed.body.code]).toEqual([502, 'delivery_failed'])
    expect((await home()).body.pending).toMatchObject({
      email: ADA,
      ended: 'not_sent',
      resendInSeconds: 30,
    })
    smtp.behave()
    clock.pass(30_000)
    expect((await requestCode(ADA)).status).toBe(202)
    const { code } = await smtp.next()
    expect((await enterCode(code)).status).toBe(200)
  })

  it('gives the send back only where the mail server was never reached', async () => {
    let error = Object.assign(new Error('no route'), { notSent: true })
    const { client } = await createWorld({ sendCode: () => Promise.reject(error) })
    const { requestCode } = client()
    for (let n = 0; n < 8; n++) expect((await requestCode(ADA)).status).toBe(502)
    error = Object.assign(new Error('died after DATA'), { notSent: false })
    for (let n = 0; n < 5; n++) {
      expect((await client().requestCode(ADA)).body.confirmed).toBe(false)
    }
    const limited = await client().requestCode(ADA)
    expect([limited.status, limited.body.reason]).toEqual([429, 'rate_limited'])
  })
})

describe('the sixth unanswered mail within an hour', () => {
  it('is refused with the exact wait, and the pending code still works', async () => {
    const { requestCode, enterCode, code, smtp } = await askedOnce()
    for (let n = 0; n < 4; n++) {
      clock.pass(30_000)
      await requestCode(ADA)
    }
    clock.pass(30_000)
    const limited = await requestCode(ADA)
    expect(limited.status).toBe(429)
    expect(limited.body).toMatchObject({
      reason: 'rate_limited',
      next: 'wait',
      pending: { email: ADA, expiresInSeconds: 450 },
    })
    expect(limited.body.pending).not.toHaveProperty('ended')
    // Five at once fill the bucket; one comes back 90 minutes after the first, 150 seconds ago.
    expect(limited.body.retryAfterSeconds).toBe(90 * 60 - 150)
    expect(limited.headers['retry-after']).toBe('5250')
    expect(limited.body.message).toBe(en.reasons.rate_limited({ retryAfterSeconds: 5250 }))
    expect(smtp.mails.length).toBe(5)
    expect((await enterCode(code)).status).toBe(200)
  })
})
