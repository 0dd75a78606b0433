import type { RequestHandler } from 'express'
import { describe, expect, it } from 'vitest'
import { hostWith, OTHER_VERSIONS } from '../helpers/host-versions.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { ADA, PURPOSES, userOf } from './confirming-app.js'

describe.each(OTHER_VERSIONS)('on %s and %s', (expressName, passportName) => {
  it('it is the same', async () => {
    const mail = await startMail()
    const emailOtp = strategyOn(
      mail,
      {
        emailFromRequest: (req) => userOf(req)?.email,
        subjectFromRequest: (req) => userOf(req)?.id,
        purposes: PURPOSES,
      },
      async (id) => ({ id }),
    )
    const { express, auth } = hostWith(expressName, passportName, emailOtp)
    const app = express()
    app.use(express.json(), sessions(), auth.session() as RequestHandler)
    app.post('/login', (req, res, next) => {
      req.logIn(ADA, { session: true, keepSessionInfo: true }, (err) =>
        err ? next(err) : res.json({}),
      )
    })
    app.post('/confirm', auth.authorize('email-otp', { purpose: 'pay' }), (req, res) => {
      res.redirect(req.session.returnTo ?? '/')
    })
    const guarded = express.Router()
    guarded.use(emailOtp.requireOtp({ purpose: 'pay', redirectTo: '/confirm' }))
    guarded.get('/pay/:bill', (req, res) => void res.json({ bill: req.params.bill }))
    app.use('/bills', guarded)

    const agent = (await browsersOf(app))()
    const visit = () => agent.get('/bills/pay/7?now=1').accept('text/html')
    await agent.post('/login')
    const refused = await visit()
    expect([refused.status, refused.headers.location]).toEqual([303, '/confirm'])
    expect((await agent.post('/confirm')).status).toBe(202)
    const { code } = await mail.smtp.next()
    const entered = await agent.post('/confirm').send({ code })
    expect([entered.status, entered.headers.location]).toEqual([302, '/bills/pay/7?now=1'])
    expect((await visit()).body).toEqual({ bill: '7' })
    await agent.post('/login')
    expect((await visit()).status).toBe(303)
  })
})
