import express from 'express'
import { type EmailOtpInfo, statusOf } from 'passport-email-otp'
import { expect, it, vi } from 'vitest'
import { en } from '../../src/languages/en.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** An application without `passport.authenticate`: it names its fields itself and logs in by itself. */
async function plainApp(
  middleware = sessions(),
  options: Parameters<typeof strategyOn>[1] & { onAnswer?: () => void } = {},
) {
  const { onAnswer, ...own } = options
  const mail = await startMail()
  const emailOtp = strategyOn(mail, own)
  const app = express()
  app.use(express.json(), middleware)
  const reply = (res: express.Response, info: EmailOtpInfo) =>
    res.status(statusOf(info.reason)).json(info)
  app.all('/ask', async (req, res) => {
    const info = await emailOtp.requestCode(req, req.body?.address)
    onAnswer?.()
    reply(res, info)
  })
  app.all('/enter', async (req, res) => {
    const info = await emailOtp.verifyCode(req, req.body?.digits)
    if (info.reason !== 'accepted') return reply(res, info)
    res.json({ signedIn: info.email, info, proven: emailOtp.proven(req) })
  })
  app.get('/pending', (req, res) => void res.json(emailOtp.pending(req) ?? null))
  app.use(errorsAsJson)
  const newBrowser = await browsersOf(app)
  const agent = newBrowser()
  return {
    ...mail,
    agent,
    ask: (address?: unknown) => agent.post('/ask').send({ address }),
    enter: (digits?: unknown) => agent.post('/enter').send({ digits }),
    pending: async () => (await agent.get('/pending')).body,
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
  expect(asked.body.pending.email).toBe('ada@example.com')

  const { code } = await smtp.next()
  const wrong = await enter(wrongCode(code))
  expect(wrong.status).toBe(401)
  expect(wrong.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })

  const right = await enter(code)
  expect(right.body).toEqual({
    signedIn: 'ada@example.com',
    info: {
      reason: 'accepted',
      message: en.reasons.accepted,
      next: 'done',
      email: 'ada@example.com',
    },
    proven: {
      email: 'ada@example.com',
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
  await ask('ada@example.com')
  clock.pass(30 * SECOND)
  expect((await ask()).status).toBe(202)
  const [first, second] = await smtp.waitFor(2)
  expect(second?.to).toEqual(['ada@example.com'])
  expect(second?.code).toBe(first?.code)
  expect((await ask('')).body.reason).toBe('invalid_email') // typed, if empty
})

it('a spent code can be asked for again without the address', async () => {
  const { smtp, ask, enter, pending } = await plainApp()
  await ask('ada@example.com')
  const { code: spent } = await smtp.next()
  for (let n = 1; n <= 5; n++) await enter(wrongCode(spent, n))
  expect(await pending()).toMatchObject({ email: 'ada@example.com', ended: 'spent' })
  await ask()
  const { code } = await smtp.next()
  expect((await enter(code)).body.signedIn).toBe('ada@example.com')
})

it('they never read the body, and any method will do', async () => {
  const { smtp, agent, pending } = await plainApp()
  await agent.post('/ask').send({ email: 'eve@example.com', code: '123456' })
  expect(smtp.mails).toEqual([])
  const asked = await agent.put('/ask').send({ address: 'ada@example.com' })
  expect(asked.status).toBe(202)
  const { code } = await smtp.next()
  const missing = await agent.put('/enter').send({ code })
  expect([missing.status, missing.body.reason]).toEqual([400, 'missing_code'])
  expect(await pending()).toMatchObject({ email: 'ada@example.com' })
  expect((await agent.put('/enter').send({ digits: code })).status).toBe(200)
})

it('both refuse what another site sends, before anything is used up', async () => {
  const { smtp, agent, ask, enter } = await plainApp()
  await ask('ada@example.com')
  const { code } = await smtp.next()
  for (const [path, body] of [
    ['/ask', { address: 'eve@example.com' }],
    ['/enter', { digits: code }],
  ] as const) {
    const answer = await agent.post(path).set('Sec-Fetch-Site', 'cross-site').send(body)
    expect([answer.status, answer.body.reason]).toEqual([403, 'cross_site'])
    expect(answer.body.pending.email).toBe('ada@example.com')
  }
  expect((await enter(code)).status).toBe(200)
  expect(smtp.mails).toHaveLength(1)
})

it.each([
  ['same-site', 'https://shop.example.com', 202],
  ['same-origin', 'https://app.example.com', 202],
  ['none', 'https://elsewhere.example', 202],
  ['cross-site', 'https://app.example.com', 403],
  [undefined, 'https://app.example.com', 202],
  [undefined, 'https://shop.example.com', 403],
])(
  'where the origin is configured, Sec-Fetch-Site %s of %s is a %i',
  async (site, origin, status) => {
    const { agent } = await plainApp(sessions(), { origin: 'https://app.example.com' })
    const asked = agent.post('/ask').set('Origin', origin)
    if (site) asked.set('Sec-Fetch-Site', site)
    expect((await asked.send({ address: 'ada@example.com' })).status).toBe(status)
  },
)

it('being limited is an answer with its header, not an error', async () => {
  const clock = stopClock()
  const { ask } = await plainApp()
  for (let n = 1; n <= 5; n++) {
    await ask('ada@example.com')
    clock.pass(30 * SECOND)
  }
  const { status, headers, body } = await ask()
  expect([status, headers['retry-after']]).toEqual([429, '5250'])
  expect(body).toMatchObject({ reason: 'rate_limited', retryAfterSeconds: 5250 })
})

it('only what is broken is thrown', async () => {
  const clock = stopClock()
  const { smtp, ask, enter } = await plainApp()
  smtp.rejectMail(554)
  const failed = await ask('ada@example.com')
  expect([failed.status, failed.body.code]).toEqual([502, 'delivery_failed'])
  smtp.behave()
  await smtp.next()
  clock.pass(30 * SECOND)
  expect((await ask('ada@example.com')).status).toBe(202)
  const { code } = await smtp.next()
  expect((await enter(code)).status).toBe(200)
})

it('entering a code needs no session that can be renewed: logging in is the caller’s', async () => {
  const { smtp, ask, enter } = await plainApp((req, _res, next) => {
    Object.assign(req, { session: mine })
    next()
  })
  const mine = {}
  await ask('ada@example.com')
  const { code } = await smtp.next()
  expect((await enter(code)).body.signedIn).toBe('ada@example.com')
  expect(mine).toEqual({})
})

it('known users only: the answer is there before anybody is looked up, and only they get mail', async () => {
  const happened: string[] = []
  const { smtp, ask, enter } = await plainApp(sessions(), {
    allowEmail: (email) => {
      happened.push(`looked up ${email}`)
      return email === 'ada@example.com'
    },
    onAnswer: () => happened.push('answered'),
  })
  const refused = await ask('eve@example.com')
  const allowed = await ask('ada@example.com')
  expect(refused.status).toBe(allowed.status)
  expect(refused.body.message).toBe(allowed.body.message)
  const { to, code } = await smtp.next()
  expect(to).toEqual(['ada@example.com'])
  expect((await enter(code)).body.signedIn).toBe('ada@example.com')
  expect(happened).toEqual([
    'answered',
    'looked up eve@example.com',
    'answered',
    'looked up ada@example.com',
    'looked up ada@example.com',
  ])
  expect(smtp.mails).toHaveLength(1)
})

it.each([
  ['for another address', {}, 'ben@example.com'],
  ['for something else than signing in', { purpose: 'delete-account' }, 'ada@example.com'],
  ['for a certain user', { subject: 'user-1' }, 'ada@example.com'],
])(
  'what is pending %s is no reason to wait, nor to send it again',
  async (_title, change, email) => {
    const { smtp, options, ask } = await plainApp((req, _res, next) => {
      Object.assign(req, { session: mine, sessionID: 's1' })
      next()
    })
    const mine: Record<string, unknown> = {}
    const open = vi.spyOn(options.store, 'open')
    await ask('ada@example.com')
    Object.assign(mine['email-otp'] as object, change)
    expect((await ask(email)).status).toBe(202)
    const [first, second] = await smtp.waitFor(2)
    expect(second?.code).not.toBe(first?.code)
    expect(open).toHaveBeenCalledTimes(2)
    for (const [request] of open.mock.calls) expect(request.pending).toBeUndefined()
  },
)

it('a pending code that the session only inherits is none', async () => {
  let isInherited = false
  const { smtp, ask, enter } = await plainApp((req, _res, next) => {
    Object.assign(req, { session: isInherited ? Object.create(mine) : mine })
    next()
  })
  const mine = {}
  await ask('ada@example.com')
  const { code } = await smtp.next()
  isInherited = true
  expect((await enter(code)).body.reason).toBe('no_pending_code')
  isInherited = false
  expect((await enter(code)).status).toBe(200)
})

it('without a session both throw what to add', async () => {
  const { ask, enter } = await plainApp((_req, _res, next) => next())
  for (const { status, body } of [await ask('ada@example.com'), await enter('123456')]) {
    expect([status, body.code]).toEqual([500, 'session_required'])
  }
})

it.each([
  ['calls back late', (done: () => void) => void setImmediate(done)],
  ['returns a promise and never calls back', () => Promise.resolve()],
])('a session whose save %s is waited for', async (_title, save) => {
  const { smtp, ask, enter } = await plainApp((req, _res, next) => {
    Object.assign(req, { session: mine })
    next()
  })
  const mine = Object.defineProperty({}, 'save', { value: save })
  expect((await ask('ada@example.com')).status).toBe(202)
  const { code } = await smtp.next()
  expect((await enter(code)).status).toBe(200)
})

it.each([
  ['calls back with an error', (done: (err: Error) => void) => done(new Error('full'))],
  ['returns a promise that rejects', () => Promise.reject(new Error('full'))],
  [
    'throws',
    () => {
      throw new Error('full')
    },
  ],
])('a session whose save %s is session_failed, and no mail goes out', async (_title, save) => {
  const { smtp, ask, pending } = await plainApp((req, _res, next) => {
    Object.assign(req, { session: mine })
    next()
  })
  const mine = Object.defineProperty({}, 'save', { value: save })
  const { status, body } = await ask('ada@example.com')
  expect([status, body.code]).toEqual([500, 'session_failed'])
  expect(smtp.mails).toEqual([])
  expect(await pending()).toBeNull()
})

it('the times that a page draws are those of the options', async () => {
  const clock = stopClock()
  const { smtp, ask, enter, pending } = await plainApp(sessions(), {
    ttlSeconds: 120,
    resendAfterSeconds: 45,
  })
  const asked = await ask('ada@example.com')
  expect(asked.body).toMatchObject({
    retryAfterSeconds: 45,
    pending: { expiresInSeconds: 120, resendInSeconds: 45 },
  })
  clock.pass(119 * SECOND)
  const atTheEnd = await pending()
  expect(atTheEnd).toMatchObject({ expiresInSeconds: 1, resendInSeconds: 0 })
  expect(atTheEnd).not.toHaveProperty('ended')
  clock.pass(1 * SECOND)
  expect((await pending()).ended).toBe('expired')
  const { code } = await smtp.next()
  expect((await enter(code)).body.reason).toBe('expired_code')
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
  const mail = await startMail()
  const emailOtp = strategyOn(mail)
  const reasons = []
  for (let n = 1; n <= 6; n++) {
    const req = { headers: {}, session: {}, ...host }
    reasons.push((await emailOtp.requestCode(req, 'ada@example.com')).reason)
  }
  expect(reasons).toEqual([...Array(5).fill('code_sent'), 'rate_limited'])
})

it('a first mail that failed and could not be taken back can be sent again once it is due', async () => {
  const clock = stopClock()
  const { smtp, options, ask, enter, pending } = await plainApp()
  vi.spyOn(options.store, 'cancel').mockRejectedValue(new Error('the store is down'))
  smtp.rejectMail()
  const failed = await ask('ada@example.com')
  expect([failed.status, failed.body.code]).toEqual([502, 'delivery_failed']) // not store_failed
  expect((await pending()).ended).toBe('not_sent')

  smtp.behave()
  clock.pass(30 * SECOND)
  expect((await ask('ada@example.com')).body.pending).not.toHaveProperty('ended')
  const { code } = await smtp.waitFor(2).then(([, second]) => second ?? smtp.next())
  expect((await enter(code)).status).toBe(200)
})
