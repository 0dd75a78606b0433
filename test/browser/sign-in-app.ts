import express, { type Express, type RequestHandler } from 'express'
import session, { type CookieOptions } from 'express-session'
import {
  type LoginPageOptions,
  loginPage,
  loginPagePolicy,
  type Strategy,
} from 'passport-email-otp'
import { passportWith } from '../helpers/passport-app.js'

interface SignInAppOptions {
  readonly cookie?: CookieOptions
  /** Options of `passport.authenticate`, beside the redirects. */
  readonly authenticate?: object
  /** Options of `loginPage`, beside the name. */
  readonly page?: LoginPageOptions
}

/** The application of the README's first program, around a strategy. `/` says who is signed in. */
export function signInApp(
  emailOtp: Strategy,
  { cookie = {}, authenticate = {}, page = {} }: SignInAppOptions = {},
): Express {
  const passport = passportWith(emailOtp)
  const app = express()
  app.use(express.urlencoded({ extended: false }))
  app.use(session({ secret: 'cats', resave: false, saveUninitialized: false, cookie }))
  app.use(passport.session() as RequestHandler)
  app.get('/login', (req, res) => {
    if (req.user) return res.redirect('/#')
    res.set('Content-Security-Policy', loginPagePolicy)
    res.send(loginPage(emailOtp, req, { appName: 'Acme', ...page }))
  })
  const redirects = { successRedirect: '/', codeSentRedirect: '/login', failureRedirect: '/login' }
  app.post('/login', passport.authenticate(emailOtp.name, { ...redirects, ...authenticate }))
  app.get('/', (req, res) => void res.send(`Signed in: ${JSON.stringify(req.user ?? null)}`))
  return app
}
