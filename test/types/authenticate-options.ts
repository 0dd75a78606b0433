// Compiled by `npm run typecheck`, never run: Passport's own `authenticate` knows this strategy's options.
import type { RequestHandler } from 'express'
import passport, { type AuthenticateOptions } from 'passport'
import type { EmailOtpAuthenticateOptions } from 'passport-email-otp'
import { type Is, sure } from './assertions.js'

sure<Is<AuthenticateOptions['step'], 'request' | 'verify' | undefined>>()
sure<Is<AuthenticateOptions['codeSentRedirect'], string | undefined>>()

passport.authenticate('email-otp', { step: 'request', codeSentRedirect: '/login/code' })
passport.authenticate('email-otp', { step: 'verify', successRedirect: '/', failureMessage: true })
passport.authenticate(['email-otp', 'local'], { step: undefined, session: false })
const handler: RequestHandler = passport.authenticate('email-otp', {
  codeSentRedirect: process.env.URL,
})

// @ts-expect-error there are two steps
passport.authenticate('email-otp', { step: 'resend' })
// @ts-expect-error a place to go to
passport.authenticate('email-otp', { codeSentRedirect: true })
// @ts-expect-error a typo
passport.authenticate('email-otp', { codeSendRedirect: '/login/code' })
// @ts-expect-error another typo
passport.authenticate('email-otp', { steps: 'request' })

// Options that several routes share, in either type.
const shared: EmailOtpAuthenticateOptions = { codeSentRedirect: '/login/code' }
passport.authenticate('email-otp', { ...shared, failureRedirect: '/login' })
const all: AuthenticateOptions = { ...shared, step: 'request', keepSessionInfo: true }
// @ts-expect-error one object serves all requests: it is not written to
shared.step = 'verify'

export { all, handler }
