import express, { type Express, type Request, type RequestHandler } from 'express'
import passportModule from 'passport'
import { Strategy as LocalStrategy } from 'passport-local'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson } from '../helpers/passport-app.js'
import { Sessions } from '../helpers/sessions.js'

export interface User {
  readonly id: unknown
  email?: unknown
}

type Options = Parameters<typeof strategyOn>[1]

/** What an application has for users who are signed in, and for nobody else. */
export const PRIVATE = [
  ['get', '/'],
  ['head', '/'],
  ['get', '/account'],
  ['post', '/account'],
  ['put', '/account'],
  ['delete', '/account'],
] as const

export function userOf(req: object): User | undefined {
  return (req as Request).user as User | undefined
}

/** The options of a second factor for the user of the request. */
export const SECOND_FACTOR = {
  emailFromRequest: (req: object) => userOf(req)?.email as string | undefined,
  subjectFromRequest: (req: object) => userOf(req)?.id as string | undefined,
}

/** The password that everybody here has. */
export const PASSWORD = 'correct horse'

/**
 * An application that asks for a password, then for a code. Its users are in `users`, by name; `asked` is
 * what the verify function was called with.
 */
export async function twoFactorApp(
  named: Record<string, User>,
  { options = {}, app = express() }: { options?: Options; app?: Express } = {},
) {
  const mail = await startMail()
  const users = new Map(Object.entries(named))
  const asked: string[] = []
  const byId = (id: string) => [...users.values()].find((user) => String(user.id) === String(id))
  const secondFactor = strategyOn(
    mail,
    {
      name: 'second-factor',
      ...SECOND_FACTOR,
      ...options,
    },
    async (id) => {
      asked.push(id)
      return byId(id)
    },
  )
  const local = new LocalStrategy((username, password, done) => {
    done(null, (password === PASSWORD && users.get(username)) || false)
  })
  const passport = new passportModule.Passport()
  passport.use(secondFactor)
  passport.use(local)
  passport.serializeUser((user, done) => done(null, String((user as User).id)))
  passport.deserializeUser((id: string, done) => done(null, byId(id) ?? false))
  const sessions = new Sessions()
  app.set('json replacer', (_name: string, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  app.use(express.json(), sessions.middleware, passport.session() as RequestHandler)
  app.post(
    '/login',
    passport.authenticate('local', { session: false }),
    passport.authenticate('second-factor', { step: 'request', codeSentRedirect: '/login/code' }),
    // Reached where the code is skipped.
    (req, res) => {
      const { authInfo } = req as { authInfo?: unknown }
      res.json({ id: String(userOf(req)?.id), info: authInfo, proven: secondFactor.proven(req) })
    },
  )
  app.post(
    '/login/code',
    passport.authenticate('second-factor', { step: 'verify' }),
    (req, res) => void res.json({ id: String(userOf(req)?.id), proven: secondFactor.proven(req) }),
  )
  app.post(
    '/again',
    passport.authenticate('second-factor', { step: 'request', codeSentRedirect: '/login/code' }),
  )
  app.post('/unpinned', passport.authenticate('second-factor'), whoAmI)
  app.post('/either', passport.authenticate(['local', 'second-factor']), whoAmI)
  app.get('/login/code', (req, res) => void res.json({ pending: secondFactor.pending(req) }))
  app.post('/logout', (req, res, next) => {
    req.logout((err) => (err ? next(err) : res.json({})))
  })
  app.all(['/', '/account'], (req, res, next) => {
    if (req.isAuthenticated()) whoAmI(req, res, next)
    else res.status(401).json({})
  })
  app.use(errorsAsJson)
  const newBrowser = await browsersOf(app)
  return { ...mail, users, asked, sessions, secondFactor, newBrowser: () => browse(newBrowser()) }
}

const whoAmI: RequestHandler = (req, res) => {
  res.json({ id: String(userOf(req)?.id) })
}

export type Browser = ReturnType<typeof browse>

function browse(agent: Awaited<ReturnType<Awaited<ReturnType<typeof browsersOf>>>>) {
  return {
    agent,
    password: (username: string, password = PASSWORD, more: object = {}) =>
      agent.post('/login').send({ username, password, ...more }),
    enter: (code: string, more: object = {}) => agent.post('/login/code').send({ code, ...more }),
    logout: () => agent.post('/logout'),
    /** The id of whoever is signed in, or the status that nobody gets. */
    whoAmI: async () => {
      const { status, body } = await agent.get('/')
      return status === 200 ? body.id : status
    },
    /** The statuses of all that only signed-in users may have. */
    tryAll: () =>
      Promise.all(PRIVATE.map(async ([verb, path]) => (await agent[verb](path)).status)),
  }
}

/** Why a strategy refused, as its events say it: Passport's own answer has no body. */
export function reasonsIn(events: Awaited<ReturnType<typeof twoFactorApp>>['events']): string[] {
  return events.flatMap((event) => (event.type === 'rejected' ? [event.reason] : []))
}
