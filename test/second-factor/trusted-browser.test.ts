import express from 'express'
import { jsonLogin, loginForm, type RequestLike, statusOf } from 'passport-email-otp'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { describe as shown } from '../../src/util/describe.js'
import { DAY, SECOND, stopClock } from '../helpers/clock.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { serveStrategies } from '../helpers/passport-app.js'
import { plainCalls, runAsPassport } from '../helpers/plain-calls.js'
import { expectNamed, expectRejection, messageOf } from '../helpers/rejects-option.js'
import { cookiesOf } from '../helpers/sessions.js'
import { ADA, CODE_REQUIRED, NAME, SKIPPED, trustingApp, trustLine } from './trusting.js'
import { SECOND_FACTOR } from './two-factor-app.js'

const typesOf = (events: readonly { type: string }[]) => events.map(({ type }) => type)

describe('a browser that a user has ticked as trusted', () => {
  it('signs in with the password alone from then on, and nothing is mailed or proven', async () => {
    const clock = stopClock()
    const { newBrowser, trust, smtp, asked, events } = await trustingApp()
    const ada = newBrowser()
    const line = trustLine(await trust(ada))
    expect(line).toMatch(
      /^second-factor\.trusted=[\w-]{51}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/,
    )
    await ada.logout()
    clock.pass(3 * DAY)
    const answer = await ada.password('ada')
    const info = { reason: 'trusted_browser', message: en.reasons.trusted_browser, next: 'done' }
    expect([answer.status, answer.body]).toEqual([200, { id: '17', info }])
    expect(statusOf('trusted_browser')).toBe(200)
    expect(await ada.whoAmI()).toBe('17')
    expect(answer.body.proven).toBeUndefined()
    expect(smtp.mails).toHaveLength(1)
    // The verify function is called with the subject, as after a code.
    expect(asked).toEqual(['17', '17'])
    const used = events.filter(({ type }) => type === 'trusted_browser_used')
    expect(used).toEqual([
      {
        type: 'trusted_browser_used',
        addressHash: expect.stringMatching(/^[\w-]{22}$/),
        secondsSinceTrusted: 3 * 24 * 60 * 60,
      },
    ])
  })

  it('gets no other cookie by a skip than that of a new session, and the trust is not extended', async () => {
    const clock = stopClock()
    const { newBrowser, trust, passwordOf } = await trustingApp({ days: 2 })
    const ada = newBrowser()
    await trust(ada)
    await ada.logout()
    clock.pass(2 * DAY - SECOND)
    const skipped = await ada.password('ada')
    expect(skipped.status).toBe(200)
    expect(
      cookiesOf(skipped)
        .split('; ')
        .map((pair) => pair.split('=')[0]),
    ).toEqual(['connect.sid'])
    await ada.logout()
    clock.pass(SECOND)
    expect(await passwordOf(ada)).toBe(CODE_REQUIRED)
  })

  it('gets a new session at the skip, and no code waits in it', async () => {
    const { newBrowser, trust, versions, sessions } = await trustingApp()
    const ada = newBrowser()
    await trust(ada)
    await ada.logout()
    versions.set('17', '')
    await ada.password('ada')
    const waiting = Object.keys(await sessions.all())
    versions.delete('17')
    expect((await ada.password('ada')).status).toBe(200)
    const [id] = Object.keys(await sessions.all())
    expect(waiting).not.toContain(id)
    expect(await sessions.only()).not.toHaveProperty('second-factor')
  })

  it('is refused by the verify function as after a code', async () => {
    const users: Record<string, typeof ADA> = { ada: { ...ADA } }
    const { newBrowser, trust, passwordOf, events, users: stored } = await trustingApp({ users })
    const ada = newBrowser()
    await trust(ada)
    await ada.logout()
    const asked = events.length
    // Blocked between the password and the verify function.
    const { id, email } = stored.get('ada') as typeof ADA
    let reads = 0
    stored.set('ada', {
      email,
      get id() {
        reads += 1
        return reads > 1 ? 'blocked' : id
      },
    })
    expect(await passwordOf(ada)).toBe(403)
    expect(events.slice(asked)).toMatchObject([
      { type: 'trusted_browser_used' },
      { type: 'rejected', reason: 'not_allowed' },
    ])
    expect(await ada.whoAmI()).toBe(401)
  })

  it('ends with the number of days that is configured today', async () => {
    const clock = stopClock()
    const first = await trustingApp({ days: 30 })
    const cookie = `${NAME}=${
      String(trustLine(await first.trust(first.newBrowser())))
        .slice(NAME.length + 1)
        .split(';')[0]
    }`
    const second = await trustingApp({ days: 5 })
    clock.pass(5 * DAY - SECOND)
    expect(await second.withCookie(cookie)).toEqual(SKIPPED)
    clock.pass(SECOND)
    expect(await second.withCookie(cookie)).toBe(CODE_REQUIRED)
    expect(await first.withCookie(cookie)).toEqual(SKIPPED)
  })

  it.each<[string, { subject: string | number | bigint }]>([
    ['a number', { subject: 17 }],
    ['a bigint', { subject: 17n }],
    ['a long text', { subject: 'x'.repeat(255) }],
  ])('works where the id is %s, which the version hears as it is', async (_what, { subject }) => {
    const users = { ada: { id: subject, email: ADA.email } }
    const heard: unknown[] = []
    const version = (of: unknown) => heard.push(of) && 1
    const options = { trustedBrowsers: { days: 30, version } }
    const { newBrowser, trust, passwordOf } = await trustingApp({ users, options })
    const ada = newBrowser()
    await trust(ada)
    await ada.logout()
    expect(await passwordOf(ada)).toEqual({ reason: 'trusted_browser', id: String(subject) })
    expect(heard).toEqual([subject, subject])
  })
})

