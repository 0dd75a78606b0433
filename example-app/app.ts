import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import session from 'express-session'
import { Passport } from 'passport'
import {
  type ChallengeStore,
  EmailOtpError,
  Strategy as EmailOtpStrategy,
  mailer,
} from 'passport-email-otp'
import { type Inbox, inboxPages, isLocal } from './inbox.js'
import { limitAsking, limitEntering, refuseOtherSites, securityHeaders } from './security.js'

export interface AppOptions {
  readonly smtpUrl: string
  readonly mailFrom: string
  readonly otpSecret: string
  readonly sessionSecret: string
  /** The address that browsers use; `undefined` where it is not known. */
  readonly origin: string | undefined
  /** Express's "trust proxy": the number of proxies in front, or their addresses. */
  readonly trustProxy: number | string
  /** Mail that was caught, to be shown at /inbox; `undefined` where mail really goes out. */
  readonly inbox: Inbox | undefined
  /** Where challenges and sessions are kept; `undefined`: in this process. */
  readonly challengeStore?: ChallengeStore | undefined
  readonly sessionStore?: session.Store | undefined
}

interface User {
  readonly email: string
}

/** Sign-in by e-mailed code: one page, three routes. `close` ends the connections to the mail server. */
export function createApp(options: AppOptions) {
  const app = express()
  // Compiled, this file lies in dist/, one folder below the pages.
  const folder = import.meta.dirname.replace(/[\\/]dist$/, '')
  app.set('views', `${folder}/views`)
  app.set('view engine', 'ejs')
  app.set('trust proxy', options.trustProxy)
  app.use(securityHeaders(options.origin))
  app.use(express.static(`${folder}/public`))
  app.use((req, res, next) => {
    res.set('Cache-Control', 'no-store')
    res.locals.linkToInbox = options.inbox !== undefined && isLocal(req)
    next()
  })
  if (options.inbox) app.use('/inbox', inboxPages(options.inbox))
  // To this machine only: each answer costs a login at the mail server. Before the sessions, whose
  // server may be what is down.
  app.get('/health', async (req, res, next) => {
    if (!isLocal(req) || options.trustProxy !== 0) return next()
    const health = await emailOtp.check()
    res.status(health.ok ? 200 : 503).json(health)
  })

  app.use(refuseOtherSites)

  // 1. What the strategy needs: a body parser and sessions (for several processes in a store they share).
  app.use(express.urlencoded({ extended: false }), express.json({ limit: '2kb' }))
  app.use(
    session({
      name: 'example.sid',
      secret: options.sessionSecret,
      store: options.sessionStore,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
    }),
  )

  // 2. The strategy. Its second argument runs once the address is proven: find or make the user here.
  const sendCode = mailer({ transport: options.smtpUrl, from: options.mailFrom })
  const emailOtp = new EmailOtpStrategy(
    {
      secret: options.otpSecret,
      sendCode,
      origin: options.origin,
      store: options.challengeStore,
    },
    async (email): Promise<User> => ({ email }),
  )
  const passport = new Passport()
  passport.use(emailOtp)
  passport.serializeUser((user, done) => done(null, (user as User).email))
  passport.deserializeUser((email: string, done) => done(null, { email }))
  app.use(passport.session())

  // 3. The page: the code field when a code is on its way, else (or if asked) the address field.
  app.get('/login', (req, res) => {
    if (req.isAuthenticated()) return res.redirect('/')
    const { typed } = req.session
    delete req.session.typed
    res.render('login', {
      pending: emailOtp.pending(req),
      otherAddress: 'other' in req.query,
      sentAgain: 'again' in req.query,
      typed,
      // The last alone: after a double click there are two.
      messages: req.session.messages?.splice(0).slice(-1) ?? [],
    })
  })

  // 4. The routes: ask for a code, ask for it again (the address is known by then), enter it.
  const limit = limitAsking()
  const askForCode = (codeSentRedirect: string, failureRedirect: string) =>
    passport.authenticate('email-otp', {
      step: 'request',
      codeSentRedirect,
      failureRedirect,
      failureMessage: true,
    })
  app.post('/login/email', limit, keepTyped, askForCode('/login', '/login?other'))
  app.post('/login/resend', limit, askForCode('/login?again', '/login'))
  app.post(
    '/login/code',
    limitEntering(),
    passport.authenticate('email-otp', {
      step: 'verify',
      successRedirect: '/',
      failureRedirect: '/login',
      failureMessage: true,
    }),
  )

  // 5. The rest of the app.
  app.get('/', (req, res) => {
    if (!req.isAuthenticated()) return res.redirect('/login')
    res.render('home', { user: req.user })
  })
  app.post('/logout', (req, res, next) => {
    req.logout((err) => (err ? next(err) : res.redirect(303, '/login')))
  })
  app.use((_req, res) => {
    res.status(404).render('error', { title: 'Page not found', text: 'There is nothing here.' })
  })
  app.use(showError)
  return { app, emailOtp, close: () => sendCode.close() }
}

declare module 'express-session' {
  interface SessionData {
    typed?: string
  }
}

/** An address that is refused stays in its field, to be mended instead of typed again. */
const keepTyped: RequestHandler = (req, _res, next) => {
  req.session.typed = String(req.body?.email ?? '').slice(0, 254)
  next()
}

/** Something broke: the mail server, for one. The page says so, the console says what. */
const showError: ErrorRequestHandler = (err, _req, res, next) => {
  const status = err.status >= 400 ? err.status : 500
  if (status >= 500) console.error(err)
  // The session could not be saved behind a page that is on its way: Express ends the connection.
  if (res.headersSent) return next(err)
  if (err instanceof EmailOtpError && err.code === 'delivery_failed') {
    res.status(status).render('error', {
      title: 'The mail was not sent',
      text: 'The mail server did not take it. Try again in a moment.',
    })
  } else {
    res.status(status).render('error', {
      title: 'Something went wrong',
      text: status < 500 ? 'The app did not understand this request.' : 'Try again in a moment.',
    })
  }
}
