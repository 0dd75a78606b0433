import express, { type RequestHandler } from 'express'
import passport from 'passport'
import { type JsonLoginOptions, jsonLogin, type Strategy } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { plainCalls } from '../helpers/plain-calls.js'
import { expectRejected } from '../helpers/rejects-option.js'
import { sessions } from '../helpers/sessions.js'
import { ADA, jsonApp } from './json-app.js'

const make = (first: unknown, options?: unknown) => () =>
  jsonLogin(first as Strategy, options as JsonLoginOptions)

it.each([[undefined], [null], ['email-otp'], [{}], [{ authenticate: () => {} }]])(
  'rejects %o as the first argument, which must be the strategy',
  (first) => {
    expect(make(first)).toThrow(TypeError)
  },
)

it.each([
  [{ step: 'ask' }, 'step'],
  [{ respond: {} }, 'respond'],
  [{ session: 'no' }, 'session'],
  [{ repsond: () => ({}) }, 'respond'],
])('rejects a wrong option when the route is created: %o', (options, option) => {
  expectRejected(make(plainCalls().emailOtp, options), option)
})

it('rejects options that are not an object', () => {
  expect(make(plainCalls().emailOtp, null)).toThrow(TypeError)
})

it('answers with an error that names the missing Passport, before it sends a mail', async () => {
  const { browser, calls, mails } = await jsonApp({
    uses: (app) => app.use(express.json(), sessions()),
  })
  const ada = browser()
  expect((await ada.get()).body).toEqual({ pending: null })
  const { status, body } = await ada.post({ email: ADA })
  expect(status).toBe(500)
  expect(body.message).toContain('req.logIn')
  expect([calls, mails]).toEqual([[], []])
})

it('answers with an error that names a missing session or body parser', async () => {
  const bare = await jsonApp({ login: { session: false }, uses: (app) => app.use(express.json()) })
  const asked = await bare.browser().post({ email: ADA })
  expect([asked.status, asked.body.error]).toEqual([500, 'session_required'])
  const parserless = await jsonApp({ login: { session: false }, uses: () => {} })
  const sent = await parserless.browser().post({ email: ADA })
  expect([sent.status, sent.body.error]).toEqual([500, 'body_required'])
})

it('passes an error of Passport at the login to the error handler, and does not report success', async () => {
  const auth = new passport.Passport()
  auth.serializeUser((_user, done) => done(new Error('cannot serialize')))
  const { browser, mails } = await jsonApp({
    login: { respond: (user) => ({ user }) },
    uses: (app) => app.use(express.json(), sessions(), auth.session() as RequestHandler),
  })
  const ada = browser()
  await ada.post({ email: ADA })
  const { status, body } = await ada.post({ code: mails[0]?.code })
  expect([status, body.message]).toEqual([500, 'cannot serialize'])
  expect(body).not.toHaveProperty('user')
})

it.each<[string, JsonLoginOptions['respond'], string]>([
  [
    'throws',
    () => {
      throw new Error('no bearer today')
    },
    'no bearer today',
  ],
  ['rejects', () => Promise.reject(new Error('no bearer today')), 'no bearer today'],
  ['returns a text', () => 'a bearer' as never, 'respond must return an object'],
  ['returns an array', () => ['a bearer'], 'respond must return an object'],
  ['returns a value that JSON cannot hold', () => ({ id: 10n }), 'BigInt'],
])(
  'passes the error of a respond function that %s to the error handler, and uses up the code',
  async (_, respond, message) => {
    const { browser, mails } = await jsonApp({ login: { respond } })
    const ada = browser()
    await ada.post({ email: ADA })
    const code = mails[0]?.code
    const { status, body } = await ada.post({ code })
    expect([status, body.message]).toEqual([500, expect.stringContaining(message)])
    expect((await ada.post({ code })).body.reason).toBe('no_pending_code')
  },
)

it('keeps the process alive if other middleware has already ended the response', async () => {
  const { browser, mails } = await jsonApp({
    before: (req, res, next) => {
      if (req.body?.late) res.status(503).json({ late: true })
      next()
    },
  })
  const ada = browser()
  const asked = await ada.post({ email: ADA, late: true })
  expect([asked.status, asked.body]).toEqual([503, { late: true }])
  expect(mails).toHaveLength(1)
  // The next user is served as usual.
  expect((await browser().post({ email: 'eve@example.com' })).status).toBe(202)
})
