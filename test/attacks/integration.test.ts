import express, { type RequestHandler } from 'express'
import session from 'express-session'
import { Strategy as LocalStrategy } from 'passport-local'
import { expect, it } from 'vitest'
import { serveStrategies } from '../helpers/passport-app.js'
import { Sessions } from '../helpers/sessions.js'
import { ADA, clientOf, createWorld, EVE } from '../helpers/world.js'
import { guess, wrongCode } from '../helpers/wrong-code.js'

it('INT-01: without express-session the error names it, before anything is used up', async () => {
  const { emailOtp, calls, smtp } = await createWorld()
  const server = await serveStrategies([emailOtp], {
    session: false,
    routes: (app, auth) => app.post('/login', auth.authenticate('email-otp') as RequestHandler),
  })
  const { requestCode, enterCode } = clientOf(server)
  for (const answer of [await requestCode(ADA), await enterCode('123456')]) {
    expect(answer.status).toBe(500)
    expect(answer.body.code).toBe('session_required')
    expect(answer.body.message).toContain('express-session')
  }
  // What the visitor can mend comes first.
  expect((await requestCode('x')).status).toBe(400)
  expect((await enterCode('')).status).toBe(400)
  expect(calls).toEqual([])
  expect(smtp.mails).toEqual([])
})

it('INT-01: nor does it matter what else is called a session', async () => {
  const { emailOtp, calls } = await createWorld()
  for (const fake of [null, undefined, 0, '', 'session', true, 5]) {
    const req = { headers: {}, session: fake }
    await expect(emailOtp.requestCode(req, ADA)).rejects.toMatchObject({ code: 'session_required' })
    await expect(emailOtp.verifyCode(req, '123456')).rejects.toMatchObject({
      code: 'session_required',
    })
    expect(emailOtp.pending(req)).toBeUndefined()
  }
  expect(calls).toEqual([])
})

it('INT-02: without a body parser a form is told so, and an empty post is no TypeError', async () => {
  const { emailOtp, calls } = await createWorld()
  const server = await serveStrategies([emailOtp], {
    parsers: [(_req, _res, next) => next()],
    routes: (app, auth) => app.post('/login', auth.authenticate('email-otp') as RequestHandler),
  })
  const { agent } = clientOf(server)
  for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
    const body = type.endsWith('json') ? `{"email":"${ADA}"}` : `email=${ADA}`
    const answer = await agent.post('/login').set('Content-Type', type).send(body)
    expect([answer.status, answer.body.code]).toEqual([500, 'body_required'])
    expect(answer.body.message).toContain('express.json()')
  }
  expect((await agent.post('/login')).status).toBe(400)
  expect(calls).toEqual([])
})

it('INT-04: a callback that ignores info sees nobody, so that asking is no success', async () => {
  const { emailOtp, smtp } = await createWorld()
  const seen: unknown[][] = []
  const server = await serveStrategies([emailOtp], {
    routes: (app, auth) => {
      app.post('/login', (req, res, next) => {
        auth.authenticate('email-otp', (...args: unknown[]) => {
          const [err, user] = args
          seen.push([err, user])
          if (!user) return res.status(401).send('bad')
          req.logIn(user as Express.User, () => res.send('welcome'))
        })(req, res, next)
      })
    },
  })
  const ada = clientOf(server)
  expect((await ada.requestCode(ADA)).text).toBe('bad')
  const { code } = await smtp.next()
  expect((await ada.enterCode(wrongCode(code))).text).toBe('bad')
  expect((await ada.home()).status).toBe(401)
  expect((await ada.enterCode(code)).text).toBe('welcome')
  expect(seen.slice(0, 2)).toEqual([
    [null, false],
    [null, false],
  ])
})

const passwords = () =>
  new LocalStrategy((username, password, done) => {
    done(null, password === 'right' ? ({ username } as Express.User) : false)
  })

it.each([
  ['first', ['email-otp', 'local']],
  ['last', ['local', 'email-otp']],
])(
  'INT-05: beside passwords, standing %s, it is asked once and stops nobody',
  async (_place, names) => {
    const { emailOtp, smtp, calls } = await createWorld()
    const server = await serveStrategies([emailOtp, passwords()], {
      routes: (app, auth) => {
        app.post('/login', auth.authenticate(names) as RequestHandler, (req, res) => {
          res.json({ user: req.user })
        })
      },
    })
    const ada = clientOf(server)
    const asked = await ada.requestCode(ADA)
    expect(asked.body.user).toBeUndefined()
    expect((await ada.home()).status).toBe(401)
    expect(calls).toHaveLength(1)
    const { code } = await smtp.next()
    // A password sign-in meanwhile, right or wrong, sends no mail to the address that is pending.
    await ada.post({ username: 'ada', password: 'wrong' })
    expect(smtp.mails).toHaveLength(1)
    expect((await clientOf(server).post({ username: 'ada', password: 'right' })).status).toBe(200)
    expect(smtp.mails).toHaveLength(1)
    expect(calls).toHaveLength(1)
    expect((await ada.enterCode(code)).body.user).toEqual({ email: ADA })
    expect(calls).toHaveLength(2)
    const bob = clientOf(server)
    await bob.requestCode('bob@example.com')
    const { body } = await bob.post({ username: 'bob', password: 'right' })
    expect(body.user).toEqual({ username: 'bob' })
    expect((await bob.home()).body.user).toEqual({ username: 'bob' })
    expect([smtp.mails.length, calls.length]).toEqual([2, 3])
  },
)

