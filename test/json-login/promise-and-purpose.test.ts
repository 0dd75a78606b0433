import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import express, { type Express, type RequestHandler } from 'express'
import { type JsonLoginOptions, jsonLogin } from 'passport-email-otp'
import request from 'supertest'
import { expect, it, onTestFinished } from 'vitest'
import { Counter, gate } from '../helpers/gate.js'
import { passportWith, serve } from '../helpers/passport-app.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { sessions } from '../helpers/sessions.js'
import { faultyStore } from '../helpers/watch-store.js'
import { SECOND_FACTOR } from '../second-factor/two-factor-app.js'
import { ADA, jsonApp } from './json-app.js'

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
  const login = jsonLogin(plainCalls().emailOtp, { session: false })
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

it('settles once an error was handed on, and rejects with it where there is no next', async () => {
  const store = faultyStore(() => ({ open: () => Promise.reject(new Error('down')) }))
  const login = jsonLogin(plainCalls({ store }).emailOtp, { session: false })
  const req = { method: 'POST', headers: {}, body: { email: ADA }, session: {} }
  const res = {} as ServerResponse
  const handed: unknown[] = []
  await login(req as unknown as IncomingMessage, res, (err) => handed.push(err))
  expect(handed).toMatchObject([{ code: 'store_failed' }])
  await expect(login(req as unknown as IncomingMessage, res)).rejects.toMatchObject({
    code: 'store_failed',
  })
})

it('answers on a server without a framework, and calls allowEmail only after that', async () => {
  const looked = gate<boolean | undefined>()
  const { emailOtp } = plainCalls({
    allowEmail: (_email, { res }) => looked.open(res?.writableFinished),
  })
  const login = jsonLogin(emailOtp, { session: false })
  const server = createServer((req, res) => {
    Object.assign(req, { body: { email: ADA }, session: {} })
    void login(req, res)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  const asked = await request(server).post('/').send('')
  expect([asked.status, asked.body.reason]).toEqual([202, 'code_sent'])
  expect(await looked.opened).toBe(true)
})

const IDENTITY = { id: '7', email: ADA }

/** An application in which Ada is signed in, and confirms a payment. */
function paymentApp() {
  return jsonApp({
    uses: (app: Express) => {
      app.use(express.json(), sessions(), passportWith().session() as RequestHandler)
      app.use('/test/sign-in', (req, res, next) => {
        req.logIn(IDENTITY, (err) => (err ? next(err) : res.json({})))
      })
    },
    login: { purpose: 'pay' },
    strategy: {
      purposes: { pay: 'pay', close: 'close the account' },
      ...SECOND_FACTOR,
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

it('logs in for a purpose where the application says so, and accepts what is pending for it only', async () => {
  const { app, emailOtp, browser, mails } = await jsonApp({
    login: { purpose: 'join', session: true },
    strategy: { purposes: { join: 'join' } },
  })
  app.all('/other', jsonLogin(emailOtp))
  const ada = browser()
  await ada.post({ email: ADA })
  expect((await ada.get()).body.pending).toMatchObject({ email: ADA })
  expect((await ada.agent.get('/other')).body).toEqual({ pending: null })
  const code = mails[0]?.code
  expect((await ada.agent.post('/other').send({ code })).body.reason).toBe('no_pending_code')
  expect((await ada.post({ code })).body.reason).toBe('accepted')
  expect(await ada.user()).toEqual({ email: ADA })
})

it('hands a purpose that the strategy does not declare to the error handler', async () => {
  const { browser } = await jsonApp({ login: { purpose: 'play', session: true } })
  expect((await browser().post({ email: ADA })).status).toBe(500)
  expect((await browser().get()).status).toBe(500)
})

it('rejects a purpose that is not a string', () => {
  for (const purpose of ['', 7, null]) {
    const options = { purpose } as unknown as JsonLoginOptions
    expect(() => jsonLogin(plainCalls().emailOtp, options)).toThrow('"purpose"')
  }
})
