import type { Server } from 'node:http'
import express, { type Express, type RequestHandler } from 'express'
import {
  type ChallengeStore,
  type EmailOtpEvent,
  type EmailOtpOptions,
  MemoryStore,
  Strategy,
  type Verify,
} from 'passport-email-otp'
import request from 'supertest'
import { Events } from './events.js'
import { anybody, startMail } from './mail.js'
import { errorsAsJson, passportWith, serve } from './passport-app.js'
import { Sessions } from './sessions.js'
import type { Smtp } from './smtp.js'
import { type Call, watch } from './watch-store.js'

export const ADA = 'ada@example.com'
export const EVE = 'eve@attacker.example'

export interface World {
  readonly app: Express
  readonly server: Server
  readonly smtp: Smtp
  readonly emailOtp: Strategy
  readonly events: EmailOtpEvent[]
  /** Resolves with the events of one type as soon as there are `count` of them. */
  heard<T extends EmailOtpEvent['type']>(
    type: T,
    count?: number,
  ): Promise<Extract<EmailOtpEvent, { type: T }>[]>
  /** The calls of the store so far. */
  readonly calls: Call[]
  readonly sessions: Sessions
  /** A browser with separate cookies. */
  client(headers?: Record<string, string>): Client
  /** Requests a code, and returns the one in the mail. */
  codeFor(client: Client, email?: string): Promise<string>
}

export interface WorldOptions extends Partial<Omit<EmailOtpOptions, 'passReqToCallback'>> {
  readonly verify?: Verify
  /** Stands before everything else. */
  readonly before?: RequestHandler
  /** Replaces express-session. */
  readonly session?: RequestHandler
  /** Mounts further routes, behind session and user. */
  readonly routes?: (app: Express, emailOtp: Strategy) => unknown
}

/**
 * A whole application on real parts: Express 5, express-session, Passport, and mail over a real SMTP connection. It
 * answers in JSON: `POST /login` is the one route for both requests, `GET /` the page behind it. Store, sessions and
 * events are within reach of the test.
 */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { verify = anybody, before, session, routes, store = new MemoryStore(), ...rest } = options
  const mail = await startMail()
  const watched: { store: ChallengeStore; calls: Call[] } = watch(store)
  const sessions = new Sessions()
  const events = new Events()
  const emailOtp = new Strategy(
    {
      ...mail.options,
      onEvent: (event) => events.add(event),
      ...rest,
      store: watched.store,
    },
    verify,
  )
  const app = express()
  if (before) app.use(before)
  app.use(express.json(), express.urlencoded({ extended: true }))
  app.use(session ?? sessions.middleware)
  mountLogin(app, emailOtp, routes)
  const server = await serve(app)
  return {
    app,
    server,
    smtp: mail.smtp,
    emailOtp,
    events: events.all,
    heard: (type, count = 1) => events.heard(type, count),
    calls: watched.calls,
    sessions,
    client: (headers) => clientOf(server, headers),
    codeFor: async (client, email = ADA) => {
      const { status, text } = await client.requestCode(email)
      if (status !== 202) throw new Error(`no code sent: ${text}`)
      return (await mail.smtp.next()).code
    },
  }
}

/** Mounts the strategy, and routes that answer in JSON. */
function mountLogin(app: Express, emailOtp: Strategy, routes: WorldOptions['routes']): void {
  const auth = passportWith(emailOtp)
  app.use(auth.session() as RequestHandler)
  routes?.(app, emailOtp)
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
  app.use(errorsAsJson)
}

export type Client = ReturnType<typeof clientOf>

/** A browser with separate cookies at `POST /login`. */
export function clientOf(server: Server, headers: Record<string, string> = {}) {
  const agent = request.agent(server)
  const post = (body: string | object) => agent.post('/login').set(headers).send(body)
  return {
    agent,
    post,
    requestCode: (email: unknown) => post({ email }),
    enterCode: (code: unknown) => post({ code }),
    home: () => agent.get('/').set(headers),
  }
}

/** What a user can see of a response. */
export function shown({ status, body, headers }: request.Response) {
  const { date: _date, etag: _etag, 'set-cookie': cookie, ...others } = headers
  // The value of a cookie is random; its name and attributes are not.
  const cookies = ([] as string[]).concat(cookie ?? []).map((one) => one.replace(/=[^;]*/, '='))
  return { status, body: withoutRandomId(body), headers: others, cookies }
}

/** An id is random too; that there is one, is not. */
function withoutRandomId(body: request.Response['body']) {
  if (body?.pending?.id === undefined) return body
  return { ...body, pending: { ...body.pending, id: `${body.pending.id.length} letters` } }
}
