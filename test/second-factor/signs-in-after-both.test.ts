import type { RequestHandler } from 'express'
import { Strategy as LocalStrategy } from 'passport-local'
import { describe, expect, it } from 'vitest'
import { hostWith, OTHER_VERSIONS } from '../helpers/host-versions.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf } from '../helpers/passport-app.js'
import { cookiesOf, sessions } from '../helpers/sessions.js'
import { PRIVATE, reasonsIn, SECOND_FACTOR, twoFactorApp, type User } from './two-factor-app.js'

const ADA = { id: '17', email: 'ada@example.com' }

describe('a password, then a code', () => {
  it('sign in together, and the verify function gets the user’s id', async () => {
    const { smtp, asked, newBrowser } = await twoFactorApp({ ada: ADA })
    const { password, enter, whoAmI, tryAll } = newBrowser()
    const sent = await password('ada')
    expect([sent.status, sent.headers.location]).toEqual([303, '/login/code'])
    const { code, envelope } = await smtp.next()
    expect(envelope.to).toEqual(['ada@example.com'])
    expect(asked).toEqual([])
    expect((await enter(code)).body.id).toBe('17')
    expect(asked).toEqual(['17'])
    expect(await whoAmI()).toBe('17')
    expect(await tryAll()).toEqual(PRIVATE.map(() => 200))
  })

  it('reach nothing alone: not the password', async () => {
    const { newBrowser } = await twoFactorApp({ ada: ADA })
    const { agent, password, tryAll } = newBrowser()
    const sent = await password('ada')
    expect(await tryAll()).toEqual(PRIVATE.map(() => 401))
    for (const body of [{}, { code: '' }, { code: '000000' }, { username: 'ada' }, ADA]) {
      expect((await agent.post('/login/code').send(body)).status).toBeGreaterThanOrEqual(400)
      expect(await tryAll()).toEqual(PRIVATE.map(() => 401))
    }
    // Nor does the session that the password made, wherever its cookie is taken.
    const elsewhere = newBrowser()
    const cookie = cookiesOf(sent)
    expect(cookie).not.toBe('')
    const taken = PRIVATE.map(async ([verb, path]) => {
      return (await elsewhere.agent[verb](path).set('Cookie', cookie)).status
    })
    expect(await Promise.all(taken)).toEqual(PRIVATE.map(() => 401))
  })

  it('reach nothing alone: not the code in a browser that gave no password', async () => {
    const { smtp, events, newBrowser } = await twoFactorApp({ ada: ADA })
    await newBrowser().password('ada')
    const { code } = await smtp.next()
    const other = newBrowser()
    expect((await other.enter(code)).status).toBe(403)
    expect(reasonsIn(events)).toEqual(['no_pending_code'])
    expect(await other.tryAll()).toEqual(PRIVATE.map(() => 401))
  })

  it('mail nothing after a wrong password', async () => {
    const { events, newBrowser } = await twoFactorApp({ ada: ADA })
    const { password, whoAmI } = newBrowser()
    expect((await password('ada', 'tr0ub4dor')).status).toBe(401)
    expect((await password('eve')).status).toBe(401)
    expect([events, await whoAmI()]).toEqual([[], 401])
  })

  it('leave nothing to a user who was deleted between them', async () => {
    const { smtp, users, asked, events, newBrowser } = await twoFactorApp({ ada: ADA })
    const { password, enter, tryAll } = newBrowser()
    await password('ada')
    users.delete('ada')
    const { code } = await smtp.next()
    expect((await enter(code)).status).toBe(403)
    expect([asked, reasonsIn(events)]).toEqual([['17'], ['not_allowed']])
    // Should the account come back, the code stays used.
    users.set('ada', ADA)
    expect((await enter(code)).status).toBe(403)
    expect(await tryAll()).toEqual(PRIVATE.map(() => 401))
  })

  it('say which mailbox it was, for users who changed theirs meanwhile', async () => {
    const ada: User = { ...ADA }
    const { smtp, newBrowser } = await twoFactorApp({ ada })
    const { password, enter } = newBrowser()
    await password('ada')
    const { code } = await smtp.next()
    ada.email = 'ada@new.example'
    const proof = { email: 'ada@example.com', subject: '17', purpose: 'login', remembered: null }
    expect((await enter(code)).body).toMatchObject({ id: '17', proven: proof })
  })
})

describe.each(OTHER_VERSIONS)('on %s and %s', (expressName, passportName) => {
  it('it is the same', async () => {
    const mail = await startMail()
    const secondFactor = strategyOn(mail, SECOND_FACTOR, async (id) => ({ id }))
    const local = new LocalStrategy((_name, _password, done) => done(null, ADA))
    const { express, auth } = hostWith(expressName, passportName, secondFactor, local)
    const app = express()
    app.use(express.json(), sessions(), auth.session() as RequestHandler)
    app.post(
      '/login',
      auth.authenticate('local', { session: false }),
      auth.authenticate('email-otp', { step: 'request', codeSentRedirect: '/login/code' }),
    )
    app.post('/login/code', auth.authenticate('email-otp', { step: 'verify' }), (_req, res) => {
      res.json({})
    })
    app.get('/', (req, res) => void res.json({ user: req.user ?? null }))
    const agent = (await browsersOf(app))()
    const sent = await agent.post('/login').send({ username: 'ada', password: 'x' })
    expect([sent.status, sent.headers.location]).toEqual([303, '/login/code'])
    expect((await agent.get('/')).body).toEqual({ user: null })
    const { code } = await mail.smtp.next()
    expect((await agent.post('/login/code').send({ code })).status).toBe(200)
    expect((await agent.get('/')).body).toEqual({ user: { id: '17' } })
  })
})
