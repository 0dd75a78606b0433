// Compiled by `npm run typecheck`, never run: the verify function has the parameters that its options say.
import {
  type EmailOtpOptions,
  type EmailOtpOptionsWithRequest,
  type Request,
  Strategy,
  type Verify,
  type VerifyDone,
  type VerifyWithRequest,
} from 'passport-email-otp'
import { type Is, sure } from './assertions.js'

const required = { secret: process.env.OTP_SECRET, sendCode: async () => {} }
const withRequest = { ...required, passReqToCallback: true } as const
const ada: Express.User = { email: 'ada@example.com' }

// Parameters need no annotation, in any of the shapes.
new Strategy(required, async (email) => {
  sure<Is<typeof email, string>>()
  return ada
})
new Strategy(required, (email, done) => {
  sure<Is<typeof email, string>>()
  sure<Is<typeof done, VerifyDone>>()
  done(null, ada, { message: 'Welcome back' })
})
new Strategy(withRequest, async (req, email) => {
  sure<Is<typeof req, Request>>()
  sure<Is<typeof email, string>>()
  return ada
})
new Strategy(withRequest, (req, email, done) => {
  sure<Is<typeof req.ip, string | undefined>>()
  sure<Is<typeof done, VerifyDone>>()
  done(null, email === '' ? false : ada)
})

// Nobody: a promise of nothing, of null, of false, and what `done` takes.
new Strategy(required, async () => undefined)
new Strategy(required, async () => null)
new Strategy(required, async () => false as const)
new Strategy(required, (_email, done) => done(null))
new Strategy(required, (_email, done) => done(new Error('no database')))
new Strategy(required, async (email) => (email.endsWith('.example') ? ada : undefined))

// Without passReqToCallback there is no request, whatever the function would like.
new Strategy({ ...required, passReqToCallback: false }, async (email) => {
  sure<Is<typeof email, string>>()
  return ada
})
// @ts-expect-error a request, where there is none
new Strategy(required, async (_req: Request, _email: string) => ada)
// @ts-expect-error the address comes second
new Strategy(withRequest, async (email: string) => (email === '' ? false : ada))
// @ts-expect-error four parameters
new Strategy(withRequest, (_req, _email, _done, _more) => undefined)

// What is no answer. (That a string is no user is for an application to say, which declares Express.User.)
// @ts-expect-error a user that is not in a promise would never be looked at
new Strategy(required, () => ada)
// @ts-expect-error no verify function
new Strategy(required)
// @ts-expect-error no options
new Strategy(async () => ada)

// Variables of the exported types fit the overload that they are for, and no other.
declare const plain: EmailOtpOptions
declare const asking: EmailOtpOptionsWithRequest
declare const verify: Verify
declare const verifyWithRequest: VerifyWithRequest
new Strategy(plain, verify)
new Strategy(asking, verifyWithRequest)
// @ts-expect-error it would be called with an address where it expects a request
new Strategy(plain, verifyWithRequest)
// @ts-expect-error it would be called with a request where it expects an address
new Strategy(asking, verify)
