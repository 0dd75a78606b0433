import { createRequire } from 'node:module'
import type { RequestHandler } from 'express'
import { describe, expect, it } from 'vitest'
import { hostWith, OTHER_VERSIONS } from '../helpers/host-versions.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

const require = createRequire(import.meta.url)

describe.each([...OTHER_VERSIONS, ['express', 'passport']] as const)(
  'on %s and %s',
  (expressName, passportName) => {
    async function onePage() {
      const mail = await startMail()
      const emailOtp = strategyOn(mail)
      const { express, auth } = hostWith(expressName, passportName, emailOtp)
      const app = express()
      app.use(express.urlencoded({ extended: false }), sessions(), auth.session() as RequestHandler)
      app.get('/login', (req, res) => {
        res.json({ pending: emailOtp.pending(req), messages: req.session.messages?.splice(0) })
      })
      app.all(
        '/login',
        auth.authenticate('email-otp', {
          successRedirect: '/',
          failureRedirect: '/login',
          failureMessage: true,
        }),
      )
      app.all('/plain', auth.authenticate('email-otp'))
      app.get('/', (req, res) => void res.json({ user: req.user ?? null }))
      app.use(errorsAsJson)
      const newBrowser = await browsersOf(app)
      return { ...mail, agent: newBrowser() }
    }

    it('the versions are the ones that this is about', () => {
      const version = (name: string) => require(`${name}/package.json`).version
      expect(version(expressName)).toMatch(expressName === 'express' ? /^5\./ : /^4\./)
      expect(version(passportName)).toMatch(passportName === 'passport' ? /^0\.7\./ : /^0\.6\./)
    })

    it('a visitor gets from asking to the signed-in page', async () => {
      const { smtp, agent } = await onePage()
      const post = (fields: object) => agent.post('/login').type('form').send(fields)

      const asked = await post({ email: 'ada@example.com' })
      expect([asked.status, asked.headers.location]).toEqual([302, '/login'])
      const page = (await agent.get('/login')).body
      expect(page.pending).toMatchObject({ email: 'ada@example.com', digits: 6 })
      expect(page.messages).toHaveLength(1)

      const { code } = await smtp.next()
      expect((await post({ code: wrongCode(code) })).headers.location).toBe('/login')
      expect((await agent.get('/')).body).toEqual({ user: null })
      const entered = await post({ code })
      expect([entered.status, entered.headers.location]).toEqual([302, '/'])
      expect((await agent.get('/')).body).toEqual({ user: { email: 'ada@example.com' } })
      expect((await agent.get('/login')).body).not.toHaveProperty('pending')
    })

    it('a broken mailer is the error handler’s, a wrong method a 405', async () => {
      const { smtp, agent } = await onePage()
      smtp.rejectRecipient()
      const failed = await agent.post('/plain').type('form').send({ email: 'ada@example.com' })
      expect([failed.status, failed.body.code]).toEqual([502, 'delivery_failed'])
      const put = await agent.put('/plain').type('form').send({ email: 'ada@example.com' })
      expect([put.status, put.headers.allow]).toEqual([405, 'POST'])
    })
  },
)
