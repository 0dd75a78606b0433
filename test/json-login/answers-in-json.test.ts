import { expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { MINUTE, stopClock } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { cookiesOf } from '../helpers/sessions.js'
import { faultyStore } from '../helpers/watch-store.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { ADA, jsonApp } from './json-app.js'

it('signs a user in through Passport, which renews the session', async () => {
  const { browser, mails } = await jsonApp({ login: { respond: (user) => ({ user }) } })
  const ada = browser()
  const asked = await ada.post({ email: ADA })
  expect(asked.status).toBe(202)
  expect(asked.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  expect(asked.body).toMatchObject({ reason: 'code_sent', next: 'enter_code' })
  expect(await ada.user()).toBeNull()

  const right = await ada.post({ code: mails[0]?.code })
  expect(right.status).toBe(200)
  expect(right.headers).toMatchObject({ 'cache-control': 'no-store' })
  expect(right.body).toMatchObject({ user: { email: ADA }, reason: 'accepted', next: 'done' })
  expect(await ada.user()).toEqual({ email: ADA })
  const [before, after] = [asked, right].map(
    (answer) => /connect\.sid=[^;]+/.exec(cookiesOf(answer))?.[0],
  )
  expect([typeof before, typeof after]).toEqual(['string', 'string'])
  expect(after).not.toBe(before)
})

it('tells of the user what `respond` returns, nothing else, and no other outcome', async () => {
  const respond = async (user: Express.User, req: { user?: unknown; path: string }) => {
    const { id, email } = user as { id: number; email: string }
    const lies = { reason: 'code_sent', next: 'wait', message: 'x', email: 'eve@example.com' }
    return { ...lies, user: { id, email }, isOfRequest: req.user === user, path: req.path }
  }
  const verify = async (email: string) => ({ id: 7, email, passwordHash: 'a secret' })
  const { browser, mails } = await jsonApp({ verify, login: { respond } })
  const ada = browser()
  await ada.post({ email: ADA })
  const { body } = await ada.post({ code: mails[0]?.code })
  expect(body).toEqual({
    ...{ reason: 'accepted', message: en.reasons.accepted, next: 'done', email: ADA },
    ...{ user: { id: 7, email: ADA }, isOfRequest: true, path: '/api/sign-in' },
  })
})

it('tells of a user whose class writes its own JSON what that holds', async () => {
  class User {
    readonly id = 7
    readonly passwordHash = 'a secret'
    toJSON() {
      return { id: this.id }
    }
  }
  const verify = async () => new User()
  const { browser, mails } = await jsonApp({ verify, login: { respond: (user) => user } })
  const ada = browser()
  await ada.post({ email: ADA })
  const { body } = await ada.post({ code: mails[0]?.code })
  expect(body).toMatchObject({ id: 7, reason: 'accepted' })
  expect(body).not.toHaveProperty('passwordHash')
})

it('answers each outcome with its status, reason and next step', async () => {
  const clock = stopClock()
  const { browser, mails } = await jsonApp({ verify: async () => false })
  const eve = browser()
  const outcome = async (body: object) => {
    const { status, body: info } = await eve.post(body)
    return [status, info.reason, info.next]
  }
  expect(await outcome({})).toEqual([400, 'invalid_email', 'request_code'])
  expect(await outcome({ email: 'nobody' })).toEqual([400, 'invalid_email', 'request_code'])
  expect(await outcome({ code: '123456' })).toEqual([403, 'no_pending_code', 'request_code'])
  expect(await outcome({ email: ADA })).toEqual([202, 'code_sent', 'enter_code'])
  const code = mails[0]?.code as string
  expect(await outcome({ code: '' })).toEqual([400, 'missing_code', 'enter_code'])
  expect(await outcome({ code: 'x' })).toEqual([400, 'malformed_code', 'enter_code'])
  expect(await outcome({ code: wrongCode(code) })).toEqual([401, 'invalid_code', 'enter_code'])
  expect(await outcome({ code })).toEqual([403, 'not_allowed', 'request_code'])
  expect(await eve.user()).toBeNull()

  await outcome({ email: ADA })
  clock.pass(10 * MINUTE)
  expect(await outcome({ code: mails[1]?.code })).toEqual([401, 'expired_code', 'request_code'])
  for (let n = 0; n < 4; n++) await browser().post({ email: ADA })
  const limited = await browser().post({ email: ADA })
  expect([limited.status, limited.body.next]).toEqual([429, 'wait'])
  expect(limited.headers['retry-after']).toBe(String(limited.body.retryAfterSeconds))
})

it('answers GET with the pending state, so that a page can be drawn after a reload', async () => {
  const { browser, mails } = await jsonApp()
  const ada = browser()
  expect((await ada.get()).body).toEqual({ pending: null })
  await ada.post({ email: ADA })
  const reloaded = await ada.get()
  expect([reloaded.status, reloaded.headers['cache-control']]).toEqual([200, 'no-store'])
  expect(reloaded.body.pending).toMatchObject({ email: ADA, digits: 6 })
  expect(reloaded.body.pending).not.toHaveProperty('ended')
  expect((await browser().get()).body).toEqual({ pending: null })
  const head = await ada.agent.head('/api/sign-in')
  expect([head.status, head.text ?? '']).toEqual([200, ''])
  await ada.post({ code: mails[0]?.code })
  expect((await ada.get()).body).toEqual({ pending: null })
})

it('rejects other methods, and lists the allowed ones', async () => {
  const { browser, calls } = await jsonApp()
  const { agent } = browser()
  for (const test of [agent.put('/api/sign-in'), agent.delete('/api/sign-in')]) {
    const { status, headers, body } = await test.send({ email: ADA })
    expect([status, body.reason]).toEqual([405, 'method_not_allowed'])
    expect(headers.allow).toBe('GET, HEAD, POST')
  }
  expect(calls).toEqual([])
})

it('ignores a code on a route that is pinned to the request step', async () => {
  const { browser, mails } = await jsonApp({ login: { step: 'request' } })
  const ada = browser()
  await ada.post({ email: ADA })
  // This route ignores codes, and "send again" needs no address.
  expect((await ada.post({ code: mails[0]?.code })).body.reason).toBe('code_sent')
})

it('proves the address without a login with `session: false`', async () => {
  const login = { session: false, respond: (user: Express.User) => ({ user }) }
  const { browser, mails } = await jsonApp({ login })
  const ada = browser()
  await ada.post({ email: ADA })
  expect((await ada.post({ code: mails[0]?.code })).body.user).toEqual({ email: ADA })
  expect(await ada.user()).toBeNull()
})

it('answers each of two users who sign in at the same time', async () => {
  const held = gate()
  const verify = async (email: string) => {
    if (email === ADA) await held.opened
    else held.open()
    return { email }
  }
  const { browser, mails } = await jsonApp({ verify, login: { respond: (user) => ({ user }) } })
  const [ada, eve] = [browser(), browser()]
  await ada.post({ email: ADA })
  await eve.post({ email: 'eve@example.com' })
  const answers = await Promise.all([
    ada.post({ code: mails[0]?.code }),
    eve.post({ code: mails[1]?.code }),
  ])
  expect(answers.map(({ body }) => body.user.email)).toEqual([ADA, 'eve@example.com'])
  expect([await ada.user(), await eve.user()]).toEqual([
    { email: ADA },
    { email: 'eve@example.com' },
  ])
})

it('passes an operational failure to the application’s error handler', async () => {
  const store = faultyStore(() => ({ open: () => Promise.reject(new Error('no store')) }))
  const { browser } = await jsonApp({ strategy: { store } })
  const { status, body } = await browser().post({ email: ADA })
  expect([status, body.error]).toEqual([503, 'store_failed'])
})
