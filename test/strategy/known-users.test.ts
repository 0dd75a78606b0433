import { type ChallengeStore, MemoryStore } from 'passport-email-otp'
import { describe, expect, it, vi } from 'vitest'
import { gate } from '../helpers/gate.js'
import { until } from '../helpers/until.js'
import { createWorld, type WorldOptions } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** An application that knows Ada alone. */
async function knowsAda(options: WorldOptions = {}) {
  const allowEmail = vi.fn(
    async (email: string): Promise<unknown> =>
      email === 'ada@example.com' ? { firstName: 'Ada' } : undefined,
  )
  return { allowEmail, ...(await createWorld({ allowEmail, ...options })) }
}

describe('with allowEmail', () => {
  it('a known address gets its mail, and signs in', async () => {
    const { smtp, client } = await knowsAda()
    const { requestCode, enterCode } = client()
    expect((await requestCode('ada@example.com')).body.reason).toBe('code_sent')
    expect((await enterCode((await smtp.next()).code)).status).toBe(200)
  })

  it('an unknown address gets the same answers and no mail', async () => {
    const { smtp, client, events } = await knowsAda()
    const [known, unknown] = [client(), client()]
    const answers = []
    for (const [{ requestCode, enterCode, home }, email] of [
      [unknown, 'eve@example.com'],
      [known, 'ada@example.com'],
    ] as const) {
      const asked = await requestCode(email)
      const again = await requestCode(email)
      const wrong = await enterCode('000000')
      const { pending } = (await home()).body
      const steps = [asked, again, wrong].map(({ status, body, headers }) => ({
        status,
        body: { ...body, pending: undefined },
        headers: Object.keys(headers).sort(),
      }))
      answers.push({ steps, pending: { ...pending, id: '', email, maskedEmail: '' } })
    }
    await smtp.next()
    expect(smtp.mails.map(({ envelope }) => envelope.to)).toEqual([['ada@example.com']])
    expect(answers[0]?.steps).toEqual(answers[1]?.steps)
    expect({ ...answers[0]?.pending, email: '' }).toEqual({ ...answers[1]?.pending, email: '' })
    expect(events.filter(({ type }) => type === 'issued').length).toBe(2)
  })

  it('hands what it returned to sendCode, so that a mail can greet by name', async () => {
    const accounts: unknown[] = []
    const sent = gate<void>()
    const { client } = await knowsAda({
      sendCode: ({ account }) => {
        accounts.push(account)
        sent.open()
      },
    })
    await client().requestCode('ada@example.com')
    await sent.opened
    expect(accounts).toEqual([{ firstName: 'Ada' }])
  })

  it('is asked only after the request was answered', async () => {
    const answered = gate<void>()
    const order: string[] = []
    const asked = gate<void>()
    const { client } = await createWorld({
      before: (_req, res, next) => {
        res.on('finish', () => {
          order.push('answered')
          answered.open()
        })
        next()
      },
      allowEmail: async () => {
        order.push('asked')
        asked.open()
      },
    })
    await Promise.all([client().requestCode('ada@example.com'), asked.opened, answered.opened])
    expect(order).toEqual(['answered', 'asked'])
  })

  it('is asked again once a code is accepted, and a no is not_allowed with the code spent', async () => {
    const { allowEmail, smtp, client, events } = await knowsAda()
    const { requestCode, enterCode } = client()
    await requestCode('ada@example.com')
    const { code } = await smtp.next()
    expect(allowEmail).toHaveBeenCalledTimes(1)
    await enterCode(wrongCode(code))
    expect(allowEmail).toHaveBeenCalledTimes(1)
    allowEmail.mockResolvedValueOnce(undefined)
    const rejected = await enterCode(code)
    expect(rejected.status).toBe(403)
    expect(rejected.body).toMatchObject({ reason: 'not_allowed', next: 'request_code' })
    expect(rejected.body).not.toHaveProperty('pending')
    expect(rejected.headers['set-cookie']).toBeUndefined()
    const addressHash = events[0]?.addressHash
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason: 'not_allowed', addressHash })
    expect(events.filter(({ type }) => type === 'verified')).toEqual([])
    expect((await enterCode(code)).body.reason).toBe('no_pending_code')
  })

  it('that throws once a code is accepted is an error, with the code spent', async () => {
    const { allowEmail, smtp, client } = await knowsAda()
    const { requestCode, enterCode } = client()
    await requestCode('ada@example.com')
    const { code } = await smtp.next()
    allowEmail.mockRejectedValueOnce(new Error('directory is down'))
    const broken = await enterCode(code)
    expect([broken.status, broken.body.message]).toEqual([500, 'directory is down'])
    expect((await enterCode(code)).body.reason).toBe('no_pending_code')
  })

  it.each(['slow', 'failing'])(
    'is not asked while the store is %s, for a right code either',
    async (kind) => {
      const answer = gate<void>()
      const asked: string[] = []
      const memory = new MemoryStore()
      const store: ChallengeStore = {
        open: (request) => memory.open(request),
        cancel: (request) => memory.cancel(request),
        attempt: async (request) => {
          asked.push(request.matched ? 'right' : 'wrong')
          await answer.opened
          return memory.attempt(request)
        },
      }
      const { allowEmail, smtp, client } = await knowsAda({ store })
      const { requestCode, enterCode } = client()
      await requestCode('ada@example.com')
      const { code } = await smtp.next()
      allowEmail.mockClear()
      const entering = enterCode(code).then((answer) => answer)
      await until(() => asked.length === 1)
      expect(allowEmail).not.toHaveBeenCalled()
      if (kind === 'slow') {
        answer.open()
        expect((await entering).status).toBe(200)
        expect(allowEmail).toHaveBeenCalledTimes(1)
      } else {
        answer.fail(new Error('the store is down'))
        expect((await entering).status).toBe(503)
        expect((await enterCode(wrongCode(code))).status).toBe(503)
        expect(allowEmail).not.toHaveBeenCalled()
      }
    },
  )

  it('that throws before sending sends nothing, and is an event', async () => {
    const error = new Error('directory is down')
    const heard = gate<unknown>()
    const { smtp, client } = await createWorld({
      allowEmail: () => Promise.reject(error),
      onEvent: (event) => {
        if (event.type === 'allow_failed') heard.open(event)
      },
    })
    expect((await client().requestCode('ada@example.com')).status).toBe(202)
    expect(await heard.opened).toMatchObject({ type: 'allow_failed', error })
    expect(smtp.mails).toEqual([])
  })

  it('a failing mail is an event, never an answer, and gives no send back', async () => {
    const failures: unknown[] = []
    const { client } = await createWorld({
      allowEmail: () => true,
      sendCode: () => Promise.reject(Object.assign(new Error('no route'), { notSent: true })),
      onEvent: (event) => {
        if (event.type === 'send_failed') failures.push(event)
      },
    })
    const answers = []
    for (let n = 0; n < 6; n++) answers.push((await client().requestCode('ada@example.com')).status)
    expect(answers).toEqual([202, 202, 202, 202, 202, 429])
    expect(failures.length).toBe(5)
  })
})
