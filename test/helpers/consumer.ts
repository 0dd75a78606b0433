import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { ErrorRequestHandler, RequestHandler } from 'express'
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
import type { Strategy as PassportStrategy } from 'passport-strategy'
import request from 'supertest'
import { vi } from 'vitest'
import { afterThisTest, SECRET } from './app.js'
import { type Smtp, startSmtp } from './smtp.js'

export interface Mailed {
  readonly smtp: Smtp
  /** What a strategy needs to mail there. */
  readonly options: {
    readonly secret: string
    readonly sendCode: ReturnType<typeof mailer>
    readonly store: MemoryStore
    readonly onEvent: (event: EmailOtpEvent) => void
  }
  readonly events: EmailOtpEvent[]
}

/** A mail server, and the options of a strategy that mails over it. */
export async function startMail(): Promise<Mailed> {
  const smtp = await startSmtp()
  afterThisTest(() => smtp.close())
  const sendCode = mailer({ transport: smtp.url, from: 'Acme <login@acme.example>' })
  afterThisTest(() => sendCode.close())
  const events: EmailOtpEvent[] = []
  const onEvent = (event: EmailOtpEvent) => void events.push(event)
  return {
    smtp,
    events,
    options: { secret: SECRET, sendCode, store: new MemoryStore(), onEvent },
  }
}

/** Whoever proves an address is its user. */
export const anybody: Verify = async (email) => ({ email })

/** A strategy that mails over `mail`, and lets anybody in. */
export function strategyOn(
  mail: Mailed,
  options: Partial<Omit<EmailOtpOptions, 'passReqToCallback'>> = {},
  verify: Verify = anybody,
): Strategy {
  return new Strategy({ ...mail.options, ...options }, verify)
}

/** A Passport of its own, so that no test meets the strategies of another. */
export function passportWith(...strategies: PassportStrategy[]) {
  const auth = new passport.Passport()
  for (const strategy of strategies) auth.use(strategy as passport.Strategy)
  auth.serializeUser((user, done) => done(null, user))
  auth.deserializeUser((user: Express.User, done) => done(null, user))
  return auth
}

/** express-session as most applications use it. */
export function sessions(store?: session.Store): RequestHandler {
  const own = store && { store }
  return session({ secret: 'cats', resave: false, saveUninitialized: false, ...own })
}

/** Answers an error with its status, its code and its message. */
export const errorsAsJson: ErrorRequestHandler = (err, _req, res, _next) => {
  const { status = 500, name, code, message } = err
  res.status(status).json({ name, code, message })
}

/** Serves an application on a port of its own until the test ends. */
export async function serve(app: RequestListener): Promise<Server> {
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterThisTest(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return server
}

/** Serves an application, and gives browsers with cookies of their own. */
export async function browsersOf(app: RequestListener) {
  const server = await serve(app)
  return () => request.agent(server)
}

/** The cookies of an answer, as a request sends them: for whoever puts old ones back. */
export function cookiesOf(answer: request.Response): string {
  const set = answer.get('Set-Cookie') ?? []
  return set.map((cookie) => cookie.replace(/;.*/, '')).join('; ')
}

/** Stops the clock, and gives a function that moves it on by so many seconds. */
export function stopClock(): (seconds: number) => void {
  vi.useFakeTimers({ toFake: ['Date'] })
  afterThisTest(() => vi.useRealTimers())
  return (seconds) => void vi.setSystemTime(Date.now() + seconds * 1000)
}

/** Something that others wait for: `opened` is kept until `open()`. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

export function gate(): Gate {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}
