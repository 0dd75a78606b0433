import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import express, { type RequestHandler } from 'express'
import {
  type CodeMail,
  type EmailOtpEvent,
  type EmailOtpOptions,
  jsonLogin,
  type Strategy,
} from 'passport-email-otp'
import request from 'supertest'
import { errorsAsJson, serve } from '../helpers/passport-app.js'
import { plainCalls } from '../helpers/plain-calls.js'
import type { Call } from '../helpers/watch-store.js'

export interface TokenApi {
  readonly server: Server
  readonly emailOtp: Strategy
  readonly mails: CodeMail[]
  readonly events: EmailOtpEvent[]
  /** What the store was asked. */
  readonly calls: Call[]
  /** Without a cookie jar, as mobile clients are. */
  post(body: object): request.Test
  /** Asks, and gives the token and the mailed code. */
  asked(email?: string): Promise<{ challengeToken: string; code: string }>
}

interface TokenApiOptions extends Partial<Omit<EmailOtpOptions, 'passReqToCallback'>> {
  /** Stands before the body parsers. */
  readonly before?: RequestHandler
}

/** A JSON API without sessions and cookies: a right code gives a bearer token, which `GET /me` wants. */
export async function tokenApi({ before, ...options }: TokenApiOptions = {}): Promise<TokenApi> {
  const { emailOtp, mails, events, calls } = plainCalls({ pendingIn: 'token', ...options })
  const bearers = new Map<string, Express.User>()
  const respond = (user: Express.User) => {
    const bearer = randomBytes(32).toString('base64url')
    bearers.set(bearer, user)
    return { bearer }
  }
  const app = express()
  if (before) app.use(before)
  app.use(express.json({ limit: '2mb' }), express.urlencoded({ extended: true }))
  app.use(express.json({ type: 'text/plain' }))
  app.all('/api/login', jsonLogin(emailOtp, { session: false, respond }))
  app.get('/me', (req, res) => {
    const user = bearers.get(req.headers.authorization?.replace('Bearer ', '') ?? '')
    res.status(user ? 200 : 401).json({ user })
  })
  app.use(errorsAsJson)
  const server = await serve(app)
  const post = (body: object) => request(server).post('/api/login').send(body)
  return {
    server,
    emailOtp,
    mails,
    events,
    calls,
    post,
    asked: async (email = 'ada@example.com') => {
      const { body, text } = await post({ email })
      const code = mails.at(-1)?.code
      if (typeof body.challengeToken !== 'string' || !code) throw new Error(`no code sent: ${text}`)
      return { challengeToken: body.challengeToken, code }
    },
  }
}