describe('the box', () => {
  it('counts as ticked with true and "on", and with nothing else', async () => {
    const { newBrowser, trust } = await trustingApp()
    const others = [undefined, null, false, '', 'off', 'false', 'true', 'On', '1', 1, ['on']]
    for (const ticked of [true, 'on', ...others, { on: true }]) {
      const line = trustLine(await trust(newBrowser(), 'ada', { trustBrowser: ticked }))
      const isTicked = ticked === true || ticked === 'on'
      expect(line !== undefined, JSON.stringify(ticked)).toBe(isTicked)
    }
  })

  it('does nothing without the option, beside a wrong code, and in a request for a code', async () => {
    const plain = await trustingApp({ options: { trustedBrowsers: undefined } })
    expect(trustLine(await plain.trust(plain.newBrowser()))).toBeUndefined()
    const { newBrowser, smtp } = await trustingApp()
    const ada = newBrowser()
    expect(trustLine(await ada.password('ada', undefined, { trustBrowser: 'on' }))).toBeUndefined()
    const { code } = await smtp.next()
    const wrong = await ada.enter(
      code.replace(/./, (d) => `${9 - Number(d)}`),
      { trustBrowser: 'on' },
    )
    expect([wrong.status, trustLine(wrong)]).toEqual([401, undefined])
    // The tick of an earlier try does not count.
    expect(trustLine(await ada.enter(code))).toBeUndefined()
  })

  it('is secure over HTTPS, as the proxy says it', async () => {
    const app = express().set('trust proxy', 1)
    const { newBrowser, smtp } = await trustingApp({ more: { app } })
    const { agent } = newBrowser()
    await agent.post('/login').send({ username: 'ada', password: 'correct horse' })
    const { code } = await smtp.next()
    const answer = await agent
      .post('/login/code')
      .set('X-Forwarded-Proto', 'https')
      .send({ code, trustBrowser: 'on' })
    expect(trustLine(answer)).toMatch(/; Secure$/)
  })
})

