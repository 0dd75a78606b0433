import express, { type Request } from 'express'
import { type Proof, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { startMail } from '../helpers/mail.js'
import { browsersOf, errorsAsJson, passportWith } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { ADA, codeEnteredWith, type Done } from './code-entered.js'

describe('the info of the application is merged in', () => {
  it('on success; reason and next stay ours', async () => {
    const { entered } = await codeEnteredWith((email: string, done: Done) =>
      done(null, { email }, { plan: 'gold', reason: 'theirs', next: 'theirs' }),
    )
    expect(entered.body.info).toEqual({
      reason: 'accepted',
      message: en.reasons.accepted,
      next: 'done',
      email: 'ada@example.com',
      plan: 'gold',
    })
  })

  it('on refusal; reason and next stay ours', async () => {
    const { entered } = await codeEnteredWith((_email: string, done: Done) =>
      done(null, false, { message: 'You are banned.', since: 'May', reason: 'x', next: 'x' }),
    )
    expect(entered.status).toBe(403)
    expect(entered.body.info).toEqual({
      reason: 'not_allowed',
      message: 'You are banned.',
      next: 'request_code',
      since: 'May',
    })
  })

  it('a text is the message', async () => {
    const { entered } = await codeEnteredWith((_email: string, done: Done) =>
      done(null, false, 'You are banned.'),
    )
    expect(entered.body.info).toEqual({
      reason: 'not_allowed',
      message: 'You are banned.',
      next: 'request_code',
    })
  })
})

describe('the arguments are', () => {
  it('the address and done', async () => {
    const { entered } = await codeEnteredWith((...args: unknown[]) => {
      const [email, done] = args as [string, Done]
      done(null, { email, count: args.length })
    })
    expect(entered.body.user).toEqual({ ...ADA, count: 2 })
  })

  it('the address and done too where passReqToCallback is false', async () => {
    const { entered } = await codeEnteredWith(
      (...args: unknown[]) => {
        const [email, done] = args as [string, Done]
        done(null, { email, count: args.length })
      },
      { passReqToCallback: false },
    )
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

describe('proven(req)', () => {
  it('is there from the verify function on, in that request alone', async () => {
    const seen: (Proof | undefined)[] = []
    const strategies: Strategy[] = []
    const verify = async (req: Request, email: string) => {
      for (const strategy of strategies) seen.push(strategy.proven(req))
      return { email }
    }
    const mail = await startMail()
    const emailOtp = new Strategy({ ...mail.options, passReqToCallback: true }, verify)
    const another = new Strategy({ ...mail.options, name: 'another' }, async () => false)
    strategies.push(emailOtp, another)
    const passport = passportWith(emailOtp)
    const app = express()
    app.use(express.json(), sessions())
    app.use((req, _res, next) => {
      seen.push(emailOtp.proven(req))
      next()
    })
    app.post('/login', passport.authenticate('email-otp', { failWithError: true }), (req, res) => {
      res.json(emailOtp.proven(req))
    })
    app.use(errorsAsJson)
    const newBrowser = await browsersOf(app)
    const agent = newBrowser()
    await agent.post('/login').send(ADA)
    const { code } = await mail.smtp.next()
    const { body } = await agent.post('/login').send({ code })
    const seen0 = { browser: 'new', failures: 0 }
    const proof = { ...ADA, subject: null, purpose: 'login', remembered: null, ...seen0 }
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
