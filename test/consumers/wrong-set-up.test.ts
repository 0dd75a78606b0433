import express, { type RequestHandler } from 'express'
import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson, passportWith } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

async function appOn(...middleware: RequestHandler[]) {
  const mail = await startMail()
  const emailOtp = strategyOn(mail)
  const passport = passportWith(emailOtp)
  const app = express()
  app.use(...middleware)
  app.all('/login', (req, res, next) => {
    passport.authenticate(
      'email-otp',
      (err: unknown, user: Express.User | false, info: object, status: number) => {
        if (err) return next(err)
        if (!user) return res.status(status).json(info)
        req.logIn(user, (err) => (err ? next(err) : res.json({ user })))
      },
    )(req, res, next)
  })
  app.use(errorsAsJson)
  const newBrowser = await browsersOf(app)
  const agent = newBrowser()
  return { ...mail, agent, post: (body: object) => agent.post('/login').send(body) }
}

describe('without a session', () => {
  it('asking is an error that names what to add, and mails and counts nothing', async () => {
    const { smtp, events, post } = await appOn(express.json())
    for (let n = 1; n <= 6; n++) {
      const { status, body } = await post({ email: 'ada@example.com' })
      expect([status, body.name, body.code]).toEqual([500, 'EmailOtpError', 'session_required'])
      expect(body.message).toContain('add express-session')
    }
    expect(smtp.mails).toEqual([])
    expect(events).toEqual([])
  })

  it('entering a code is the same error', async () => {
    const { post } = await appOn(express.json())
    const { status, body } = await post({ code: '123456' })
    expect([status, body.code]).toEqual([500, 'session_required'])
  })

  it('what the visitor must mend first is still told as such', async () => {
    const { post } = await appOn(express.json())
    expect((await post({ email: 'nobody' })).body.reason).toBe('invalid_email')
    expect((await post({ code: '' })).body.reason).toBe('missing_code')
  })
})

describe('with a session store that is down', () => {
  class Failing extends session.MemoryStore {
    isDown = true
    override set(...args: Parameters<session.MemoryStore['set']>): void {
      if (this.isDown) args[2]?.(new Error('the session store is down'))
      else super.set(...args)
    }
  }

  it('asking is an error before any mail, the send is not counted, and the next try works', async () => {
    const store = new Failing()
    const { smtp, events, post } = await appOn(express.json(), sessions(store))
    for (let n = 1; n <= 6; n++) {
      const { status, body } = await post({ email: 'ada@example.com' })
      expect([status, body.code]).toEqual([500, 'session_failed'])
    }
    expect(smtp.mails).toEqual([])
    expect(events).toEqual([])

    store.isDown = false
    expect((await post({ email: 'ada@example.com' })).status).toBe(202)
    const { code } = await smtp.next()
    expect((await post({ code })).status).toBe(200)
  })

  it('asking again loses nothing of what was pending', async () => {
    const store = new Failing()
    store.isDown = false
    const { smtp, post } = await appOn(express.json(), sessions(store))
    await post({ email: 'ada@example.com' })
    const { code } = await smtp.next()
    store.isDown = true
    const { status, body } = await post({ email: 'ben@example.com' })
    expect([status, body.code]).toEqual([500, 'session_failed'])
    store.isDown = false
    expect((await post({ code })).body.user).toEqual({ email: 'ada@example.com' })
    expect(smtp.mails).toHaveLength(1)
  })
})

