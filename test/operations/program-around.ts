/**
 * A program that signs in with JSON.
 *
 * @param lines the lines of a page that make the strategy `emailOtp`
 */
export const programAround = (lines: string, routes = '') => `
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import { jsonLogin, mailer, Strategy as EmailOtpStrategy } from 'passport-email-otp'

const secret = process.env.OTP_SECRET
const sendCode = mailer({ transport: process.env.SMTP_URL, from: 'Acme <login@acme.example>' })
const verify = async (email) => ({ email })
${lines}
const app = express()
app.set('trust proxy', 1)
app.use(express.json())
app.use(session({ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false }))
app.use(passport.session())
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))
app.all('/api/login', jsonLogin(emailOtp))
${routes}
const server = app.listen(process.env.PORT)
`
