import type { Response } from 'express'
import { type EmailOtpInfo, statusOf } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { plainCalls, visit } from '../helpers/plain-calls.js'
import { expectNamed } from '../helpers/rejects-option.js'
import { ADA, createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** An application without `passport.authenticate`: it names its fields itself and logs in by itself. */
async function plainApp() {
  const reply = (res: Response, info: EmailOtpInfo) => res.status(statusOf(info.reason)).json(info)
  const world = await createWorld({
    routes: (app, emailOtp) => {
      app.all('/ask', async (req, res) => {
        reply(res, await emailOtp.requestCode(req, req.body?.address))
      })
      app.all('/enter', async (req, res) => {
        const info = await emailOtp.verifyCode(req, req.body?.digits)
        if (info.reason !== 'accepted') return reply(res, info)
        res.json({ signedIn: info.email, info, proven: emailOtp.proven(req) })
      })
    },
  })
  const { agent, home } = world.client()
  return {
    ...world,
    agent,
    ask: (address?: unknown) => agent.post('/ask').send({ address }),
    enter: (digits?: unknown) => agent.post('/enter').send({ digits }),
    pending: async () => (await home()).body.pending,
  }
}

it('asking, entering and drawing work in routes of one’s own', async () => {
  stopClock()
  const { smtp, ask, enter, pending } = await plainApp()
  expect(await pending()).toBeNull()
  const asked = await ask('Ada@Example.com ')
  expect(asked.status).toBe(202)
  expect(asked.body).toMatchObject({ reason: 'code_sent', retryAfterSeconds: 30 })
  expect(await pending()).toEqual(asked.body.pending)
  expect(asked.body.pending.email).toBe(ADA)

  const { code } = await smtp.next()
  const wrong = await enter(wrongCode(code))
  expect(wrong.status).toBe(401)
  expect(wrong.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })

  const right = await enter(code)
  expect(right.body).toEqual({
    signedIn: ADA,
    info: {
      reason: 'accepted',
      message: en.reasons.accepted,
      next: 'done',
      email: ADA,
    },
    proven: {
      email: ADA,
      subject: null,
      purpose: 'login',
      remembered: null,
      browser: 'new',
      failures: 1,
    },
  })
  expect(await pending()).toBeNull()
  expect((await enter(code)).body.reason).toBe('no_pending_code')
})

it('asking without an address sends again to the one that is pending', async () => {
  const clock = stopClock()
  const { smtp, ask } = await plainApp()
  expect((await ask()).body.reason).toBe('invalid_email')
  await ask(ADA)
  clock.pass(30 * SECOND)
  expect((await ask()).status).toBe(202)
  const [first, second] = await smtp.waitFor(2)
  expect(second?.to).toEqual([ADA])
  expect(second?.code).toBe(first?.code)
  expect((await ask('')).body.reason).toBe('invalid_email') // typed, if empty
})

it('a spent code can be asked for again without the address', async () => {
  const { smtp, ask, enter, pending } = await plainApp()
  await ask(ADA)
  const { code: spent } = await smtp.next()
  for (let n = 1; n <= 5; n++) await enter(wrongCode(spent, n))
  expect(await pending()).toMatchObject({ email: ADA, ended: 'spent' })
  await ask()
  const { code } = await smtp.next()
  expect((await enter(code)).body.signedIn).toBe(ADA)
})

it('they never read the body, and any method will do', async () => {
  const { smtp, agent, pending } = await plainApp()
  await agent.post('/ask').send({ email: 'eve@example.com', code: '123456' })
  expect(smtp.mails).toEqual([])
  const asked = await agent.put('/ask').send({ address: ADA })
  expect(asked.status).toBe(202)
  const { code } = await smtp.next()
  const missing = await agent.put('/enter').send({ code })
  expect([missing.status, missing.body.reason]).toEqual([400, 'missing_code'])
  expect(await pending()).toMatchObject({ email: ADA })
  expect((await agent.put('/enter').send({ digits: code })).status).toBe(200)
})

it.each([
  ['no response', {}],
  ['a response of another kind', { res: { header: {} } }],
  [
    'a response that has been sent',
    {
      res: {
        headersSent: true,
        setHeader: () => {
          throw new Error('too late')
        },
      },
    },
  ],
])('a request that carries %s does for asking, even when it is refused', async (_title, host) => {
  const { emailOtp } = plainCalls()
  const reasons = []
  for (let n = 1; n <= 6; n++) {
    reasons.push((await emailOtp.requestCode({ ...visit(), ...host }, ADA)).reason)
  }
  expect(reasons).toEqual([...Array(5).fill('code_sent'), 'rate_limited'])
})

describe('a plain call with options that it does not know', () => {
  const CALLS = {
    requestCode: (made: Made, options: never) => made.emailOtp.requestCode(made.req, ADA, options),
    verifyCode: (made: Made, options: never) => made.emailOtp.verifyCode(made.req, 'x', options),
    pending: async (made: Made, options: never) => made.emailOtp.pending(made.req, options),
    pageState: async (made: Made, options: never) => made.emailOtp.pageState(made.req, options),
  }
  type Made = ReturnType<typeof plainCalls>

  it.each([
    ...Object.keys(CALLS).flatMap((name) => [
      [name, null, ['null']] as const,
      [name, 'pay', ['"pay"']] as const,
      [name, ['pay'], ['an array of 1']] as const,
      [name, { purpos: 'pay' }, ['"purpos"', '"purpose"']] as const,
      [name, Object.create({ purpose: 'pay' }), ['"purpose"', 'inherited']] as const,
    ]),
    ['verifyCode', { Email: ADA }, ['"Email"', '"email"']] as const,
    ['verifyCode', { pendingID: 'x' }, ['"pendingID"', '"pendingId"']] as const,
    ['verifyCode', Object.create({ email: ADA }), ['"email"', 'inherited']] as const,
    ['requestCode', { pendingId: 'x' }, ['"pendingId"']] as const,
  ])('is rejected before anything happens: %s with %j', async (name, options, named) => {
    const made = plainCalls({ purposes: { pay: 'pay a bill' } })
    const call = CALLS[name as keyof typeof CALLS](made, options as never)
    const err = (await call.catch((reason: unknown) => reason)) as Error
    expect(err).toMatchObject({ name: 'TypeError', help: 'docs/guides/plain-calls.md' })
    expectNamed(err.message, name, ...named)
    expect([made.calls, made.events, made.mails]).toEqual([[], [], []])
  })
})
