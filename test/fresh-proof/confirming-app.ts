import express, { type Express, type Request, type RequestHandler } from 'express'
import passportModule from 'passport'
import type { RequireOtpOptions } from 'passport-email-otp'
import request from 'supertest'
import { startMail, strategyOn } from '../helpers/mail.js'
import { errorsAsJson, serve } from '../helpers/passport-app.js'
import { Sessions } from '../helpers/sessions.js'

export interface User {
  readonly id: string
  email: string
}

type Options = Parameters<typeof strategyOn>[1]

export const PURPOSES = {
  'change-email': 'change your e-mail address',
  pay: 'pay a bill',
}

export const ADA: User = { id: '17', email: 'ada@example.com' }
export const BEN: User = { id: '18', email: 'ben@example.com' }

export function userOf(req: object): User | undefined {
  return (req as Request).user as User | undefined
}

/**
 * An application that people are signed in to (`POST /as/:name` does it, without a password: this is about
 * what comes after), and that wants a fresh code for `/email` and for `/pay`. `more` mounts what a test adds.
 */
export async function confirmingApp({
  options = {},
  guard = {},
  keepSessionInfo = false,
  app = express(),
  before = () => {},
}: {
  options?: Options
  guard?: RequireOtpOptions
  keepSessionInfo?: boolean
  app?: Express
  /** Mounts what comes before all guarded routes. */
  before?: (app: Express, emailOtp: ReturnType<typeof strategyOn>) => void
} = {}) {
  const mail = await startMail()
  const users = new Map([
    ['ada', { ...ADA }],
    ['ben', { ...BEN }],
  ])
  const byId = (id: string) => [...users.values()].find((user) => user.id === id)
  const emailOtp = strategyOn(
    mail,
    {
      emailFromRequest: (req) => userOf(req)?.email,
      subjectFromRequest: (req) => userOf(req)?.id,
      purposes: PURPOSES,
      ...options,
    },
    async (id) => byId(id),
  )
  const passport = new passportModule.Passport()
  passport.use(emailOtp)
  passport.serializeUser((user, done) => done(null, (user as User).id))
  passport.deserializeUser((id: string, done) => done(null, byId(id) ?? false))
  const sessions = new Sessions()
  app.use(express.json(), sessions.middleware, passport.session() as RequestHandler)
  app.post('/as/:name', (req, res, next) => {
    const user = users.get(req.params.name) as User
    req.logIn(user, { session: true, keepSessionInfo }, (err) => (err ? next(err) : res.json({})))
  })
  app.post('/forget-user', (req, res) => {
    delete (req.session as { passport?: unknown }).passport
    res.json({})
  })
  app.post('/logout', (req, res, next) => {
    req.logout({ keepSessionInfo }, (err) => (err ? next(err) : res.json({})))
  })
  before(app, emailOtp)
  for (const purpose of ['change-email', 'pay', undefined]) {
    const path = `/confirm/${purpose ?? 'login'}`
    app.get(path, (req, res) => void res.json({ pending: emailOtp.pending(req) ?? null }))
    app.post(path, passport.authorize('email-otp', { purpose }), (req, res) => {
      res.json({ user: userOf(req)?.id, account: (req as { account?: User }).account?.id })
    })
    const signIn = { purpose, keepSessionInfo }
    app.post(`/authenticate/${purpose ?? 'login'}`, passport.authenticate('email-otp', signIn))
  }
  const done: RequestHandler = (req, res) => void res.json({ by: userOf(req)?.id ?? null })
  const redirectTo = guard.redirectTo
  app.all('/email', emailOtp.requireOtp({ purpose: 'change-email', ...guard }), done)
  app.all('/pay', emailOtp.requireOtp({ ...guard, redirectTo, purpose: 'pay' }), done)
  app.use(done)
  app.use(errorsAsJson)
  const server = await serve(app)
  return { ...mail, users, emailOtp, sessions, server, newBrowser: () => browse(server) }
}

function browse(server: Awaited<ReturnType<typeof serve>>) {
  const agent = request.agent(server)
  return {
    agent,
    signInAs: (name: 'ada' | 'ben') => agent.post(`/as/${name}`),
    logout: () => agent.post('/logout'),
    /** Asks for a code for a purpose, or enters one. */
    confirm: (purpose: string, body: object = {}) => agent.post(`/confirm/${purpose}`).send(body),
    /** The status of a guarded page. */
    visit: async (path: string) => (await agent.get(path)).status,
    whoAmI: async () => (await agent.get('/me')).body.by,
  }
}

type World = Awaited<ReturnType<typeof confirmingApp>>

/** A browser in which Ada is signed in and has just entered a code to change her address. */
export async function proven(world: World) {
  const browser = world.newBrowser()
  await browser.signInAs('ada')
  await browser.confirm('change-email')
  const { code } = await world.smtp.next()
  const entered = await browser.confirm('change-email', { code })
  if (entered.status !== 200) throw new Error(`not proven: ${entered.status}`)
  return browser
}

/** Why a strategy refused, as its events say it: Passport's own answer has no body. */
export function reasonsIn({ events }: Pick<World, 'events'>): string[] {
  return events.flatMap((event) => (event.type === 'rejected' ? [event.reason] : []))
}
