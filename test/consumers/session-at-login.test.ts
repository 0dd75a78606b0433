import express, { type RequestHandler } from 'express'
import session from 'express-session'
import type { AuthenticateOptions } from 'passport'
import { expect, it } from 'vitest'
import { startMail, strategyOn } from '../helpers/mail.js'
import { browsersOf, errorsAsJson, passportWith } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'

/** An application that keeps a basket in its session, and shows what the session holds. */
async function shop(options: AuthenticateOptions = {}, verify?: () => Promise<false>) {
  const mail = await startMail()
  const emailOtp = strategyOn(mail, {}, verify)
  const passport = passportWith(emailOtp)
  const store = new session.MemoryStore()
  const app = express()
  app.use(express.json(), sessions(store), passport.session() as RequestHandler)
  app.post('/basket', (req, res) => {
    Object.assign(req.session, { basket: ['tea'] })
    res.end()
  })
  app.post('/login', passport.authenticate('email-otp', options), (_req, res) => void res.end())
  app.get('/session', (req, res) => {
    const { cookie: _, ...held } = req.session
    res.json({ id: req.sessionID, held, user: req.user ?? null, pending: emailOtp.pending(req) })
  })
  app.use(errorsAsJson)
  const newBrowser = await browsersOf(app)
  const agent = newBrowser()
  const seen = async () => (await agent.get('/session')).body
  const signIn = async (email: string) => {
    await agent.post('/login').send({ email })
    const before = await seen()
    const { code } = await mail.smtp.next()
    const { status } = await agent.post('/login').send({ code })
    return { before, status, after: await seen() }
  }
  const stored = () =>
    new Promise<Record<string, object>>((resolve, reject) => {
      store.all((err, all) => (err ? reject(err) : resolve(all as Record<string, object>)))
    })
  return { ...mail, agent, seen, signIn, stored }
}

it('a login starts a new session: nothing of the old one is left, on the server either', async () => {
  const { agent, signIn, stored } = await shop()
  await agent.post('/basket')
  const { before, status, after } = await signIn('ada@example.com')
  expect(status).toBe(200)
  expect(Object.keys(before.held)).toEqual(['basket', 'email-otp'])
  expect(after.id).not.toBe(before.id)
  expect(after.held).toEqual({ passport: { user: { email: 'ada@example.com' } } })
  expect(Object.keys(await stored())).toEqual([after.id])
})

it('keepSessionInfo keeps everything but the pending code', async () => {
  const { agent, signIn } = await shop({ keepSessionInfo: true })
  await agent.post('/basket')
  const { before, status, after } = await signIn('ada@example.com')
  expect(status).toBe(200)
  expect(before.pending.email).toBe('ada@example.com')
  expect(after.id).not.toBe(before.id)
  expect(after.pending).toBeUndefined()
  expect(after.held).toEqual({
    basket: ['tea'],
    passport: { user: { email: 'ada@example.com' } },
  })
})

it('SES-05: who is signed in as one person can sign in as another, and nothing of the first is left', async () => {
  const { signIn, stored } = await shop()
  const { after: first } = await signIn('ada@example.com')
  const { before, status, after: second } = await signIn('ben@example.com')
  expect(before).toMatchObject({ id: first.id, user: { email: 'ada@example.com' } })
  expect(status).toBe(200)
  expect(second.id).not.toBe(first.id)
  expect(second.user).toEqual({ email: 'ben@example.com' })
  expect(second.held).toEqual({ passport: { user: { email: 'ben@example.com' } } })
  expect(Object.keys(await stored())).toEqual([second.id])
})

it('SES-05: with keepSessionInfo too the second person is who is signed in', async () => {
  const { signIn } = await shop({ keepSessionInfo: true })
  const { after: first } = await signIn('ada@example.com')
  const { after: second } = await signIn('ben@example.com')
  expect(second.id).not.toBe(first.id)
  expect(second.held).toEqual({ passport: { user: { email: 'ben@example.com' } } })
})

it('a right code of somebody whom the application refuses changes no login, and is used up', async () => {
  const { seen, signIn } = await shop({}, async () => false)
  const { before, status, after } = await signIn('eve@example.com')
  expect(status).toBe(403)
  expect(after.id).toBe(before.id)
  expect(after).toMatchObject({ held: {}, user: null })
  expect((await seen()).pending).toBeUndefined()
})
