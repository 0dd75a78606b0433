import type { Server } from 'node:http'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import session from 'express-session'
import passport from 'passport'
import {
  type CodeMail,
  type EmailOtpOptions,
  type JsonLoginOptions,
  jsonLogin,
  MemoryStore,
  Strategy,
  type Verify,
} from 'passport-email-otp'
import request from 'supertest'
import { SECRET } from '../helpers/mail.js'
import { serve } from '../helpers/passport-app.js'
import { watch } from '../helpers/watch-store.js'

export const ADA = 'ada@example.com'

interface JsonAppOptions {
  readonly strategy?: Partial<Omit<EmailOtpOptions, 'passReqToCallback'>>
  readonly verify?: Verify
  readonly login?: JsonLoginOptions
  /** Runs right before the route. */
  readonly before?: RequestHandler
  /** Replaces body parsers, sessions and Passport. */
  readonly uses?: (app: Express) => unknown
}

/** Starts an application with sessions that signs users in with {@link jsonLogin}. */
export async function jsonApp({ strategy, verify, login, before, uses }: JsonAppOptions = {}) {
  const mails: CodeMail[] = []
  const { store, calls } = watch(strategy?.store ?? new MemoryStore())
  const emailOtp = new Strategy(
    { secret: SECRET, sendCode: (mail) => void mails.push(mail), ...strategy, store },
    verify ?? (async (email) => ({ email })),
  )
  const app = express()
  if (uses) uses(app)
  else usual(app)
  if (before) app.use('/api/sign-in', before)
  app.all('/api/sign-in', jsonLogin(emailOtp, login))
  app.get('/me', (req, res) => void res.json({ user: req.user ?? null }))
  app.use(((err: { status?: number; code?: string; message: string }, _req, res, next) => {
    if (res.headersSent) return next(err)
    res.status(err.status ?? 500).json({ error: err.code, message: err.message })
  }) satisfies ErrorRequestHandler)
  const server = await serve(app)
  return { app, server, emailOtp, mails, calls, browser: () => browserOn(server) }
}

function usual(app: Express): void {
  app.use(express.json(), express.urlencoded({ extended: true }))
  app.use(session({ secret: 'cats', resave: false, saveUninitialized: false }))
  app.use(passportSession())
}

/** Uses a separate Passport that stores users unchanged in the session. */
export function passportSession(
  serialize: (user: Express.User) => Express.User = (user) => user,
): RequestHandler {
  const auth = new passport.Passport()
  auth.serializeUser((user, done) => {
    try {
      done(null, serialize(user))
    } catch (err) {
      done(err)
    }
  })
  auth.deserializeUser((user: Express.User, done) => done(null, user))
  return auth.session() as RequestHandler
}

function browserOn(server: Server) {
  const agent = request.agent(server)
  return {
    agent,
    post: (body: object) => agent.post('/api/sign-in').send(body),
    get: () => agent.get('/api/sign-in'),
    user: async () => (await agent.get('/me')).body.user,
  }
}
