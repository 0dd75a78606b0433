import cookieSession from 'cookie-session'
import session from 'express-session'
import { describe, expect, it } from 'vitest'
import { tell } from '../../src/flow/tell.js'
import {
  codeSent,
  codeSentUnconfirmed,
  infoFor,
  invalidCode,
  invalidEmail,
  malformedCode,
  rateLimited,
  type Untold,
} from '../../src/info.js'
import { en } from '../../src/languages/en.js'
import { MINUTE, SECOND, stopClock } from '../helpers/clock.js'
import { sessions } from '../helpers/sessions.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { redirectingApp } from './redirecting-app.js'

const ADA = 'ada@example.com'
const said = (info: Untold) => tell(en.reasons, info)

/** As a store that writes BSON: `undefined` comes back as `null`. */
class BsonStore extends session.MemoryStore {
  override set(...[id, data, callback]: Parameters<session.MemoryStore['set']>): void {
    super.set(id, JSON.parse(JSON.stringify(data, (_name, value) => value ?? null)), callback)
  }
}

it('a session store that makes undefined to null keeps the pending code and the outcome', async () => {
  const { submit, page, codeFor, home } = await redirectingApp({
    session: sessions(new BsonStore()),
  })
  await submit({ email: 'no address' })
  expect((await page()).outcome).toMatchObject({ reason: 'invalid_email' })
  const code = await codeFor(ADA)
  await submit({ code: wrongCode(code) })
  const { outcome, pending } = await page()
  expect(outcome).toEqual({ ...said(invalidCode(4)), pending })
  await submit({ code })
  expect((await home()).user).toEqual({ email: ADA })
})

