import type { RequestHandler } from 'express'
import express from 'express'
import { type RequestLike, Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { startMail } from '../helpers/mail.js'
import { browsersOf, errorsAsJson, passportWith } from '../helpers/passport-app.js'
import { sessions } from '../helpers/sessions.js'
import { ADA, createWorld, EVE } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** What the tests have remembered: the body's `keep`, as it is. */
const keep = (req: RequestLike) => (req.body as { keep?: unknown } | undefined)?.keep

async function keeping(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld({ remember: keep, ...options })
  const { post, enterCode, home } = world.client()
  const requestCode = (keep?: unknown, email = ADA) => post({ email, keep })
  /** What the last mail's code brings back. */
  const broughtBack = async (code: string) => (await enterCode(code)).body.info.remembered
  return { ...world, requestCode, enterCode, home, broughtBack }
}

describe('what is remembered', () => {
  it.each([
    'an invite',
    7,
    false,
    0,
    '',
    ['a', 1, null],
    { invite: 'x', wayBack: '/a?b', name: 'Ada Ü' },
    { __proto__: null, a: { b: [] } },
    JSON.parse('{"__proto__":{"isAdmin":true},"constructor":1}'),
    'x'.repeat(1022),
    'ü'.repeat(511),
  ])('comes back as it was: %j', async (value) => {
    const { requestCode, smtp, broughtBack } = await keeping()
    await requestCode(value)
    const back = await broughtBack((await smtp.next()).code)
    expect(JSON.stringify(back)).toBe(JSON.stringify(value))
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined()
  })

  it.each([undefined, null])('is absent where it was %j', async (value) => {
    const { requestCode, smtp, enterCode } = await keeping()
    await requestCode(value)
    const { info } = (await enterCode((await smtp.next()).code)).body
    expect(info.reason).toBe('accepted')
    expect(info).not.toHaveProperty('remembered')
  })

  it.each([
    ['x'.repeat(1023), 'got 1025 bytes'],
    ['ü'.repeat(512), 'got 1026 bytes'],
    [{ a: 'x'.repeat(2000) }, 'got 2008 bytes'],
  ])('may not be longer than 1024 bytes', async (value, got) => {
    const { requestCode, smtp, events, home } = await keeping()
    const { status, body } = await requestCode(value)
    expect([status, body.message]).toEqual([
      500,
      `remember must return at most 1024 bytes of JSON; ${got}`,
    ])
    // Before anything happened.
    expect([smtp.mails, events, (await home()).body]).toEqual([[], [], { pending: null }])
  })

  it.each([
    [() => () => {}, /^remember must return at most 1024 bytes of JSON; got a function$/],
    [() => Symbol('x'), /^remember must return .* got Symbol\(x\)$/],
    [() => 17n, /BigInt/],
    [
      () => {
        const circle: unknown[] = []
        circle.push(circle)
        return circle
      },
      /circular/,
    ],
    [
      () => {
        throw new Error('no invites today')
      },
      /^no invites today$/,
    ],
    [() => Promise.reject(new Error('nor tomorrow')), /^nor tomorrow$/],
  ])('must be JSON: %s', async (remember, message) => {
    const { requestCode, smtp, events } = await keeping({ remember })
    const { status, body } = await requestCode()
    expect([status, smtp.mails, events]).toEqual([500, [], []])
    expect(body.message).toMatch(message)
  })

  it('may be looked up: a promise is waited for', async () => {
    const { requestCode, smtp, broughtBack } = await keeping({
      remember: async (req) => [keep(req)],
    })
    await requestCode('an invite')
    expect(await broughtBack((await smtp.next()).code)).toEqual(['an invite'])
  })

  it('is a copy of what it was then', async () => {
    const kept = { invite: 'first' }
    const { emailOtp, smtp } = await createWorld({ remember: () => kept })
    const session = {}
    await emailOtp.requestCode({ headers: {}, session }, ADA)
    kept.invite = 'second'
    const req = { headers: {}, session }
    const entered = await emailOtp.verifyCode(req, (await smtp.next()).code)
    expect(entered).toMatchObject({ reason: 'accepted', remembered: { invite: 'first' } })
    expect(emailOtp.proven(req)?.remembered).toEqual({ invite: 'first' })
  })

  it('is known to the verify function, and to no other request', async () => {
    const mail = await startMail()
    const seen: unknown[] = []
    const emailOtp = new Strategy(
      { ...mail.options, remember: keep, passReqToCallback: true },
      async (req, email) => {
        seen.push(emailOtp.proven(req))
        return { email }
      },
    )
    const passport = passportWith(emailOtp)
    const app = express()
    app.use(express.json(), sessions(), passport.session() as RequestHandler)
    app.post('/login', passport.authenticate('email-otp'), (req, res) => {
      res.json({ proven: emailOtp.proven(req) })
    })
    app.get('/', (req, res) => void res.json({ proven: emailOtp.proven(req) ?? null }))
    app.use(errorsAsJson)
    const agent = (await browsersOf(app))()
    await agent.post('/login').send({ email: ADA, keep: 'an invite' })
    const { code } = await mail.smtp.next()
    const who = { email: ADA, subject: null, purpose: 'login' }
    const proof = { ...who, remembered: 'an invite', browser: 'new', failures: 0 }
    const entered = await agent.post('/login').send({ code, keep: 'another' })
    expect(entered.body).toEqual({ proven: proof })
    expect(seen).toEqual([proof])
    expect((await agent.get('/')).body).toEqual({ proven: null })
  })

  it('is in no answer before the code was right, and in no mail', async () => {
    const { requestCode, enterCode, home, smtp } = await keeping()
    const asked = await requestCode('a secret invite')
    const { code, raw } = await smtp.next()
    const refused = await enterCode(wrongCode(code))
    const page = await home()
    expect([asked.text, refused.text, page.text, raw].join('\n')).not.toContain('a secret invite')
  })

  it('is asked for once with each request for a code, and never with a code', async () => {
    let calls = 0
    const { requestCode, enterCode, smtp } = await keeping({
      remember: () => {
        calls += 1
      },
    })
    await requestCode()
    const { code } = await smtp.next()
    await enterCode(wrongCode(code))
    expect(calls).toBe(1)
    await requestCode()
    await requestCode(undefined, 'not an address')
    await enterCode(code)
    expect(calls).toBe(2)
  })
})

it('what a session holds in its place signs nobody else in', async () => {
  const { client, codeFor, sessions } = await createWorld({ remember: () => 'an invite' })
  const ada = client()
  const code = await codeFor(ada)
  await sessions.plant({ remembered: { email: EVE, user: { email: EVE }, reason: 'x' } })
  const { body } = await ada.enterCode(code)
  expect(body.user).toEqual({ email: ADA })
  expect(body.info).toMatchObject({ reason: 'accepted', email: ADA })
})