describe('the version', () => {
  it.each<[string, unknown, unknown]>([
    ['another number', 0, 1],
    ['another text', 'a', 'b'],
    ['another text of 255 characters', 'a'.repeat(255), 'b'.repeat(255)],
    ['nothing', 1, undefined],
  ])('ends all trust of the user, and of no other, as %s', async (_what, before, after) => {
    const { newBrowser, trust, passwordOf, versions } = await trustingApp()
    versions.set('17', before as string)
    const [ada, phone, ben] = [newBrowser(), newBrowser(), newBrowser()]
    await trust(ada)
    await trust(phone)
    await trust(ben, 'ben')
    for (const one of [ada, phone, ben]) await one.logout()
    expect(await passwordOf(phone)).toEqual(SKIPPED)
    await phone.logout()
    if (after === undefined) versions.delete('17')
    else versions.set('17', after as string)
    expect(await passwordOf(ada)).toBe(CODE_REQUIRED)
    expect(await passwordOf(phone)).toBe(CODE_REQUIRED)
    expect(await passwordOf(ben, 'ben')).toEqual({ reason: 'trusted_browser', id: '18' })
  })

  it.each<[string, () => unknown, string[], string?]>([
    [
      'throws',
      () => {
        throw new Error('no connection for ada@example.com')
      },
      ['trust_failed'],
    ],
    ['rejects', () => Promise.reject(new Error('ada@example.com: timeout')), ['trust_failed']],
    ['is an object', () => new Date(0), ['trust_failed'], 'an object'],
    ['is a list', () => ['1'], ['trust_failed'], 'an array of 1'],
    ['is no number', () => Number.NaN, ['trust_failed'], 'NaN'],
    ['is too long', () => 'x'.repeat(256), ['trust_failed'], 'a string of 256 bytes'],
    ['is false', () => false, ['trust_failed'], 'a boolean'],
    ['is empty', () => '', []],
    ['is null', () => null, []],
    ['is undefined', async () => undefined, []],
  ])(
    'that %s means that a code is required, and that no browser becomes trusted',
    async (_what, broken, told, got = '') => {
      let isBroken = false
      const version = () => (isBroken ? broken() : 1) as number
      const options = { trustedBrowsers: { days: 30, version } }
      const { newBrowser, trust, passwordOf, events, smtp } = await trustingApp({ options })
      const ada = newBrowser()
      await trust(ada)
      await ada.logout()
      isBroken = true
      events.length = 0
      expect(await passwordOf(ada)).toBe(CODE_REQUIRED)
      expect(typesOf(events).filter((type) => type.startsWith('trust'))).toEqual(told)
      const said = events.map((event) => ('error' in event ? event.error.message : '')).join('\n')
      expect(said).not.toContain('ada@')
      expectNamed(said, got)
      await smtp.waitFor(2)
      const entered = await ada.enter(smtp.mails[1]?.code ?? '', { trustBrowser: 'on' })
      expect([entered.status, entered.body.id, trustLine(entered)]).toEqual([200, '17', undefined])
      isBroken = false
      await ada.logout()
      expect(await passwordOf(ada)).toEqual(SKIPPED)
    },
  )
})

describe('a code is required on a trusted browser', () => {
  async function trusted(options = {}) {
    const world = await trustingApp(options)
    const ada = world.newBrowser()
    await world.trust(ada)
    return { ...world, ada, sent: () => world.smtp.mails.length }
  }

  it('where the address of the user has changed', async () => {
    const { ada, users, passwordOf } = await trusted()
    await ada.logout()
    const user = users.get('ada') as typeof ADA
    user.email = 'ada@new.example'
    expect(await passwordOf(ada)).toBe(CODE_REQUIRED)
    user.email = String(ADA.email)
    expect(await passwordOf(ada)).toEqual(SKIPPED)
  })

  it('where the user has no usable address any more', async () => {
    const { ada, users, passwordOf } = await trusted()
    await ada.logout()
    Object.assign(users.get('ada') as object, { email: 'Ada <ada@example.com>' })
    expect(await passwordOf(ada)).toBe(403)
  })

  it('of a user who is signed in by the session, or a page that asks for a fresh code would loop', async () => {
    const { ada, passwordOf, events, sent } = await trusted()
    expect(await passwordOf(ada)).toBe(CODE_REQUIRED)
    expect(sent()).toBe(2)
    expect(typesOf(events)).not.toContain('trusted_browser_used')
  })

  it('where the session holds the user as @fastify/passport does, and not where Passport left an empty object', async () => {
    const { ada, sessions, passwordOf } = await trusted()
    await ada.logout()
    await passwordOf(ada)
    await ada.logout()
    await passwordOf(ada)
    for (const part of ['17', 17, { id: '17' }]) {
      const { secondFactor } = await trustingApp()
      const req = { headers: {}, session: { passport: part } }
      expect(loginForm(secondFactor, req).html).not.toContain('checkbox')
    }
    for (const part of [{}, undefined, null, { user: null }]) {
      const { secondFactor } = await trustingApp()
      const req = {
        headers: {},
        session: { passport: part, 'second-factor': await pendingIn(sessions) },
      }
      expect(secondFactor.pageState(req).trustDays).toBe(30)
    }
  })

  it('by “send again”, which needs no password', async () => {
    const clock = stopClock()
    const { ada, versions, sent } = await trusted()
    await ada.logout()
    versions.set('17', '')
    await ada.password('ada')
    versions.delete('17')
    clock.pass(31 * SECOND)
    const again = await ada.agent.post('/again')
    expect([again.status, again.headers.location]).toEqual([303, '/login/code'])
    expect(sent()).toBe(3)
    expect(await ada.whoAmI()).toBe(401)
  })

  it('where allowEmail says no, or throws', async () => {
    let allow = (): unknown => true
    const { ada, passwordOf, events, sent } = await trusted({
      options: { allowEmail: () => allow() },
    })
    await ada.logout()
    allow = () => false
    expect(await passwordOf(ada)).toBe(CODE_REQUIRED)
    allow = () => {
      throw new Error('no database')
    }
    expect(await passwordOf(ada)).toBe(CODE_REQUIRED)
    expect([typesOf(events).includes('allow_failed'), sent()]).toEqual([true, 1])
    allow = () => true
    expect(await passwordOf(ada)).toEqual(SKIPPED)
  })
})

