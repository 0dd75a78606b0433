import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import express, { type Express } from 'express'
import { type JsonLoginOptions, jsonLogin, Strategy } from 'passport-email-otp'
import request from 'supertest'
import { expect, it, onTestFinished } from 'vitest'
import { Counter, gate } from '../helpers/gate.js'
import { SECRET } from '../helpers/mail.js'
import { serve } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { faultyStore } from '../helpers/watch-store.js'
import { ADA, jsonApp, passportSession } from './json-app.js'

it('returns a promise that settles once the response was sent, also where the session delays it', async () => {
  const app = express()
  app.use(express.json(), sessions())
  // The session middleware ends a response later than the handler.
  const saved = gate()
  const held = new Counter()
  app.use((_req, res, next) => {
    const end = res.end.bind(res) as () => typeof res
    res.end = ((...args: []) => {
      held.add()
      void saved.opened.then(() => end(...args))
      return res
    }) as typeof res.end
    next()
  })
  const strategy = new Strategy({ secret: SECRET, sendCode: () => {} }, async (email) => ({
    email,
  }))
  const login = jsonLogin(strategy, { session: false })
  const settled: string[] = []
  const done = new Counter()
  app.all('/', (req, res) => {
    void login(req, res).then(() => {
      settled.push(`sent: ${res.writableFinished}`)
      done.add()
    })
  })
  const server = await serve(app)
  const answered = request(server)
    .post('/')
    .send({ email: ADA })
    .then((response) => response)
  await held.reached(1)
  expect(settled).toEqual([])
  saved.open()
  expect((await answered).status).toBe(202)
  await done.reached(1)
  expect(settled).toEqual(['sent: true'])
})

const failingStore = () =>
  faultyStore(() => ({
    open: () => {
      throw new Error('down')
    },
  }))

it('settles once an error was handed on, and rejects with it where there is no next', async () => {
  const failing = new Strategy(
    { secret: SECRET, sendCode: () => {}, store: failingStore() },
    async (email) => ({ email }),
  )
  const login = jsonLogin(failing, { session: false })
  const req = { method: 'POST', headers: {}, body: { email: ADA }, session: {} }
  const res = {} as ServerResponse
  const handed: unknown[] = []
  await login(req as unknown as IncomingMessage, res, (err) => handed.push(err))
  expect(handed).toMatchObject([{ code: 'store_failed' }])
  await expect(login(req as unknown as IncomingMessage, res)).rejects.toMatchObject({
    code: 'store_failed',
  })
})

it('answers on a server without a framework', async () => {
  const strategy = new Strategy({ secret: SECRET, sendCode: () => {} }, async (email) => ({
    email,
  }))
  const login = jsonLogin(strategy, { session: false })
  const server = createServer((req, res) => {
    Object.assign(req, { body: { email: ADA }, session: {} })
    void login(req, res)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  const asked = await request(server).post('/').send('')
  expect([asked.status, asked.body.reason]).toEqual([202, 'code_sent'])
})

const IDENTITY = { id: '7', email: ADA }

/** An application in which Ada is signed in, and confirms a payment. */
function paymentApp() {
  const user = (req: { user?: unknown }) => req.user as typeof IDENTITY | undefined
  return jsonApp({
    uses: (app: Express) => {
      app.use(express.json(), sessions(), passportSession())
      app.use('/test/sign-in', (req, res, next) => {
        req.logIn(IDENTITY, (err) => (err ? next(err) : res.json({})))
      })
    },
    login: { purpose: 'pay' },
    strategy: {
      purposes: { pay: 'pay', close: 'close the account' },
      emailFromRequest: (req) => user(req)?.email,
      subjectFromRequest: (req) => user(req)?.id,
    },
    verify: async () => IDENTITY,
  })
}

it('confirms for a purpose, and leaves a fresh proof for the user who is signed in', async () => {
  const { app, browser, mails, emailOtp } = await paymentApp()
  for (const purpose of ['pay', 'close']) {
    app.get(`/${purpose}`, emailOtp.requireOtp({ purpose }), (_req, res) => void res.json({}))
  }
  const ada = browser()
  await ada.agent.get('/test/sign-in')
  expect((await ada.agent.get('/pay')).status).toBe(401)
  expect((await ada.post({})).body).toMatchObject({ reason: 'code_sent' })
  expect(mails[0]).toMatchObject({ purpose: 'pay' })
  expect((await ada.get()).body.pending).toMatchObject({ digits: 6 })
  const right = await ada.post({ code: mails[0]?.code })
  expect([right.status, right.body.reason]).toEqual([200, 'accepted'])
  // A login would have renewed the session, and no proof outlives that.
  expect((await ada.agent.get('/pay')).status).toBe(200)
  expect((await ada.agent.get('/close')).status).toBe(401)
  expect(await ada.user()).toEqual(IDENTITY)
})

it('logs in for a purpose where the application says so', async () => {
  const { browser, mails } = await jsonApp({
    login: { purpose: 'join', session: true },
    strategy: { purposes: { join: 'join' } },
  })
  const ada = browser()
  await ada.post({ email: ADA })
  expect((await ada.post({ code: mails[0]?.code })).body.reason).toBe('accepted')
  expect(await ada.user()).toEqual({ email: ADA })
})

it('shows and accepts what is pending for its purpose only', async () => {
  const { app, emailOtp, browser, mails } = await jsonApp({
    login: { purpose: 'join', session: true },
    strategy: { purposes: { join: 'join' } },
  })
  app.all('/other', jsonLogin(emailOtp))
  const ada = browser()
  await ada.post({ email: ADA })
  expect((await ada.get()).body.pending).toMatchObject({ email: ADA })
  const code = mails[0]?.code
  expect((await ada.agent.post('/other').send({ code })).body.reason).toBe('no_pending_code')
  expect((await ada.post({ code })).body.reason).toBe('accepted')
})

it('hands a purpose that the strategy does not declare to the error handler', async () => {
  const { browser } = await jsonApp({ login: { purpose: 'play', session: true } })
  expect((await browser().post({ email: ADA })).status).toBe(500)
  expect((await browser().get()).status).toBe(500)
})

it('rejects a purpose that is not a string', () => {
  const strategy = new Strategy({ secret: SECRET, sendCode: () => {} }, async (email) => ({
    email,
  }))
  for (const purpose of ['', 7, null]) {
    const options = { purpose } as unknown as JsonLoginOptions
    expect(() => jsonLogin(strategy, options)).toThrow('"purpose"')
  }
})
