import type { Request } from 'express'
import { type Proof, Strategy } from 'passport-email-otp'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { startMail } from '../helpers/mail.js'
import { serveStrategies } from '../helpers/passport-app.js'
import { ADA, codeEnteredWith, type Done } from './code-entered.js'

describe('the info of the application is merged in', () => {
  const refused = { reason: 'not_allowed', message: 'You are banned.', next: 'request_code' }

  it.each<[string, false | object, object | string, object]>([
    [
      'on success; reason and next stay ours',
      { name: 'Ada' },
      { plan: 'gold', reason: 'theirs', next: 'theirs' },
      { reason: 'accepted', message: en.reasons.accepted, next: 'done', ...ADA, plan: 'gold' },
    ],
    [
      'on refusal; reason and next stay ours',
      false,
      { message: 'You are banned.', since: 'May', reason: 'x', next: 'x' },
      { ...refused, since: 'May' },
    ],
    ['as the message if it is a text', false, 'You are banned.', refused],
  ])('%s', async (_what, user, info, merged) => {
    const { entered } = await codeEnteredWith((_email: string, done: Done) =>
      done(null, user, info),
    )
    expect(entered.status).toBe(user ? 200 : 403)
    expect(entered.body.info).toEqual(merged)
  })
})

describe('the arguments are', () => {
  it.each([{}, { passReqToCallback: false }])('the address and done with %j', async (options) => {
    const { entered } = await codeEnteredWith((...args: unknown[]) => {
      const [email, done] = args as [string, Done]
      done(null, { email, count: args.length })
    }, options)
    expect(entered.body.user).toEqual({ ...ADA, count: 2 })
  })

  it.each<[string, (req: Request, email: string, done: Done) => unknown]>([
    ['a promise is returned', async (req, email) => ({ email, path: req.path })],
    ['done is called', (req, email, done) => done(null, { email, path: req.path })],
    [
      'an async function calls done',
      async (req, email, done) => {
        await Promise.resolve()
        done(null, { email, path: req.path })
      },
    ],
  ])('the request first under passReqToCallback; %s', async (_title, verify) => {
    const { entered } = await codeEnteredWith(verify as never, { passReqToCallback: true })
    expect(entered.body.user).toEqual({ ...ADA, path: '/login' })
  })

  it('under passReqToCallback a promise of undefined is nobody unless the third argument is declared', async () => {
    const { entered } = await codeEnteredWith(
      (async (_req: Request, _email: string) => undefined) as never,
      { passReqToCallback: true },
    )
    expect(entered.body.info.reason).toBe('not_allowed')
  })
})

it.each<[string, (...args: never[]) => unknown, boolean]>([
  ['a user, without a parameter', () => ADA, false],
  ['false, without a parameter', () => false, false],
  ['a user, with passReqToCallback and one parameter', (_req: never) => ADA, true],
])(
  'a verify function that returns %s is an error, and no request that waits for ever',
  async (_, verify, passReqToCallback) => {
    const { entered } = await codeEnteredWith(verify, { passReqToCallback })
    expect(entered.status).toBe(500)
  },
)

it('a verify function that takes its arguments as a list may return anything, and call done later', async () => {
  const { entered } = await codeEnteredWith((...args: unknown[]) =>
    setImmediate(() => (args.at(-1) as Done)(null, ADA)),
  )
  expect(entered.body.user).toEqual(ADA)
})

describe('proven(req)', () => {
  it('is there from the verify function on, in that request alone', async () => {
    const seen: (Proof | undefined)[] = []
    const strategies: Strategy[] = []
    const verify = async (req: Request, email: string) => {
      for (const strategy of strategies) seen.push(strategy.proven(req))
      return { email }
    }
    const mail = await startMail()
    const options = { ...mail.options, remember: () => 'an invite' }
    const emailOtp = new Strategy({ ...options, passReqToCallback: true }, verify)
    const another = new Strategy({ ...options, name: 'another' }, async () => false)
    strategies.push(emailOtp, another)
    const server = await serveStrategies([emailOtp], {
      routes: (app, auth) => {
        app.use((req, _res, next) => {
          seen.push(emailOtp.proven(req))
          next()
        })
        app.post('/login', auth.authenticate('email-otp'), (req, res) => {
          res.json(emailOtp.proven(req))
        })
      },
    })
    const agent = request.agent(server)
    await agent.post('/login').send(ADA)
    const { code } = await mail.smtp.next()
    const { body } = await agent.post('/login').send({ code })
    const known = { ...ADA, subject: null, purpose: 'login', remembered: 'an invite' }
    const proof = { ...known, browser: 'new', failures: 0 }
    expect(body).toEqual(proof)
    expect(seen).toEqual([undefined, undefined, proof, undefined])
  })

  it('stays where the application said no, and is nothing for a wrong code', async () => {
    const refused = await codeEnteredWith(async () => false)
    expect(refused.entered.body.proven).toMatchObject(ADA)
    const again = await refused.enter()
    expect(again.body).not.toHaveProperty('proven')
    expect((await refused.agent.get('/')).body).not.toHaveProperty('proven')
  })
})
