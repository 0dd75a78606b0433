import express, { type Express, type RequestHandler } from 'express'
import session from 'express-session'
import passport from 'passport'
import {
  type EmailOtpEvent,
  type EmailOtpOptions,
  MemoryStore,
  mailer,
  Strategy,
  type Verify,
} from 'passport-email-otp'
import request from 'supertest'
import { onTestFinished } from 'vitest'
import { type Smtp, startSmtp } from './smtp.js'

export const SECRET = 'a secret for tests, 0123456789 and more of it'

/** Undone when the test has ended, in reverse order. */
export function afterThisTest(cleanUp: () => unknown): void {
  onTestFinished(async () => void (await cleanUp()))
}

export interface World {
  readonly app: Express
  readonly smtp: Smtp
  readonly emailOtp: Strategy
  readonly events: EmailOtpEvent[]
  /** A browser with cookies of its own. */
  browser(): Browser
}

export type Browser = ReturnType<typeof browserFor>

export interface WorldOptions extends Partial<Omit<EmailOtpOptions, 'passReqToCallback'>> {
  readonly verify?: Verify
  /** Stands before everything else. */
  readonly before?: RequestHandler
  /** Replaces express-session. */
  readonly session?: RequestHandler
}

/**
 * A whole application on real parts: Express 5, express-session, Passport, and mail over a real SMTP
 * connection. It answers in JSON: `POST /login` is the one route for both requests, `GET /` the page behind.
 */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { verify = async (email: string) => ({ email }), before, session: own, ...rest } = options
  const smtp = await startSmtp()
  afterThisTest(() => smtp.close())
  const sendCode = mailer({ transport: smtp.url, from: 'Acme <login@acme.example>' })
  afterThisTest(() => sendCode.close())
  const events: EmailOtpEvent[] = []
  const emailOtp = new Strategy(
    {
      secret: SECRET,
      sendCode,
      store: new MemoryStore(),
      onEvent: (event) => void events.push(event),
      ...rest,
    },
    verify,
  )
  const app = express()
  if (before) app.use(before)
  app.use(express.json(), express.urlencoded({ extended: true }))
  app.use(own ?? session({ secret: 'cats', resave: false, saveUninitialized: false }))
  mountPassport(app, emailOtp)
  return { app, smtp, emailOtp, events, browser: () => browserFor(app) }
}

/** Mounts a Passport of its own with the strategy, and routes that answer in JSON. */
function mountPassport(app: Express, emailOtp: Strategy): void {
  const auth = new passport.Passport()
  auth.use(emailOtp)
  auth.serializeUser((user, done) => done(null, user))
  auth.deserializeUser((user: Express.User, done) => done(null, user))
  app.use(auth.session() as RequestHandler)
  app.get('/', (req, res) => {
    if (req.user) res.json({ user: req.user })
    else res.status(401).json({ pending: emailOtp.pending(req) ?? null })
  })
  app.all('/login', (req, res, next) => {
    auth.authenticate(
      emailOtp.name,
      (
        err: unknown,
        user: Express.User | false | undefined,
        info: object | undefined,
        status?: number,
      ) => {
        if (err) return next(err)
        if (!user) return res.status(status ?? 401).json(info)
        req.logIn(user, (err: unknown) => (err ? next(err) : res.json({ user, info })))
      },
    )(req, res, next)
  })
  app.use(((err: { status?: number; code?: string; message: string }, _req, res, _next) => {
    res.status(err.status ?? 500).json({ error: err.code, message: err.message })
  }) satisfies express.ErrorRequestHandler)
}

function browserFor(app: Express) {
  const agent = request.agent(app)
  return {
    agent,
    post: (body: string | object) => agent.post('/login').send(body),
    ask: (email: unknown) => agent.post('/login').send({ email }),
    enter: (code: unknown) => agent.post('/login').send({ code }),
    home: () => agent.get('/'),
  }
}

/** A code of the same length that is certainly wrong; `n` tells several apart. */
export function wrongCode(code: string, n = 1): string {
  const number = (Number(code) + n) % 10 ** code.length
  return String(number).padStart(code.length, '0')
}
