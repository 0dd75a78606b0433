import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import type { AuthenticateOptions } from 'passport'
import { type EmailOtpOptions, Strategy, type Verify } from 'passport-email-otp'
import { expect } from 'vitest'
import { anybody, startMail } from '../helpers/mail.js'
import { browsersOf, errorsAsJson, passportWith } from '../helpers/passport-app.js'
import { Sessions } from '../helpers/sessions.js'

interface Options {
  readonly options?: Partial<Omit<EmailOtpOptions, 'passReqToCallback'>>
  readonly verify?: Verify
  /** The options of the route. */
  readonly route?: AuthenticateOptions
  readonly session?: RequestHandler
}

/** An application whose form is answered by redirects: `POST /login`, and `GET /login` with what its page knows. */
export async function redirectingApp({ options, verify = anybody, route, session }: Options = {}) {
  const mail = await startMail()
  const emailOtp = new Strategy({ ...mail.options, ...options }, verify)
  const passport = passportWith(emailOtp)
  const sessions = new Sessions()
  const app = express()
  app.use(express.json(), express.urlencoded({ extended: false }))
  app.use(session ?? sessions.middleware, passport.session() as RequestHandler)
  app.get('/login', (req, res) => {
    const [outcome, again] = [emailOtp.outcome(req), emailOtp.outcome(req)]
    expect(again).toEqual(outcome)
    res.json({ outcome: outcome ?? null, pending: emailOtp.pending(req) ?? null })
  })
  app.post(
    '/login',
    passport.authenticate(
      'email-otp',
      route ?? { successRedirect: '/', codeSentRedirect: '/login', failureRedirect: '/login' },
    ),
  )
  app.post('/plain', async (req, res) => {
    const { email, code, pendingId } = req.body
    res.json(
      await (code === undefined
        ? emailOtp.requestCode(req, email)
        : emailOtp.verifyCode(req, code, { pendingId })),
    )
  })
  app.get('/', (req, res) => void res.json({ user: req.user ?? null, session: req.session }))
  const toThePage: ErrorRequestHandler = (err, _req, res, next) => {
    if (err.code !== 'delivery_failed') return next(err)
    res.redirect('/login')
  }
  app.use(toThePage, errorsAsJson)

  const newBrowser = await browsersOf(app)
  const browser = (agent = newBrowser()) => {
    const submit = (fields: Record<string, string>) =>
      agent.post('/login').type('form').send(fields)
    return {
      agent,
      submit,
      plain: (body: object) => agent.post('/plain').send(body),
      page: async () => (await agent.get('/login')).body,
      home: async () => (await agent.get('/')).body,
      codeFor: async (email: string) => {
        await submit({ email })
        return (await mail.smtp.next()).code
      },
    }
  }
  return { ...mail, emailOtp, sessions, newBrowser: browser, ...browser() }
}