async function pendingIn(sessions: { all(): Promise<object> }): Promise<unknown> {
  const found = Object.values(await sessions.all()).find((one) => 'second-factor' in one)
  return found?.['second-factor']
}

describe('routes of other kinds', () => {
  /** Passwords are not part of this: a header says who has just given one. */
  async function routes() {
    const mail = await startMail()
    const emailOtp = strategyOn(
      mail,
      {
        ...SECOND_FACTOR,
        trustedBrowsers: { days: 30, version: () => 1 },
        purposes: { pay: 'pay a bill' },
      },
      async (id) => ({ id, email: ADA.email }),
    )
    const server = await serveStrategies([emailOtp], {
      routes: (app, auth) => {
        const asAda: express.RequestHandler = (req, _res, next) => {
          req.user = { ...ADA } as Express.User
          next()
        }
        const factor: express.RequestHandler = (req, res, next) =>
          req.get('X-Password') ? asAda(req, res, next) : next()
        // Passport writes into the options that it is given.
        const pinned = () => ({ step: 'request' }) as const
        const handlers: Record<string, express.RequestHandler> = {
          '/json': jsonLogin(emailOtp, pinned()),
          '/json/code': jsonLogin(emailOtp, { step: 'verify' }),
          '/json/unpinned': jsonLogin(emailOtp),
          '/unpinned': auth.authenticate('email-otp'),
          '/verify': auth.authenticate('email-otp', { step: 'verify' }),
          '/authorize/code': auth.authorize('email-otp', { step: 'verify' }),
          '/authorize': auth.authorize('email-otp', pinned()),
          '/pay': auth.authenticate('email-otp', { ...pinned(), purpose: 'pay' }),
          '/no-session': auth.authenticate('email-otp', { ...pinned(), session: false }),
          '/callback': (req, res, next) => {
            auth.authenticate('email-otp', pinned(), (...[err, user, info, status]: unknown[]) => {
              if (err) return next(err)
              res.json({ user, info, status: status ?? null })
            })(req, res, next)
          },
          '/plain': async (req, res) => {
            const { purpose } = req.body
            res.json(await emailOtp.requestCode(req, undefined, { purpose }))
          },
          '/plain/code': async (req, res) => {
            const { code, trustBrowser, purpose } = req.body
            res.json(await emailOtp.verifyCode(req, code, { trustBrowser, purpose }))
          },
          '/sign-in': (req, res, next) => {
            req.logIn(ADA as Express.User, (err) => (err ? next(err) : res.json({})))
          },
        }
        const done: express.RequestHandler = (req, res) => {
          const { account = null } = req as { account?: unknown }
          res.json({ user: req.user ?? null, account })
        }
        for (const [path, handler] of Object.entries(handlers)) {
          app.post(path, factor, handler, done)
        }
        app.get('/page', (req, res) => void res.send(loginForm(emailOtp, req).html))
        app.use('/guarded', asAda, emailOtp.requireOtp() as express.RequestHandler, done)
      },
    })
    const browser = request.agent(server)
    const post = (path: string, body: object = {}) =>
      browser.post(path).set('X-Password', 'right').send(body)
    return { mail, emailOtp, browser, post }
  }

  async function trusted() {
    const world = await routes()
    const { mail, browser, post } = world
    await post('/json')
    const { code } = await mail.smtp.next()
    const answer = await browser.post('/json/code').send({ code, trustBrowser: true })
    expect([answer.status, trustLine(answer, 'email-otp.trusted')]).toEqual([
      200,
      expect.any(String),
    ])
    // Out of the session, with the cookie of the trust alone.
    const cookie = String(trustLine(answer, 'email-otp.trusted')).split(';')[0] as string
    const server = (browser as unknown as { app: never }).app
    const fresh = (path: string, body: object = {}) =>
      request.agent(server).post(path).set('Cookie', cookie).set('X-Password', 'right').send(body)
    return { ...world, cookie, server, fresh }
  }

  it('jsonLogin answers with 200 and signs in', async () => {
    const { server, cookie } = await trusted()
    const agent = request.agent(server)
    const answer = await agent
      .post('/json')
      .set('Cookie', cookie)
      .set('X-Password', 'right')
      .send({})
    expect([answer.status, answer.body]).toEqual([
      200,
      { reason: 'trusted_browser', message: en.reasons.trusted_browser, next: 'done' },
    ])
    expect((await agent.get('/')).body.user).toMatchObject({ id: '17' })
  })

  it('a custom callback gets the user, and a route without a session too', async () => {
    const { fresh } = await trusted()
    expect((await fresh('/callback')).body).toMatchObject({
      user: { id: '17' },
      info: { reason: 'trusted_browser' },
      status: null,
    })
    const answer = await fresh('/no-session')
    expect(answer.body.user).toMatchObject({ id: '17' })
    expect(trustLine(answer, 'connect.sid')).toBeUndefined()
  })

  it.each(['/json/unpinned', '/unpinned', '/authorize', '/pay', '/plain'])(
    '%s answers as without trust: a code is sent',
    async (path) => {
      const { fresh, mail } = await trusted()
      const { status, body } = await fresh(path)
      expect(path === '/plain' ? body.reason : status).toBe(path === '/plain' ? 'code_sent' : 202)
      expect(mail.smtp.mails).toHaveLength(2)
      expect(typesOf(mail.events)).not.toContain('trusted_browser_used')
    },
  )

  it('a route that checks codes, and a guard, do not take trust for a code', async () => {
    const { fresh } = await trusted()
    expect((await fresh('/verify', { code: '123456' })).status).toBe(403)
    expect((await fresh('/guarded')).body.reason).toBe('otp_required')
  })

  it('a session that cannot be renewed is an error before the verify function is called', async () => {
    const { emailOtp, cookie, mail } = await trusted()
    const req = { headers: { cookie }, session: {}, user: ADA, body: {} }
    const told = await runAsPassport(emailOtp, req, { step: 'request' })
    expect(told).toMatchObject({ call: 'error', value: { code: 'session_required' } })
    expect(typesOf(mail.events)).not.toContain('trusted_browser_used')
  })

  it('what waited for a code, and what a page had to say about it, does not outlive the login', async () => {
    const { emailOtp, cookie, mail } = await trusted()
    const session: Record<string, unknown> = { regenerate() {} }
    const run = (headers: object, options = {}) => {
      const req = { headers, session, user: ADA, body: {} }
      return runAsPassport(emailOtp, req, { step: 'request', ...options })
    }
    expect(await run({}, { codeSentRedirect: '/code' })).toMatchObject({ value: '/code' })
    await mail.smtp.next()
    expect(Object.keys(session)).toEqual(['regenerate', 'email-otp', 'email-otp:outcome'])
    const skipped = await run({ cookie })
    expect(skipped).toMatchObject({ call: 'success', status: { reason: 'trusted_browser' } })
    expect(Object.keys(session)).toEqual(['regenerate'])
  })

  it('a request of another site is refused before anything else', async () => {
    const { fresh } = await trusted()
    expect((await fresh('/json').set('Sec-Fetch-Site', 'cross-site')).status).toBe(403)
  })

  it('plain calls trust a browser by their option, for a code that is a second factor', async () => {
    for (const [trustBrowser, purpose, isSet] of [
      ['on', undefined, true],
      [true, undefined, true],
      ['yes', undefined, false],
      [undefined, undefined, false],
      ['on', 'pay', false],
    ] as const) {
      const { browser, post, mail } = await routes()
      await post('/plain', { purpose })
      const { code } = await mail.smtp.next()
      const answer = await browser.post('/plain/code').send({ code, trustBrowser, purpose })
      expect(answer.body.reason).toBe('accepted')
      expect(trustLine(answer, 'email-otp.trusted') !== undefined).toBe(isSet)
    }
  })

  it('a code of a user who is signed in already trusts no browser', async () => {
    const { browser, post, mail } = await routes()
    await browser.post('/sign-in')
    await post('/plain')
    const { code } = await mail.smtp.next()
    const answer = await browser.post('/plain/code').send({ code, trustBrowser: 'on' })
    expect([answer.body.reason, trustLine(answer, 'email-otp.trusted')]).toEqual([
      'accepted',
      undefined,
    ])
  })

  it('a code that passport.authorize checks trusts no browser, because it signs nobody in', async () => {
    const { browser, post, mail } = await routes()
    await post('/authorize')
    const { code } = await mail.smtp.next()
    const answer = await browser.post('/authorize/code').send({ code, trustBrowser: 'on' })
    expect([answer.body.account?.id, trustLine(answer, 'email-otp.trusted')]).toEqual([
      '17',
      undefined,
    ])
  })

  it('the option of a plain call must be its own property', async () => {
    const { emailOtp } = await routes()
    const req: RequestLike = { headers: {}, session: {} }
    const options = Object.create({ trustBrowser: true })
    await expectRejection(emailOtp.verifyCode(req, '123456', options), '"trustBrowser"')
  })

  it('the page offers the box where the code is a second factor, and never ticked', async () => {
    const { browser, post } = await routes()
    const box = /<input type="checkbox"[^>]*>/
    expect((await browser.get('/page')).text).not.toMatch(box)
    await post('/json')
    const [drawn] = box.exec((await browser.get('/page')).text) ?? []
    expect(drawn).toBe('<input type="checkbox" name="trustBrowser" value="on" autocomplete="off">')
    expect((await browser.get('/page')).text).toContain(en.page.trustBrowser({ days: 30 }))
    await post('/pay')
    expect((await browser.get('/page')).text).not.toMatch(box)
    await browser.post('/sign-in')
    await post('/authorize')
    expect((await browser.get('/page')).text).not.toMatch(box)
  })

  it('without a response on the request no cookie is set, and the sign-in is as without the option', async () => {
    const { emailOtp, mail } = await routes()
    const req = { headers: {}, session: {}, user: ADA } as RequestLike
    await emailOtp.requestCode(req)
    const { code } = await mail.smtp.next()
    const { reason } = await emailOtp.verifyCode(req, code, { trustBrowser: true })
    expect(reason).toBe('accepted')
  })
})