describe('without a body parser', () => {
  it.each([
    ['application/json', '{"email":"ada@example.com"}'],
    ['application/json; charset=utf-8', '{"code":"123456"}'],
    ['APPLICATION/JSON', '{}'],
    ['application/x-www-form-urlencoded', 'email=ada%40example.com'],
  ])('a form or JSON (%s, %s) is an error that names what to add', async (type, text) => {
    const { smtp, agent } = await appOn(sessions())
    const { status, body } = await agent.post('/login').set('Content-Type', type).send(text)
    expect([status, body.name, body.code]).toEqual([500, 'EmailOtpError', 'body_required'])
    expect(body.message).toContain('express.urlencoded')
    expect(body.message).toContain('express.json()')
    expect(smtp.mails).toEqual([])
  })

  it('so it is for a body of no announced length', async () => {
    const { agent } = await appOn(sessions())
    const post = agent
      .post('/login')
      .set('Content-Type', 'application/json')
      .set('Transfer-Encoding', 'chunked')
    post.write('{"email":')
    post.write('"ada@example.com"}')
    const { status, body } = await post
    expect([status, body.code]).toEqual([500, 'body_required'])
  })

  it.each([
    ['text/plain', '{"email":"ada@example.com"}'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/json-seq', '{}'],
    ['application/octet-stream', 'email=ada@example.com'],
    ['application/json', ''],
    ['application/x-www-form-urlencoded', ''],
    ['', ''],
  ])('what a stranger may send instead (%s, %j) is no error 500', async (type, text) => {
    const { agent } = await appOn(sessions())
    const request = agent.post('/login').set('Content-Type', type)
    const { status, body } = await (text === '' ? request : request.send(text))
    expect([status, body.reason]).toEqual([400, 'invalid_email'])
  })
})

describe('with the usual body parsers', () => {
  it.each([
    ['text/plain', '{"email":"ada@example.com"}'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/json', ''],
    ['application/json', '[]'],
    ['application/json', '["ada@example.com"]'],
    ['', ''],
  ])('%s with %j is an empty body', async (type, text) => {
    const { smtp, agent } = await appOn(express.json(), express.urlencoded(), sessions())
    const request = agent.post('/login').set('Content-Type', type)
    const { status, body } = await (text === '' ? request : request.send(text))
    expect([status, body.reason]).toEqual([400, 'invalid_email'])
    expect(smtp.mails).toEqual([])
  })

  it('fields of the query, and fields that are only inherited, are none', async () => {
    const inherit: RequestHandler = (req, _res, next) => {
      req.body = Object.create({ email: 'ada@example.com', code: '123456' })
      next()
    }
    const { smtp, agent } = await appOn(express.json(), sessions(), inherit)
    const { body } = await agent.post('/login?email=ada@example.com&code=123456').send({})
    expect(body.reason).toBe('invalid_email')
    expect(smtp.mails).toEqual([])
  })

  it.each([
    [{ code: null, email: 'ada@example.com' }, 'code_sent'],
    [{ code: '', email: 'ada@example.com' }, 'missing_code'],
    [{ code: '123456', email: 'ada@example.com' }, 'no_pending_code'],
    [{ code: 123456 }, 'no_pending_code'],
    [{ code: false }, 'no_pending_code'],
    [{ code: ['123456'] }, 'no_pending_code'],
    [{ email: null }, 'invalid_email'],
    [{ email: ['ada@example.com'] }, 'invalid_email'],
    [{ email: { toString: 'ada@example.com' } }, 'invalid_email'],
  ])('a body with the code field verifies, any other asks: %j is %s', async (fields, reason) => {
    const { post } = await appOn(express.json(), sessions())
    expect((await post(fields)).body.reason).toBe(reason)
  })
})

describe('with another method than POST', () => {
  it.each(['get', 'head', 'put', 'patch', 'delete', 'options'] as const)(
    '%s is a 405 that names POST: nothing is sent',
    async (method) => {
      const { smtp, agent, events } = await appOn(express.json(), sessions())
      const request = agent[method]('/login?email=ada@example.com')
      const { status, headers } = await (method === 'head'
        ? request
        : request.send({ email: 'ada@example.com' }))
      expect([status, headers.allow]).toEqual([405, 'POST'])
      expect(smtp.mails).toEqual([])
      expect(events).toEqual([
        {
          type: 'rejected',
          addressHash: undefined,
          reason: 'method_not_allowed',
          failures: undefined,
        },
      ])
    },
  )

  it.each(['get', 'put', 'patch', 'delete', 'options'] as const)(
    '%s with a code verifies nothing and uses nothing up',
    async (method) => {
      const { smtp, agent, post } = await appOn(express.json(), sessions())
      await post({ email: 'ada@example.com' })
      const { code } = await smtp.next()
      for (let n = 0; n < 6; n++) {
        const { status } = await agent[method]('/login').send({ code: wrongCode(code, n) })
        expect(status).toBe(405)
      }
      expect((await post({ code })).status).toBe(200)
    },
  )

  it('the method is told before all else, even to a page of another site and without a session', async () => {
    const { agent } = await appOn(express.json())
    const { status, body } = await agent.put('/login').set('Sec-Fetch-Site', 'cross-site')
    expect([status, body.reason]).toEqual([405, 'method_not_allowed'])
  })
})

describe('from another site', () => {
  it('is refused before the body is looked at, and uses nothing up', async () => {
    const { smtp, agent, post } = await appOn(express.json(), sessions())
    await post({ email: 'ada@example.com' })
    const { code } = await smtp.next()
    const crossSite = (body: object) =>
      agent.post('/login').set('Sec-Fetch-Site', 'cross-site').send(body)
    for (const body of [{ code }, { email: 'ben@example.com' }, {}]) {
      const answer = await crossSite(body)
      expect([answer.status, answer.body.reason]).toEqual([403, 'cross_site'])
    }
    expect((await post({ code })).status).toBe(200)
    expect(smtp.mails).toHaveLength(1)
  })

  it('is told before a missing body parser is', async () => {
    const { agent } = await appOn(sessions())
    const answer = await agent
      .post('/login')
      .set('Sec-Fetch-Site', 'cross-site')
      .send({ email: 'ada@example.com' })
    expect(answer.body.reason).toBe('cross_site')
  })
})
