import type { RequestLike } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { describe as shown } from '../../src/util/describe.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { expectNamed } from '../helpers/rejects-option.js'
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
    const { emailOtp, req, mails } = plainCalls({ remember: () => value })
    await emailOtp.requestCode(req, ADA)
    const info = await emailOtp.verifyCode(req, mails[0]?.code)
    expect(info).toHaveProperty('remembered')
    expect(JSON.stringify(Object(info).remembered)).toBe(JSON.stringify(value))
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
    [() => 'x'.repeat(1023), ['remember', 1024, 1025]],
    [() => 'ü'.repeat(512), ['remember', 1024, 1026]],
    [() => ({ a: 'x'.repeat(2000) }), ['remember', 1024, 2008]],
    [() => () => {}, ['remember', 1024, shown(() => {})]],
    [() => Symbol('x'), ['remember', 1024, 'Symbol(x)']],
    [() => 17n, ['remember', 1024, 'a bigint']],
    [() => ({ invite: 17n }), ['remember', 1024, 'an object']],
    [
      () => {
        const circle: unknown[] = []
        circle.push(circle)
        return circle
      },
      ['remember', 1024, 'an array of 1'],
    ],
    [
      () => {
        throw new Error('no invites today')
      },
      ['no invites today'],
    ],
    [() => Promise.reject(new Error('nor tomorrow')), ['nor tomorrow']],
  ])('must be JSON of at most 1024 bytes: %s', async (remember, named) => {
    const { emailOtp, req, calls, events } = plainCalls({ remember })
    const err = await emailOtp.requestCode(req, ADA).catch((reason: Error) => reason)
    expect(err).toBeInstanceOf(Error)
    expectNamed(String((err as Error).message), ...named)
    // Before anything happened.
    expect([calls, events, req.session]).toEqual([[], [], {}])
  })

  it('may be looked up by a promise, and is a copy of what it was then', async () => {
    const kept = { invite: 'first' }
    const { emailOtp, req, mails } = plainCalls({ remember: async () => kept })
    await emailOtp.requestCode({ ...req, sessionID: 's1' } as RequestLike, ADA)
    kept.invite = 'second'
    const later = { ...req, sessionID: 's1' }
    const entered = await emailOtp.verifyCode(later, mails[0]?.code)
    expect(entered).toMatchObject({ reason: 'accepted', remembered: { invite: 'first' } })
    expect(emailOtp.proven(later)?.remembered).toEqual({ invite: 'first' })
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

describe('what is remembered, when a code is requested again', () => {
  it.each([
    ...[0, 29, 30, 60].flatMap((seconds) => [
      ['stays, where that says nothing', seconds, undefined, 'first'] as const,
      ['is what was said last', seconds, 'second', 'second'] as const,
    ]),
    ['can be taken back by null', 0, null, undefined] as const,
    ['can be taken back by null', 60, null, undefined] as const,
  ])('%s, after %j seconds', async (_what, seconds, said, expected) => {
    const clock = stopClock()
    const { requestCode, smtp, broughtBack } = await keeping()
    await requestCode('first')
    const { code } = await smtp.next()
    clock.pass(seconds * SECOND)
    await requestCode(said)
    expect(await broughtBack(code)).toBe(expected)
  })

  it.each([
    ['spent', 0, 5],
    ['481 seconds old', 481, 0],
    ['600 seconds old', 600, 0],
  ])('stays with the new code, where the old one is %s', async (_what, age, guesses) => {
    const clock = stopClock()
    const { requestCode, enterCode, smtp, broughtBack } = await keeping()
    await requestCode('first')
    const { code } = await smtp.next()
    for (let n = 1; n <= guesses; n++) await enterCode(wrongCode(code, n))
    clock.pass(age * SECOND)
    await requestCode()
    const { code: newCode } = await smtp.next()
    expect(newCode).not.toBe(code)
    expect(await broughtBack(newCode)).toBe('first')
  })

  it('does not go over to another address, and is the former where the first mail to that fails', async () => {
    const { requestCode, smtp, home, broughtBack } = await keeping()
    await requestCode('for Ada')
    const { code } = await smtp.next()
    smtp.rejectRecipient()
    expect((await requestCode('for Eve', EVE)).status).toBe(502)
    expect((await home()).body.pending.email).toBe(ADA)
    expect(await broughtBack(code)).toBe('for Ada')
    smtp.behave()
    await requestCode('for Ada')
    await smtp.next()
    await requestCode(undefined, 'bob@example.com')
    expect(await broughtBack((await smtp.next()).code)).toBeUndefined()
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
