import express, { type Request, type RequestHandler } from 'express'
import { type EmailOtpOptions, type Proof, Strategy, type Verify } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import {
  browsersOf,
  errorsAsJson,
  gate,
  passportWith,
  sessions,
  startMail,
} from '../helpers/consumer.js'

const ADA = { email: 'ada@example.com' }

/** Signs Ada in as far as her code goes; what comes of it is up to the verify function. */
async function codeEnteredWith(
  verify: (...args: never[]) => unknown,
  options: Omit<EmailOtpOptions, 'passReqToCallback'> & { passReqToCallback?: boolean } = {},
) {
  const mail = await startMail()
  const emailOtp = new Strategy(
    { ...mail.options, ...options } as EmailOtpOptions as never,
    verify as Verify,
  )
  const passport = passportWith(emailOtp)
  const app = express()
  app.use(express.json(), sessions(), passport.session() as RequestHandler)
  app.post('/login', (req, res, next) => {
    passport.authenticate(
      'email-otp',
      (err: unknown, user: Express.User | false, info: object, status: number) => {
        if (err) return next(err)
        const proven = emailOtp.proven(req)
        if (!user) return res.status(status).json({ info, proven })
        req.logIn(user, (err) => (err ? next(err) : res.json({ user, info, proven })))
      },
    )(req, res, next)
  })
  app.get('/', (req, res) => void res.json({ user: req.user, proven: emailOtp.proven(req) }))
  app.use(errorsAsJson)
  const newBrowser = await browsersOf(app)
  const agent = newBrowser()
  await agent.post('/login').send(ADA)
  const { code } = await mail.smtp.next()
  const enter = () => agent.post('/login').send({ code })
  return { ...mail, emailOtp, agent, enter, entered: await enter() }
}

describe('the user is', () => {
  const late = gate()
  late.open()

  it.each<[string, (...args: never[]) => unknown]>([
    ['what the promise gives', async (email: string) => ({ email })],
    [
      'what a promise of no native kind gives',
      (email: string) => ({
        // biome-ignore lint/suspicious/noThenProperty: this is what it is about
        then: (resolve: (user: object) => void) => resolve({ email }),
      }),
    ],
    ['what done is called with, at once', (email: string, done: Done) => done(null, { email })],
    [
      'what done is called with, later',
      (email: string, done: Done) => {
        setImmediate(() => done(null, { email }))
      },
    ],
    [
      'what an async function calls done with',
      async (email: string, done: Done) => {
        await late.opened
        done(null, { email })
      },
    ],
    [
      'what an async function calls done with once it has returned',
      async (email: string, done: Done) => {
        setImmediate(() => done(null, { email }))
      },
    ],
    [
      'what an async function returns although it declares done',
      async (email: string, _done: Done) => {
        return { email }
      },
    ],
    [
      'what NestJS calls done with: it declares nothing, takes the last argument, and returns a promise of nothing',
      async (...args: unknown[]) => {
        await late.opened
        const done = args.at(-1) as Done
        done(null, { email: args[0] as string })
      },
    ],
    [
      'the first of two settlements',
      (email: string, done: Done) => {
        done(null, { email })
        done(null, false)
        done(new Error('too late'))
      },
    ],
  ])('%s', async (_title, verify) => {
    const { entered, agent } = await codeEnteredWith(verify)
    expect([entered.status, entered.body.user]).toEqual([200, ADA])
    expect((await agent.get('/')).body.user).toEqual(ADA)
  })
})

type Done = (err: unknown, user?: object | false | null, info?: object | string) => void

describe('nobody is signed in, and the code is used up, when', () => {
  it.each<[string, (...args: never[]) => unknown]>([
    ['the promise gives undefined', async () => undefined],
    ['the promise gives null', async () => null],
    ['the promise gives false', async () => false],
    [
      'the promise gives null although done is declared',
      async (_email: string, _done: Done) => null,
    ],
    ['done is called with false', (_email: string, done: Done) => done(null, false)],
    ['done is called with nothing', (_email: string, done: Done) => done(null)],
    [
      'a function of NestJS’s shape calls done with false',
      async (...args: unknown[]) => {
        const done = args.at(-1) as Done
        done(null, false)
      },
    ],
  ])('%s', async (_title, verify) => {
    const { entered, enter, agent, events } = await codeEnteredWith(verify)
    expect(entered.status).toBe(403)
    expect(entered.body.info).toEqual({
      reason: 'not_allowed',
      message: 'This address cannot sign in here.',
      next: 'request_code',
    })
    expect((await agent.get('/')).body.user).toBeUndefined()
    expect((await enter()).body.info.reason).toBe('no_pending_code')
    // The code was right and the user was refused: both are told.
    expect(events.map(({ type }) => type)).toEqual([
      'issued',
      'sent',
      'verified',
      'rejected',
      'rejected',
    ])
    const [, , verified, refused] = events
    expect(refused?.addressKey).toBe(verified?.addressKey)
  })
})

describe('an error of the application reaches its error handler, and the code is used up, when', () => {
  const boom = new RangeError('the database is down')

  it.each<[string, (...args: never[]) => unknown]>([
    ['done is called with it', (_email: string, done: Done) => done(boom)],
    [
      'it is thrown',
      () => {
        throw boom
      },
    ],
    [
      'the promise rejects with it',
      async () => {
        throw boom
      },
    ],
    [
      'the promise rejects with it although done is declared',
      async (_email: string, _done: Done) => {
        throw boom
      },
    ],
    ['a user was given beside it', (_email: string, done: Done) => done(boom, ADA)],
  ])('%s', async (_title, verify) => {
    const { entered, enter, agent } = await codeEnteredWith(verify)
    expect([entered.status, entered.body.name, entered.body.message]).toEqual([
      500,
      'RangeError',
      'the database is down',
    ])
    expect((await agent.get('/')).body.user).toBeUndefined()
    expect((await enter()).body.info.reason).toBe('no_pending_code')
  })
})

describe('the info of the application is merged in', () => {
  it('on success; reason and next stay ours', async () => {
    const { entered } = await codeEnteredWith((email: string, done: Done) =>
      done(null, { email }, { plan: 'gold', reason: 'theirs', next: 'theirs' }),
    )
    expect(entered.body.info).toEqual({
      reason: 'accepted',
      message: 'The code is right.',
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
    const proof = { ...ADA, subject: null, purpose: 'login', remembered: null }
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
