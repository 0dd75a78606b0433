import { describe, expect, it } from 'vitest'
import { stopClock } from '../helpers/clock.js'
import { createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

const KEY = expect.stringMatching(/^[\w-]{22}$/)

describe('onEvent', () => {
  it('hears what happened, in order, with the key of the address', async () => {
    const clock = stopClock()
    const { smtp, client, events } = await createWorld()
    const { requestCode, enterCode } = client()
    await requestCode('ada@example.com')
    const { code } = await smtp.next()
    await enterCode(wrongCode(code))
    clock.pass(42_000)
    await enterCode(code)
    expect(events).toEqual([
      { type: 'issued', addressHash: KEY, purpose: 'login', digits: 6, resend: false },
      { type: 'sent', addressHash: KEY, durationMs: expect.any(Number), tries: 1 },
      { type: 'rejected', addressHash: KEY, reason: 'invalid_code', failures: 1 },
      {
        type: 'verified',
        addressHash: KEY,
        purpose: 'login',
        browser: 'new',
        failures: 1,
        secondsSinceSent: 42,
      },
    ])
    expect(new Set(events.map(({ addressHash }) => addressHash)).size).toBe(1)
  })

  it('hears of a mail that goes out once more', async () => {
    const clock = stopClock()
    const { client, events } = await createWorld()
    const { requestCode } = client()
    await requestCode('ada@example.com')
    clock.pass(30_000)
    await requestCode('ada@example.com')
    const issued = events.filter(({ type }) => type === 'issued')
    expect(issued).toMatchObject([{ resend: false }, { resend: true }])
  })

  it('hears of a failed mail, with how long it took and an error without code and address', async () => {
    const { smtp, client, events } = await createWorld()
    smtp.rejectRecipient()
    await client().requestCode('ada@example.com')
    expect(events[1]).toEqual({
      type: 'send_failed',
      addressHash: KEY,
      durationMs: expect.any(Number),
      error: expect.objectContaining({ code: 'delivery_failed', status: 502 }),
    })
  })

  it('hears of an address without a send left', async () => {
    stopClock()
    const { app, client, events } = await createWorld()
    expect(app).toBeDefined()
    for (let n = 0; n < 6; n++) await client().requestCode('ada@example.com')
    expect(events.at(-1)).toEqual({ type: 'limited', addressHash: KEY, retryAfterSeconds: 5400 })
  })

  it.each([
    ['invalid_email', { email: 'nobody' }],
    ['missing_code', { code: '' }],
    ['no_pending_code', { code: 'abc' }],
    ['no_pending_code', { code: '123456' }],
  ])('hears of a refusal where no address is known: %s', async (reason, body) => {
    const { client, events } = await createWorld()
    await client().post(body)
    expect(events).toEqual([
      { type: 'rejected', addressHash: undefined, reason, failures: undefined },
    ])
  })

  it('hears of a refusal by the application', async () => {
    const { smtp, client, events } = await createWorld({ verify: async () => false })
    const { requestCode, enterCode } = client()
    await requestCode('ada@example.com')
    await enterCode((await smtp.next()).code)
    expect(events.slice(-2)).toMatchObject([
      { type: 'verified' },
      { type: 'rejected', addressHash: KEY, reason: 'not_allowed' },
    ])
  })

  it('never hears a code or an address', async () => {
    const { smtp, client, events } = await createWorld()
    const { requestCode, enterCode } = client()
    await requestCode('ada@example.com')
    const { code } = await smtp.next()
    await enterCode(wrongCode(code))
    await enterCode(code)
    smtp.rejectRecipient()
    await requestCode('ada@example.com')
    const heard = JSON.stringify(events, (_key, value) =>
      value instanceof Error ? { ...value, message: value.message, stack: value.stack } : value,
    )
    expect(heard).toContain('send_failed')
    expect(heard).not.toContain(code)
    expect(heard).not.toContain('ada@')
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('log is full')
      },
    ],
    ['rejects', () => Promise.reject(new Error('log is full'))],
  ])('changes nothing when it %s', async (_what, onEvent) => {
    const { smtp, client } = await createWorld({ onEvent })
    const { requestCode, enterCode } = client()
    expect((await requestCode('ada@example.com')).status).toBe(202)
    expect((await enterCode((await smtp.next()).code)).status).toBe(200)
  })

  it('is given the request', async () => {
    const urls: unknown[] = []
    const { client } = await createWorld({ onEvent: (_event, req) => urls.push(req.originalUrl) })
    await client().requestCode('ada@example.com')
    expect(urls).toEqual(['/login', '/login'])
  })
})