it('INT-07: messages in sessions and flashes hold neither address nor code nor markup', async () => {
  const flashes: unknown[] = []
  const sessions = new Sessions()
  const { emailOtp, smtp } = await createWorld()
  const server = await serveStrategies([emailOtp], {
    session: sessions.middleware,
    routes: (app, auth) => {
      app.use((req, _res, next) => {
        Object.assign(req, { flash: (...args: unknown[]) => flashes.push(args) })
        next()
      })
      app.post(
        '/login',
        auth.authenticate('email-otp', {
          successRedirect: '/',
          failureRedirect: '/login',
          failureMessage: true,
          failureFlash: true,
        }) as RequestHandler,
      )
    },
  })
  const ada = clientOf(server)
  const asked = await ada.requestCode(ADA)
  expect([asked.status, asked.headers.location]).toEqual([302, '/login'])
  const { code } = await smtp.next()
  await ada.requestCode('<script>alert(1)</script>@x.org')
  await ada.requestCode('"><img src=x>@x.org')
  await ada.enterCode('<b>12</b>')
  await guess(ada, code, 5)
  await ada.enterCode(code)
  const { messages } = await sessions.only()
  expect(messages).toHaveLength(10)
  const shown = JSON.stringify([messages, flashes])
  for (const typed of [code, ADA, 'x.org', '<', 'script', 'img']) {
    expect(shown).not.toContain(typed)
  }
})

it('INT-08: before every route it lets no request through and mails nothing for a page view', async () => {
  const { emailOtp, smtp, calls } = await createWorld()
  let reached = 0
  const server = await serveStrategies([emailOtp], {
    routes: (app, auth) => {
      app.use(auth.authenticate('email-otp') as RequestHandler)
      app.all('/secret', (_req, res) => {
        reached += 1
        res.send('secret')
      })
    },
  })
  const ada = clientOf(server)
  for (const path of ['/', '/secret', `/secret?email=${ADA}`, '/secret?code=123456']) {
    const answer = await ada.agent.get(path)
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('POST')
  }
  expect((await ada.agent.post('/secret').send({ email: ADA })).status).toBe(202)
  expect((await ada.agent.post('/secret').send({ email: 'x' })).status).toBe(400)
  expect((await ada.agent.post('/secret').send({ code: '000000' })).status).toBeGreaterThan(400)
  expect(reached).toBe(0)
  expect(calls.map(({ verb }) => verb)).toEqual(['open', 'attempt'])
  await smtp.next()
})

it('INT-10: an answer that the client altered changes nothing for the next request', async () => {
  const { client, codeFor } = await createWorld()
  const ada = client()
  const code = await codeFor(ada)
  const wrong = await ada.enterCode(wrongCode(code))
  const forged = { ...wrong.body, reason: 'accepted', next: 'done', user: { email: ADA } }
  for (const body of [forged, { info: forged, user: { email: ADA } }, { pending: forged }]) {
    expect((await ada.post(body)).status).toBeGreaterThanOrEqual(400)
    expect((await ada.agent.get('/').send(body)).status).toBe(401)
  }
  const cookies = { cookie: `user=${ADA}; email-otp=accepted; passport=1` }
  expect((await client(cookies).home()).status).toBe(401)
})

it('INT-11: a secure cookie that never gets out over plain http means no pending code', async () => {
  const { client, smtp } = await createWorld({
    session: session({
      secret: 'cats',
      resave: false,
      saveUninitialized: false,
      cookie: { secure: true },
    }),
  })
  const ada = client()
  const asked = await ada.requestCode(ADA)
  expect(asked.status).toBe(202)
  expect(asked.headers['set-cookie']).toBeUndefined()
  const { code } = await smtp.next()
  const refused = await ada.enterCode(code)
  expect([refused.status, refused.body.reason]).toEqual([403, 'no_pending_code'])
})

