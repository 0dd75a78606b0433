import express, { type RequestHandler } from 'express'
import { Strategy as LocalStrategy } from 'passport-local'
import { describe, expect, it } from 'vitest'
import { SECOND, stopClock } from '../helpers/clock.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, passportWith } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

describe.each([[['email-otp', 'local']], [['local', 'email-otp']]])(
  'one form for passwords and codes, as %j',
  (names) => {
    async function bothApp() {
      const mail = await startMail()
      const local = new LocalStrategy((username, password, done) => {
        if (password === 'correct horse') done(null, { name: username })
        else done(null, false)
      })
      const passport = passportWith(strategyOn(mail), local)
      const app = express()
      app.use(express.json(), sessions(), passport.session() as RequestHandler)
      app.post('/login', passport.authenticate(names), (req, res) => {
        res.json({ user: req.user })
      })
      app.post('/login.json', (req, res, next) => {
        passport.authenticate(names, (_err: unknown, _user: unknown, infos: object[]) => {
          res.json(infos[names.indexOf('email-otp')])
        })(req, res, next)
      })
      app.get('/', (req, res) => void res.json({ user: req.user ?? null }))
      const newBrowser = await browsersOf(app)
      return { ...mail, newBrowser }
    }

    it('a password signs in, and mails nothing, even while a code is pending', async () => {
      const clock = stopClock()
      const { smtp, newBrowser } = await bothApp()
      const agent = newBrowser()
      await agent.post('/login').send({ email: 'ada@example.com' })
      clock.pass(60 * SECOND)
      const wrong = await agent.post('/login').send({ username: 'ada', password: 'tr0ub4dor' })
      expect(wrong.status).toBeGreaterThanOrEqual(400)
      const right = await agent.post('/login').send({ username: 'ada', password: 'correct horse' })
      expect([right.status, right.body.user]).toEqual([200, { name: 'ada' }])
      expect((await agent.get('/')).body.user).toEqual({ name: 'ada' })
      expect(smtp.mails).toHaveLength(1)
    })

    it('a code signs in', async () => {
      const { smtp, newBrowser } = await bothApp()
      const agent = newBrowser()
      await agent.post('/login').send({ email: 'ada@example.com' })
      expect((await agent.get('/')).body.user).toBeNull()
      const { code } = await smtp.next()
      const { status, body } = await agent.post('/login').send({ code })
      expect([status, body.user]).toEqual([200, { email: 'ada@example.com' }])
      expect((await agent.get('/')).body.user).toEqual({ email: 'ada@example.com' })
    })

    it('asking mails once and counts once, a wrong code counts once', async () => {
      const { smtp, events, newBrowser } = await bothApp()
      const agent = newBrowser()
      const asked = await agent.post('/login.json').send({ email: 'ada@example.com' })
      expect(asked.body.reason).toBe('code_sent')
      const { code } = await smtp.next()
      const wrong = await agent.post('/login.json').send({ code: wrongCode(code) })
      expect(wrong.body).toMatchObject({ reason: 'invalid_code', attemptsLeft: 4 })
      expect(smtp.mails).toHaveLength(1)
      expect(events.map(({ type }) => type)).toEqual(['issued', 'sent', 'rejected'])

      for (let n = 2; n <= 5; n++) {
        const { body } = await newBrowser().post('/login.json').send({ email: 'ada@example.com' })
        expect(body.reason).toBe('code_sent')
      }
      const sixth = await newBrowser().post('/login.json').send({ email: 'ada@example.com' })
      expect(sixth.body.reason).toBe('rate_limited')
      expect(smtp.mails).toHaveLength(5)
    })
  },
)
