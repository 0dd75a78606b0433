import express from 'express'
import type { Strategy } from 'passport-email-otp'
import { expect, it, onTestFinished } from 'vitest'
import { serveStrategies } from '../helpers/passport-app.js'
import { ADA, clientOf, createWorld, EVE } from '../helpers/world.js'

it('TYP-01: only own properties of a body are read', async () => {
  const { client, calls, smtp } = await createWorld()
  const bodies = [
    `{"__proto__":{"email":"${ADA}"}}`,
    `{"constructor":{"prototype":{"email":"${ADA}"}}}`,
    `{"__proto__":{"email":"${ADA}","code":"123456"}}`,
    `{"prototype":{"email":"${ADA}"}}`,
    '{"email":{"__proto__":{"toString":"x"}}}',
    `[{"email":"${ADA}"}]`,
    '{"hasOwnProperty":1}',
    '{"email":{"hasOwnProperty":true}}',
  ]
  for (const body of bodies) {
    const agent = client().agent
    for (const type of ['application/json', 'application/json; charset=utf-8']) {
      const refused = await agent.post('/login').set('Content-Type', type).send(body)
      expect(refused.status, body).toBe(400)
      expect(refused.body.reason, body).toBe('invalid_email')
    }
  }
  for (const form of [
    `__proto__[email]=${ADA}`,
    `constructor[prototype][email]=${ADA}`,
    `email[]=${ADA}`,
    `email[0]=${ADA}`,
    `email[toString]=${ADA}`,
    `email[__proto__]=${ADA}`,
    `hasOwnProperty=1`,
  ]) {
    const refused = await client().agent.post('/login').type('form').send(form)
    expect(refused.status, form).toBe(400)
    expect(refused.body.reason, form).toBe('invalid_email')
  }
  expect(calls).toEqual([])
  expect(smtp.mails).toEqual([])
  expect(({} as Record<string, unknown>).email).toBeUndefined()
})

/** What the strategy answers outside of Express, where each part of a request is under control. */
function outcomeOf(emailOtp: Strategy, req: object): Promise<{ reason?: string; code?: string }> {
  return new Promise((resolve) => {
    const acting = Object.assign(Object.create(emailOtp), {
      success: () => resolve({ reason: 'SIGNED IN' }),
      fail: resolve,
      error: resolve,
    })
    acting.authenticate({ method: 'POST', headers: {}, ...req }, {})
  })
}

it('TYP-01: a polluted Object.prototype gives no body a field and no session a challenge', async () => {
  const { emailOtp, smtp, calls } = await createWorld()
  const session: Record<string, unknown> = {}
  await emailOtp.requestCode({ headers: {}, session }, ADA)
  const { code } = await smtp.next()
  const pollution = { email: EVE, code, 'email-otp': session['email-otp'] }
  onTestFinished(() => {
    for (const key of Object.keys(pollution)) Reflect.deleteProperty(Object.prototype, key)
  })
  for (const [key, value] of Object.entries(pollution)) {
    Object.defineProperty(Object.prototype, key, { configurable: true, writable: true, value })
  }
  const clean = { regenerate: () => {} }
  expect((await outcomeOf(emailOtp, { body: {}, session: clean })).reason).toBe('invalid_email')
  const typed = Object.assign(Object.create(null), { code })
  expect((await outcomeOf(emailOtp, { body: typed, session: clean })).reason).toBe(
    'no_pending_code',
  )
  expect(emailOtp.pending({ headers: {}, session: {} })).toBeUndefined()
  expect(calls).toHaveLength(1)
})

it('TYP-01: bodies of no common kind are empty bodies', async () => {
  const { emailOtp, calls } = await createWorld()
  const session = { regenerate: () => {} }
  const bodies = [
    ...[undefined, null, '', `{"email":"${ADA}"}`, `email=${ADA}`, 0, 1, true, Symbol('x')],
    ...[Buffer.from(`{"email":"${ADA}"}`), new Map([['email', ADA]]), [['email', ADA]], () => ADA],
    ...[Object.create({ email: ADA, code: '123456' }), new Date(), 10n, new Set([ADA])],
  ]
  for (const body of bodies) {
    expect(await outcomeOf(emailOtp, { body, session })).toMatchObject({ reason: 'invalid_email' })
  }
  expect(calls).toEqual([])
})

it('TYP-03: addresses that are properties of every object are plain ones', async () => {
  const { client, codeFor } = await createWorld()
  for (const local of [
    ...['__proto__', 'constructor', 'tostring', 'hasownproperty', 'prototype', 'valueof'],
    ...['__definegetter__', 'length', 'null', 'undefined', 'nan', '0'],
  ]) {
    const browser = client()
    const code = await codeFor(browser, `${local}@x.org`)
    expect((await browser.enterCode(code)).body.user, local).toEqual({ email: `${local}@x.org` })
  }
})

it('TYP-04: a field’s name is a name and no path', async () => {
  const { emailOtp, smtp } = await createWorld({
    emailField: 'user[email]',
    codeField: 'user.code',
  })
  const post = async (extended: boolean, form: string) => {
    const server = await serveStrategies([emailOtp], {
      parsers: [express.urlencoded({ extended }), express.json()],
      routes: (app, auth) => {
        app.post('/login', (req, res, next) => {
          auth.authenticate(emailOtp.name, (_err: unknown, _user: unknown, info: object) => {
            res.json(info)
          })(req, res, next)
        })
      },
    })
    return (await clientOf(server).agent.post('/login').type('form').send(form)).body.reason
  }
  expect(await post(true, `user[email]=${ADA}`)).toBe('invalid_email')
  expect(await post(true, 'user[code]=123456')).toBe('invalid_email')
  expect(await post(false, `user[email]=${ADA}`)).toBe('code_sent')
  expect((await smtp.next()).envelope.to).toEqual([ADA])
  expect(await post(false, 'user.code=123456')).toBe('no_pending_code')
  expect(await post(false, `email=${ADA}`)).toBe('invalid_email')
})

it('TYP-06: a field that is given twice is no address and no code, and nothing is counted', async () => {
  const { client, codeFor, calls } = await createWorld()
  const form = (browser: ReturnType<typeof client>, body: string) =>
    browser.agent.post('/login').type('form').send(body)
  for (const body of [`email=${ADA}&email=${EVE}`, `email=${ADA}&email=${ADA}`, `email[]=${ADA}`]) {
    expect((await form(client(), body)).body.reason, body).toBe('invalid_email')
  }
  expect(calls).toEqual([])
  const ada = client()
  const code = await codeFor(ada)
  for (const body of [
    `code=${code}&code=${code}`,
    `code[]=${code}`,
    `code[0]=${code}`,
    `code[a]=${code}`,
    'code=1&code=2',
    Array.from({ length: 30 }, (_, n) => `code=${100_000 + n}`).join('&'),
  ]) {
    const refused = await form(ada, body)
    expect(refused.status, body).toBe(400)
    expect(refused.body.reason, body).toBe('malformed_code')
  }
  expect(calls.map(({ verb }) => verb)).toEqual(['open'])
  expect((await form(ada, `code=${code}`)).status).toBe(200)
})
