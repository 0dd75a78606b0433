import { createRequire } from 'node:module'
import type { RequestHandler } from 'express'
import { expect, it } from 'vitest'
import { hostWith } from '../helpers/host-versions.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'

// Passport 0.4 adds its methods to the requests of the whole process, for other versions too. The files of the project
// `unit` share their processes, so this file belongs to `system`.

const require = createRequire(import.meta.url)

it('the installed version is the oldest one that package.json allows', () => {
  const { peerDependencies } = require('../../package.json')
  const [, oldest] = />=([\d.]+) <1$/.exec(peerDependencies.passport) ?? []
  expect(require('passport-0.4/package.json').version).toBe(oldest)
})

it.each(['express-4', 'express'])('a visitor signs in on %s and passport 0.4', async (name) => {
  const mail = await startMail()
  const { express, auth } = hostWith(name, 'passport-0.4', strategyOn(mail))
  const app = express()
  app.use(express.urlencoded({ extended: false }), sessions())
  app.use(auth.initialize() as RequestHandler, auth.session() as RequestHandler)
  app.post(
    '/login',
    auth.authenticate('email-otp', { successRedirect: '/', failureRedirect: '/login' }),
  )
  app.get('/', (req, res) => void res.json({ user: req.user ?? null }))
  app.use(errorsAsJson)

  const agent = (await browsersOf(app))()
  const post = async (fields: object) => {
    const { status, headers } = await agent.post('/login').type('form').send(fields)
    return [status, headers.location]
  }
  expect(await post({ email: 'ada@example.com' })).toEqual([302, '/login'])
  const { code } = await mail.smtp.next()
  expect(await post({ code: wrongCode(code) })).toEqual([302, '/login'])
  expect((await agent.get('/')).body).toEqual({ user: null })
  expect(await post({ code })).toEqual([302, '/'])
  expect((await agent.get('/')).body).toEqual({ user: { email: 'ada@example.com' } })
})