describe('the outcome after a redirect', () => {
  it('tells that a code was sent, and when the next can be requested', async () => {
    const clock = stopClock()
    const { submit, page } = await redirectingApp()
    await submit({ email: ADA })
    clock.pass(10 * SECOND)
    const { outcome, pending } = await page()
    expect(outcome).toEqual({ ...said(codeSent(20)), pending })
    expect(pending).toMatchObject({ email: ADA, resendInSeconds: 20 })
  })

  it('answers "send again" too, although nothing else has changed', async () => {
    const { submit, page } = await redirectingApp()
    await submit({ email: ADA })
    await page()
    await submit({ email: ADA })
    expect((await page()).outcome).toMatchObject({ reason: 'code_sent', next: 'enter_code' })
  })

  it('tells that a character that cannot be seen made the address invalid', async () => {
    const { submit, page } = await redirectingApp()
    await submit({ email: 'ada\u200b@example.com' })
    expect((await page()).outcome).toEqual(said(invalidEmail(true)))
  })

  it('tells how many digits the pending code has after a malformed one', async () => {
    const { submit, page, codeFor, newBrowser } = await redirectingApp()
    const guesser = newBrowser()
    const code = await guesser.codeFor(ADA)
    for (let n = 1; n <= 5; n++) await guesser.submit({ code: wrongCode(code, n) })
    await codeFor(ADA)
    await submit({ code: '12345' })
    const { outcome, pending } = await page()
    expect(pending.digits).toBe(8)
    expect(outcome).toEqual({ ...said(malformedCode(8)), pending })
  })

  it('tells how many tries are left after a wrong code', async () => {
    const { submit, page, codeFor } = await redirectingApp()
    const code = await codeFor(ADA)
    for (const left of [4, 3, 2, 1, 0]) {
      await submit({ code: wrongCode(code, left + 1) })
      const { outcome, pending } = await page()
      expect(outcome).toEqual({ ...said(invalidCode(left)), pending })
    }
  })

  it('tells the wait of an address without a send left, though nothing is pending', async () => {
    const clock = stopClock()
    const { submit, page, newBrowser } = await redirectingApp()
    for (let n = 0; n < 5; n++) await newBrowser().submit({ email: ADA })
    await submit({ email: ADA })
    clock.pass(10 * SECOND)
    expect(await page()).toEqual({ outcome: said(rateLimited(90 * 60 - 10)), pending: null })
  })

  it.each([
    ['an address that is none', { email: 'ada' }, invalidEmail(false)],
    ['an empty code field', { code: ' ' }, infoFor('missing_code')],
    ['a code where nobody asked for one', { code: '123456' }, infoFor('no_pending_code')],
  ] as const)('tells what is wrong with %s', async (_, fields, info) => {
    const { submit, page } = await redirectingApp()
    const { headers } = await submit(fields)
    expect(headers.location).toBe('/login')
    expect(await page()).toEqual({ outcome: said(info), pending: null })
  })

  it('names the digits of the pending code', async () => {
    const { submit, page, codeFor } = await redirectingApp({ options: { digits: 8 } })
    await codeFor(ADA)
    await submit({ code: '123456' })
    const { outcome, pending } = await page()
    expect(outcome).toEqual({ ...said(malformedCode(8)), pending })
  })

  it('tells a spent, an expired and a used code apart', async () => {
    const clock = stopClock()
    const { submit, page, codeFor } = await redirectingApp({ options: { maxAttempts: 1 } })
    const spent = await codeFor(ADA)
    await submit({ code: wrongCode(spent) })
    await submit({ code: spent })
    expect((await page()).outcome.reason).toBe('too_many_attempts')
    const expired = await codeFor(ADA)
    clock.pass(10 * MINUTE)
    await submit({ code: expired })
    expect((await page()).outcome).toMatchObject({
      reason: 'expired_code',
      pending: { ended: 'expired' },
    })
  })

  it('tells that the application refused the user', async () => {
    const { submit, page, codeFor } = await redirectingApp({ verify: async () => false })
    await submit({ code: await codeFor(ADA) })
    expect(await page()).toEqual({ outcome: said(infoFor('not_allowed')), pending: null })
  })

  it('tells that the mail could not be sent, from an error handler that only redirects', async () => {
    const { smtp, submit, page } = await redirectingApp()
    smtp.rejectRecipient()
    const failed = await submit({ email: ADA })
    expect([failed.status, failed.headers.location]).toEqual([302, '/login'])
    const { outcome, pending } = await page()
    expect(outcome).toEqual({ ...said(infoFor('not_sent')), pending })
    expect(pending).toMatchObject({ email: ADA, ended: 'not_sent' })
  })

  it('tells that the mail server has not confirmed the mail', async () => {
    const { submit, page } = await redirectingApp({
      options: {
        sendCode: async () => {
          throw new Error('the connection ended after the message')
        },
      },
    })
    await submit({ email: ADA })
    const { outcome, pending } = await page()
    expect(outcome).toEqual({ ...said(codeSentUnconfirmed(30)), pending })
    expect(pending).not.toHaveProperty('ended')
  })

  it('leaves the first code pending if only the resend could not be sent', async () => {
    const clock = stopClock()
    const { smtp, submit, page, codeFor, home } = await redirectingApp()
    const code = await codeFor(ADA)
    clock.pass(30 * SECOND)
    smtp.rejectRecipient()
    await submit({ email: ADA })
    const { outcome } = await page()
    expect(outcome.reason).toBe('not_sent')
    expect(outcome.pending).not.toHaveProperty('ended')
    await submit({ code })
    expect((await home()).user).toEqual({ email: ADA })
  })

  it('is told in a session that lies in a cookie, too', async () => {
    const { submit, page, codeFor } = await redirectingApp({
      session: cookieSession({ secret: 'cats' }),
      route: { failureRedirect: '/login', step: 'request' },
    })
    await codeFor(ADA)
    expect((await page()).outcome.reason).toBe('code_sent')
    expect((await page()).outcome).toBeNull()
    await submit({ email: 'ada' })
    expect((await page()).outcome.reason).toBe('invalid_email')
  })
})

