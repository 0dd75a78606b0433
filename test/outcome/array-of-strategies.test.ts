import express, { type RequestHandler } from 'express'
import { Strategy as LocalStrategy } from 'passport-local'
import { describe, expect, it } from 'vitest'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, passportWith } from '../helpers/passport-app.js'
import { Sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

const ADA = 'ada@example.com'

/** One route for a password and for a code, in either order. */
async function arrayApp(order: readonly string[]) {
  const mail = await startMail()
  const emailOtp = strategyOn(mail)
  const local = new LocalStrategy((email, password, done) =>
    done(null, password === 'correct horse' && { email }),
  )
  const passport = passportWith(emailOtp, local)
  const app = express()
  app.use(express.urlencoded({ extended: false }), new Sessions().middleware)
  app.use(passport.session() as RequestHandler)
  app.post(
    '/login',
    passport.authenticate([...order], {
      successRedirect: '/',
      codeSentRedirect: '/login',
      failureRedirect: '/login',
    }),
  )
  app.get('/login', (req, res) => void res.json(emailOtp.outcome(req) ?? null))
  app.get('/', (req, res) => void res.json(req.user ?? null))
  const agent = (await browsersOf(app))()
  return {
    smtp: mail.smtp,
    submit: (fields: object) => agent.post('/login').type('form').send(fields),
    outcome: async () => (await agent.get('/login')).body,
    user: async () => (await agent.get('/')).body,
  }
}

describe.each([[['local', 'email-otp']], [['email-otp', 'local']]])(
  'the outcome of a route with the strategies %j',
  (order) => {
    it('is the one of the code, also where the other strategy rejects the request', async () => {
      const { submit, outcome, smtp, user } = await arrayApp(order)
      expect((await submit({ email: ADA })).headers.location).toBe('/login')
      expect(await outcome()).toMatchObject({ reason: 'code_sent' })
      const { code } = await smtp.next()
      expect((await submit({ code: wrongCode(code) })).headers.location).toBe('/login')
      expect(await outcome()).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
      expect(await outcome()).toBeNull()
      expect((await submit({ code })).headers.location).toBe('/')
      expect(await outcome()).toBeNull()
      expect(await user()).toEqual({ email: ADA })
    })

    it('does not stay after a sign-in with the password', async () => {
      const { submit, outcome, user } = await arrayApp(order)
      await submit({ username: ADA, password: 'correct horse' })
      expect(await user()).toEqual({ email: ADA })
      expect(await outcome()).toBeNull()
    })
  },
)