describe('the option', () => {
  const user = { emailFromRequest: () => undefined, subjectFromRequest: () => undefined }
  const version = () => 1
  const days = 1

  it.each<[string, unknown, (string | number)[], object?]>([
    ['with tokens', { days, version }, ['pendingIn "token"'], { pendingIn: 'token' }],
    [
      'without a subject',
      { days, version },
      ['subjectFromRequest'],
      { subjectFromRequest: undefined },
    ],
    ['without days', { version }, ['"trustedBrowsers.days"']],
    ['of 0 days', { days: 0, version }, ['"trustedBrowsers.days"', 1, 90]],
    ['of 91 days', { days: 91, version }, ['"trustedBrowsers.days"', 1, 90]],
    ['of half a day', { days: 0.5, version }, ['"trustedBrowsers.days"', 1, 90]],
    ['of days in a text', { days: '30', version }, ['"trustedBrowsers.days"', 1, 90]],
    ['without a version', { days }, ['"trustedBrowsers.version"']],
    ['with a version that is no function', { days, version: 1 }, ['"trustedBrowsers.version"', 1]],
    ['with another name', { days, version, day: 2 }, ['"day"', '"days"']],
    ['that is inherited', Object.create({ days, version }), ['"days"']],
    ['that is true', true, ['"trustedBrowsers"', 'true']],
    ['that is an array', [30], ['"trustedBrowsers"', shown([30])]],
  ])('%s is a TypeError', (_what, trustedBrowsers, named, others = {}) => {
    const make = () => plainCalls({ ...user, ...others, trustedBrowsers } as object)
    expect(make).toThrow(TypeError)
    expectNamed(messageOf(make), ...named)
  })

  it.each([1, 90])('takes %i days', (days) => {
    expect(() => plainCalls({ ...user, trustedBrowsers: { days, version } })).not.toThrow()
  })
})