describe('one outcome', () => {
  it('is replaced by a newer one that no page has shown', async () => {
    const { submit, page } = await redirectingApp()
    await submit({ email: 'ada' })
    await submit({ code: '' })
    expect((await page()).outcome.reason).toBe('missing_code')
    expect((await page()).outcome).toBeNull()
  })

  it.each([
    ['told after 59.9 seconds', 59_999, 'invalid_email'],
    ['not told after 60 seconds', 60_000, undefined],
    ['told though the clock was set back a little', -59_999, 'invalid_email'],
    ['not told if the clock was set back far', -60_000, undefined],
  ])('is %s', async (_, ms, reason) => {
    const clock = stopClock()
    const { submit, page } = await redirectingApp()
    await submit({ email: 'ada' })
    clock.pass(ms)
    expect((await page()).outcome?.reason).toBe(reason)
  })

  it('never says a longer wait than it was told, whatever the clock does', async () => {
    const clock = stopClock()
    const { submit, page } = await redirectingApp()
    await submit({ email: ADA })
    clock.pass(-50 * SECOND)
    expect((await page()).outcome.retryAfterSeconds).toBe(30)
  })

  it('is not told beside the code of a later request', async () => {
    const { submit, page, plain, codeFor } = await redirectingApp()
    await submit({ code: wrongCode(await codeFor(ADA)) })
    await plain({ email: 'ben@example.com' })
    expect(await page()).toMatchObject({ outcome: null, pending: { email: 'ben@example.com' } })
  })

  it('is removed by a right code, also from a session that is kept at the login', async () => {
    const { submit, home, page, codeFor } = await redirectingApp({
      route: {
        successRedirect: '/',
        codeSentRedirect: '/login',
        failureRedirect: '/login',
        keepSessionInfo: true,
      },
    })
    const code = await codeFor(ADA)
    await submit({ code: wrongCode(code) })
    await submit({ code })
    expect((await home()).session).not.toHaveProperty('email-otp:outcome')
    expect((await page()).outcome).toBeNull()
  })

  it('holds no address and no sentence in the session', async () => {
    const { submit, codeFor, sessions } = await redirectingApp()
    const code = await codeFor(ADA)
    await submit({ code: wrongCode(code) })
    const { 'email-otp:outcome': kept } = (await sessions.only()) as Record<string, object>
    expect(kept).toEqual({
      reason: 'invalid_code',
      at: expect.any(Number),
      tries: 4,
      pendingId: expect.any(String),
    })
  })

  it('is ignored with anything in it that no outcome has', async () => {
    const { submit, page, sessions } = await redirectingApp()
    for (const changes of [
      ...[{ reason: 'toString' }, { reason: 'accepted' }, { reason: ['invalid_email'] }],
      ...[{ at: '1' }, { seconds: -1 }, { tries: 0.5 }, { pendingId: 7 }],
      ...[{ isUnconfirmed: 'yes' }, { hasUnseen: 'yes' }],
    ]) {
      await submit({ email: 'ada' })
      await sessions.plant(changes, 'email-otp:outcome')
      expect((await page()).outcome, JSON.stringify(changes)).toBeNull()
    }
  })
})

describe('a route without redirects', () => {
  it('keeps no outcome, and plain calls keep none', async () => {
    const { submit, page, plain } = await redirectingApp({ route: { session: false } })
    await submit({ email: ADA })
    await submit({ code: 'abc' })
    await plain({ code: 'abc' })
    expect((await page()).outcome).toBeNull()
  })

  it('keeps one if only codeSentRedirect is set', async () => {
    const { submit, page } = await redirectingApp({ route: { codeSentRedirect: '/login' } })
    expect((await submit({ email: ADA })).headers.location).toBe('/login')
    expect((await page()).outcome.reason).toBe('code_sent')
    expect((await submit({ email: 'ada' })).status).toBe(400)
    expect((await page()).outcome.reason).toBe('invalid_email')
  })

  it('reads failureRedirect as Passport does: an empty one is none', async () => {
    const { submit, page } = await redirectingApp({ route: { failureRedirect: '' } })
    expect((await submit({ email: 'ada' })).status).toBe(400)
    expect((await page()).outcome).toBeNull()
  })

  it('returns nothing for a strategy whose clients keep tokens', async () => {
    const { submit, page, sessions } = await redirectingApp({
      options: { pendingIn: 'token' },
      route: { failureRedirect: '/login' },
    })
    expect((await submit({ email: 'ada' })).headers.location).toBe('/login')
    expect((await page()).outcome).toBeNull()
    expect(await sessions.all()).toEqual({})
  })
})
