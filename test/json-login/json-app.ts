import type { Server } from 'node:http'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import {
  type EmailOtpOptions,
  type JsonLoginOptions,
  jsonLogin,
  type Verify,
} from 'passport-email-otp'
import request from 'supertest'
import { passportWith, serve } from '../helpers/passport-app.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { sessions } from '../helpers/sessions.js'

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
  const { emailOtp, mails, calls } = plainCalls(strategy, verify)
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
  app.use(express.json(), express.urlencoded({ extended: true }), sessions())
  app.use(passportWith().session() as RequestHandler)
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
