import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import session from 'express-session'
import { Passport } from 'passport'
import {
  type ChallengeStore,
  EmailOtpError,
  Strategy as EmailOtpStrategy,
  type LoginFormOptions,
  loginForm,
  mailer,
} from 'passport-email-otp'
import { type Inbox, inboxPages, isLocal } from './inbox.js'
import {
  limitCodeAttempts,
  limitCodeRequests,
  rejectCrossSite,
  securityHeaders,
} from './security.js'

export interface AppOptions {
  readonly smtpUrl: string
  readonly mailFrom: string
  readonly otpSecret: string
  readonly sessionSecret: string
  /** The origin that browsers use; `undefined` if it is not known. */
  readonly origin: string | undefined
  /** Express's "trust proxy": the number of proxies in front of the app, or their IP addresses. */
  readonly trustProxy: number | string
  /** The caught mails, which /inbox shows; `undefined` with a real mail server. */
  readonly inbox: Inbox | undefined
  /** The stores of challenges and sessions; `undefined` keeps them in the memory of this process. */
  readonly challengeStore?: ChallengeStore | undefined
  readonly sessionStore?: session.Store | undefined
}

interface User {
  readonly email: string
}

/** Sign-in by e-mailed code: one page, three routes. `close` closes the connections to the mail server. */
export function createApp(options: AppOptions) {
  const app = express()
  // The compiled file is in dist/, one folder below the pages.
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
  // For this machine only, because each answer costs a login at the mail server. Mounted before the
  // sessions, because their server may be down.
  app.get('/health', async (req, res, next) => {
    if (!isLocal(req) || options.trustProxy !== 0) return next()
    const health = await emailOtp.check()
    res.status(health.ok ? 200 : 503).json(health)
  })

  app.use(rejectCrossSite(options.origin))

  // 1. What the strategy needs: a body parser and sessions. Several processes need a shared session store.
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

  // 2. The strategy. Its second argument runs once the address is proven: find or create the user here.
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

  // 3. The page: the package draws the form, and views/login.ejs puts it into the layout of this app.
  const showForm = (req: Request, res: Response, options: LoginFormOptions = {}) => {
    const action = { request: '/login/email', verify: '/login/code' }
    res.render('login', loginForm(emailOtp, req, { appName: 'Example App', action, ...options }))
  }
  app.get('/login', (req, res) => {
    if (req.isAuthenticated()) return res.redirect('/')
    const { typed } = req.session
    delete req.session.typed
    showForm(req, res, { email: typed })
  })

  // 4. The routes: request a code, and enter it. What was wrong is on the page after the redirect.
  app.post(
    '/login/email',
    limitCodeRequests(showForm),
    keepTyped,
    passport.authenticate('email-otp', {
      step: 'request',
      codeSentRedirect: '/login',
      failureRedirect: '/login',
    }),
  )
  app.post(
    '/login/code',
    limitCodeAttempts(showForm),
    passport.authenticate('email-otp', {
      step: 'verify',
      successRedirect: '/',
      failureRedirect: '/login',
    }),
  )
  // A reload or a bookmark of a form's URL leads to its page.
  app.get(['/login/email', '/login/code', '/logout'], (_req, res) => res.redirect('/login'))

  // 5. The rest of the app.
  app.get('/', (req, res) => {
    if (!req.isAuthenticated()) return res.redirect('/login')
    res.render('home', { user: req.user })
  })
  app.post('/logout', (req, res, next) => {
    req.logout((err) => (err ? next(err) : res.redirect(303, '/login')))
  })
  app.use((_req, res) => {
    res
      .status(404)
      .render('error', { title: 'Page not found', text: 'There is no page at this URL.' })
  })
  app.use(showError)
  return { app, emailOtp, close: () => sendCode.close() }
}

declare module 'express-session' {
  interface SessionData {
    typed?: string
  }
}

/** Keeps a rejected address in its field, so that the user can correct it instead of typing it again. */
const keepTyped: RequestHandler = (req, _res, next) => {
  const typed: unknown = req.body?.email
  if (typeof typed === 'string' && typed !== '') req.session.typed = typed.slice(0, 254)
  next()
}

/** Shows an operational failure, such as a store that is down. The details go to the console. */
const showError: ErrorRequestHandler = (err, _req, res, next) => {
  const status = err.status >= 400 ? err.status : 500
  if (status >= 500) console.error(err)
  // The session could not be saved after the response had started: Express closes the connection.
  if (res.headersSent) return next(err)
  // The page says that the mail was not sent, and offers to send it again.
  if (err instanceof EmailOtpError && err.code === 'delivery_failed') {
    return res.redirect(303, '/login')
  }
  res.status(status).render('error', {
    title: 'Something went wrong',
    text: status < 500 ? 'The app could not read this request.' : 'Try again in a moment.',
  })
}
