import { type ChallengeStore, MemoryStore } from 'passport-email-otp'
import { describe, expect, it, vi } from 'vitest'
import { createWorld, type WorldOptions, wrongCode } from '../helpers/app.js'
import { deferred } from '../helpers/deferred.js'
import { until } from '../helpers/until.js'

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
    const { smtp, browser } = await knowsAda()
    const { ask, enter } = browser()
    expect((await ask('ada@example.com')).body.reason).toBe('code_sent')
    expect((await enter((await smtp.next()).code)).status).toBe(200)
  })

  it('an unknown address gets the same answers and no mail', async () => {
    const { smtp, browser, events } = await knowsAda()
    const [known, unknown] = [browser(), browser()]
    const answers = []
    for (const [{ ask, enter, home }, email] of [
      [unknown, 'eve@example.com'],
      [known, 'ada@example.com'],
    ] as const) {
      const asked = await ask(email)
      const again = await ask(email)
      const wrong = await enter('000000')
      const { pending } = (await home()).body
      const steps = [asked, again, wrong].map(({ status, body, headers }) => ({
        status,
        body: { ...body, pending: undefined },
        headers: Object.keys(headers).sort(),
      }))
      answers.push({ steps, pending: { ...pending, email, maskedEmail: '' } })
    }
    await smtp.next()
    expect(smtp.mails.map(({ envelope }) => envelope.to)).toEqual([['ada@example.com']])
    expect(answers[0]?.steps).toEqual(answers[1]?.steps)
    expect({ ...answers[0]?.pending, email: '' }).toEqual({ ...answers[1]?.pending, email: '' })
    expect(events.filter(({ type }) => type === 'issued').length).toBe(2)
  })

  it('hands what it returned to sendCode, so that a mail can greet by name', async () => {
    const accounts: unknown[] = []
    const sent = deferred<void>()
    const { browser } = await knowsAda({
      sendCode: ({ account }) => {
        accounts.push(account)
        sent.resolve()
      },
    })
    await browser().ask('ada@example.com')
    await sent.promise
    expect(accounts).toEqual([{ firstName: 'Ada' }])
  })

  it('is asked only after the request was answered', async () => {
    const answered = deferred<void>()
    const order: string[] = []
    const asked = deferred<void>()
    const { browser } = await createWorld({
      before: (_req, res, next) => {
        res.on('finish', () => {
          order.push('answered')
          answered.resolve()
        })
        next()
      },
      allowEmail: async () => {
        order.push('asked')
        asked.resolve()
      },
    })
    await Promise.all([browser().ask('ada@example.com'), asked.promise, answered.promise])
    expect(order).toEqual(['answered', 'asked'])
  })

  it('is asked again once a code is accepted, and a no is not_allowed with the code spent', async () => {
    const { allowEmail, smtp, browser, events } = await knowsAda()
    const { ask, enter } = browser()
    await ask('ada@example.com')
    const { code } = await smtp.next()
    expect(allowEmail).toHaveBeenCalledTimes(1)
    await enter(wrongCode(code))
    expect(allowEmail).toHaveBeenCalledTimes(1)
    allowEmail.mockResolvedValueOnce(undefined)
    const rejected = await enter(code)
    expect(rejected.status).toBe(403)
    expect(rejected.body).toMatchObject({ reason: 'not_allowed', next: 'request_code' })
    expect(rejected.body).not.toHaveProperty('pending')
    expect(rejected.headers['set-cookie']).toBeUndefined()
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason: 'not_allowed' })
    expect(events.filter(({ type }) => type === 'verified')).toEqual([])
    expect((await enter(code)).body.reason).toBe('no_pending_code')
  })

  it('that throws once a code is accepted is an error, with the code spent', async () => {
    const { allowEmail, smtp, browser } = await knowsAda()
    const { ask, enter } = browser()
    await ask('ada@example.com')
    const { code } = await smtp.next()
    allowEmail.mockRejectedValueOnce(new Error('directory is down'))
    const broken = await enter(code)
    expect([broken.status, broken.body.message]).toEqual([500, 'directory is down'])
    expect((await enter(code)).body.reason).toBe('no_pending_code')
  })

  it.each(['slow', 'failing'])(
    'is not asked while the store is %s, for a right code either',
    async (kind) => {
      const answer = deferred<void>()
      const asked: string[] = []
      const memory = new MemoryStore()
      const store: ChallengeStore = {
        open: (request) => memory.open(request),
        cancel: (request) => memory.cancel(request),
        attempt: async (request) => {
          asked.push(request.matched ? 'right' : 'wrong')
          await answer.promise
          return memory.attempt(request)
        },
      }
      const { allowEmail, smtp, browser } = await knowsAda({ store })
      const { ask, enter } = browser()
      await ask('ada@example.com')
      const { code } = await smtp.next()
      allowEmail.mockClear()
      const entering = enter(code).then((answer) => answer)
      await until(() => asked.length === 1)
      expect(allowEmail).not.toHaveBeenCalled()
      if (kind === 'slow') {
        answer.resolve()
        expect((await entering).status).toBe(200)
        expect(allowEmail).toHaveBeenCalledTimes(1)
      } else {
        answer.reject(new Error('the store is down'))
        expect((await entering).status).toBe(503)
        expect((await enter(wrongCode(code))).status).toBe(503)
        expect(allowEmail).not.toHaveBeenCalled()
      }
    },
  )

  it('that throws before sending sends nothing, and is an event', async () => {
    const error = new Error('directory is down')
    const heard = deferred<unknown>()
    const { smtp, browser } = await createWorld({
      allowEmail: () => Promise.reject(error),
      onEvent: (event) => {
        if (event.type === 'allow_failed') heard.resolve(event)
      },
    })
    expect((await browser().ask('ada@example.com')).status).toBe(202)
    expect(await heard.promise).toMatchObject({ type: 'allow_failed', error })
    expect(smtp.mails).toEqual([])
  })

  it('a failing mail is an event, never an answer, and gives no send back', async () => {
    const failures: unknown[] = []
    const { browser } = await createWorld({
      allowEmail: () => true,
      sendCode: () => Promise.reject(Object.assign(new Error('no route'), { notSent: true })),
      onEvent: (event) => {
        if (event.type === 'send_failed') failures.push(event)
      },
    })
    const answers = []
    for (let n = 0; n < 6; n++) answers.push((await browser().ask('ada@example.com')).status)
    expect(answers).toEqual([202, 202, 202, 202, 202, 429])
    expect(failures.length).toBe(5)
  })
})
