import { describe, expect, it } from 'vitest'
import { MINUTE, stopClock } from '../helpers/clock.js'
import { plainCalls, runAsPassport } from '../helpers/plain-calls.js'
import { faultyStore } from '../helpers/watch-store.js'
import { ADA, createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

const KEY = expect.stringMatching(/^[\w-]{22}$/)

describe('onEvent', () => {
  it('hears what happened, in order, with the key of the address, and never a code or an address', async () => {
    const clock = stopClock()
    const { smtp, client, codeFor, events } = await createWorld()
    const ada = client()
    const code = await codeFor(ada)
    await ada.enterCode(wrongCode(code))
    clock.pass(30_000)
    await ada.requestCode(ADA)
    clock.pass(42_000)
    await ada.enterCode(code)
    smtp.rejectRecipient()
    await ada.requestCode(ADA)
    const issued = { type: 'issued', addressHash: KEY, purpose: 'login', digits: 6 }
    const sent = { type: 'sent', addressHash: KEY, durationMs: expect.any(Number), tries: 1 }
    expect(events).toEqual([
      { ...issued, resend: false },
      sent,
      { type: 'rejected', addressHash: KEY, reason: 'invalid_code', failures: 1 },
      { ...issued, resend: true },
      sent,
      {
        type: 'verified',
        addressHash: KEY,
        purpose: 'login',
        browser: 'new',
        failures: 1,
        secondsSinceSent: 42,
      },
      { ...issued, resend: false },
      {
        type: 'send_failed',
        addressHash: KEY,
        durationMs: expect.any(Number),
        error: expect.objectContaining({ code: 'delivery_failed', status: 502 }),
      },
    ])
    expect(new Set(events.map(({ addressHash }) => addressHash)).size).toBe(1)
    const heard = JSON.stringify(events, (_key, value) =>
      value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value,
    )
    expect(heard).not.toContain(code)
    expect(heard).not.toContain('ada@')
  })

  it('hears of an address without a send left', async () => {
    stopClock()
    const { emailOtp, req, events } = plainCalls()
    for (let n = 0; n < 6; n++) await emailOtp.requestCode({ ...req, session: {} }, ADA)
    expect(events.at(-1)).toEqual({ type: 'limited', addressHash: KEY, retryAfterSeconds: 5400 })
  })

  it.each([
    ['method_not_allowed', { method: 'PUT', body: { email: ADA } }],
    ['invalid_email', { body: { email: 'nobody' } }],
    ['missing_code', { body: { code: '' } }],
    ['no_pending_code', { body: { code: 'abc' } }],
    ['no_pending_code', { body: { code: '123456' } }],
  ])('hears of a refusal where no address is known: %s', async (reason, request) => {
    const { emailOtp, events } = plainCalls()
    await runAsPassport(emailOtp, { session: { regenerate() {} }, ...request })
    expect(events).toEqual([
      { type: 'rejected', addressHash: undefined, reason, failures: undefined },
    ])
  })

  it.each<[string, { answer?: object; afterMs?: number; typed?: string; pendingId?: string }]>([
    ['invalid_code', { answer: { outcome: 'wrong', attemptsLeft: 4, failures: 1 } }],
    ['too_many_attempts', { answer: { outcome: 'spent' } }],
    ['expired_code', { answer: { outcome: 'stale' } }],
    ['no_pending_code', { answer: { outcome: 'unknown' } }],
    ['expired_code', { afterMs: 10 * MINUTE }],
    ['malformed_code', { typed: 'abc' }],
    ['earlier_request', { pendingId: 'bcdfghjkmnpqrstv' }],
  ])('hears of a rejected code with the hash of the address: %s, %j', async (reason, is) => {
    const clock = stopClock()
    const { emailOtp, req, mails, events, calls } = plainCalls({
      store: faultyStore((real) => ({ attempt: (request) => is.answer ?? real.attempt(request) })),
    })
    await emailOtp.requestCode(req, ADA)
    clock.pass(is.afterMs ?? 0)
    const typed = is.typed ?? wrongCode(mails[0]?.code ?? '')
    expect(await emailOtp.verifyCode(req, typed, { pendingId: is.pendingId })).toMatchObject({
      reason,
    })
    const addressHash = calls[0]?.request.address
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason, addressHash })
    const isCounted = is.answer !== undefined || is.afterMs !== undefined
    expect(calls.map(({ verb }) => verb)).toEqual(isCounted ? ['open', 'attempt'] : ['open'])
  })

  it('is given the request', async () => {
    const urls: unknown[] = []
    const { client } = await createWorld({ onEvent: (_event, req) => urls.push(req.originalUrl) })
    await client().requestCode(ADA)
    expect(urls).toEqual(['/login', '/login'])
  })
})