it('INT-13: any method but POST is 405: nothing mailed, nothing verified, nothing used up', async () => {
  const { client, codeFor, calls, smtp, sessions } = await createWorld()
  const ada = client()
  const code = await codeFor(ada)
  const before = await sessions.all()
  for (const method of ['get', 'head', 'options', 'put', 'patch', 'delete'] as const) {
    for (const body of [{ email: EVE }, { code }, { code: wrongCode(code) }]) {
      const request = ada.agent[method]('/login')
      const answer = await (method === 'get' || method === 'head' ? request : request.send(body))
      expect(answer.status, method).toBe(405)
      expect(answer.headers.allow, method).toBe('POST')
      if (method !== 'head') expect(answer.body.reason).toBe('method_not_allowed')
    }
  }
  const overridden = ada.agent.get('/login').set('X-HTTP-Method-Override', 'POST')
  expect((await overridden.send({ code })).status).toBe(405)
  expect(calls).toHaveLength(1)
  expect(smtp.mails).toHaveLength(1)
  expect(await sessions.all()).toEqual(before)
  expect((await ada.enterCode(code)).status).toBe(200)
})

it('INT-14: bodies that nothing parses are refused and throw nothing', async () => {
  const { client, calls, smtp } = await createWorld()
  const { agent } = client()
  const multipart = await agent.post('/login').field('email', ADA)
  expect([multipart.status, multipart.body.reason]).toEqual([400, 'invalid_email'])
  const bodies: [type: string, body: string | Buffer][] = [
    ['application/json; charset=utf-16', Buffer.from(`{"email":"${ADA}"}`, 'utf16le')],
    ['application/json; charset=utf-16le', Buffer.from(`{"email":"${ADA}"}`, 'latin1')],
    ['application/json; charset=x', `{"email":"${ADA}"}`],
    ['application/json', '{"email":'],
    ['application/json', '"just text"'],
    ['application/xml', `<email>${ADA}</email>`],
    ['text/plain', ADA],
    ['text/plain;charset=UTF-8', `{"email":"${ADA}"}`],
    ['multipart/form-data', 'no boundary'],
    ['application/octet-stream', Buffer.from([0, 1, 2])],
    ['application/x-www-form-urlencoded; charset=utf-16', `email=${ADA}`],
    ['application/csp-report', '{}'],
    [' ', ADA],
    [';', ADA],
  ]
  for (const [type, body] of bodies) {
    const raw = agent.post('/login').set('Content-Type', type)
    raw.serialize(((value: unknown) => value) as never)
    const answer = await raw.send(body as string)
    const isUtf16 = type.endsWith('utf-16') && type.includes('json')
    if (isUtf16 && answer.status === 202) continue // express.json() can read it
    expect(answer.status, type).toBeGreaterThanOrEqual(400)
    expect(answer.status, type).toBeLessThan(500)
  }
  expect(smtp.mails.every((mail) => mail.envelope.to[0] === ADA)).toBe(true)
  expect(calls.length).toBeLessThanOrEqual(1)
})

it('INT-14: with no parser for it at all a stranger’s Content-Type makes no 500 but for the two forms', async () => {
  const { emailOtp } = await createWorld()
  const server = await serveStrategies([emailOtp], {
    parsers: [express.urlencoded({ extended: false })],
    routes: (app, auth) => app.post('/login', auth.authenticate('email-otp') as RequestHandler),
  })
  for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml', 'x/y']) {
    const answer = await clientOf(server).agent.post('/login').set('Content-Type', type).send('x')
    expect(answer.status, type).toBe(400)
  }
})

it('INT-15: the handler behind it runs after the right code only', async () => {
  const { emailOtp, smtp } = await createWorld()
  const ran: unknown[] = []
  const server = await serveStrategies([emailOtp], {
    routes: (app, auth) => {
      const handler: RequestHandler = (req, res) => {
        ran.push(req.user)
        res.json({ user: req.user })
      }
      app.post('/login', auth.authenticate('email-otp') as RequestHandler, handler)
      const redirecting = { codeSentRedirect: '/login/code' }
      app.post('/two', auth.authenticate('email-otp', redirecting) as RequestHandler, handler)
    },
  })
  const ada = clientOf(server)
  expect((await ada.requestCode(ADA)).status).toBe(202)
  const { code } = await smtp.next()
  expect((await ada.enterCode(wrongCode(code))).status).toBe(401)
  expect((await ada.enterCode('')).status).toBe(400)
  const redirected = await clientOf(server).agent.post('/two').send({ email: EVE })
  expect([redirected.status, redirected.headers.location]).toEqual([303, '/login/code'])
  expect(ran).toEqual([])
  expect((await ada.enterCode(code)).status).toBe(200)
  expect(ran).toEqual([{ email: ADA }])
})
