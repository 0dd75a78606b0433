import {
  type EmailOtpOptions,
  MemoryStore,
  type RequestLike,
  type Strategy,
} from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND, stopClock } from '../helpers/clock.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { faultyStore } from '../helpers/watch-store.js'
import { ADA } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

const TTL = 10 * MINUTE

/**
 * A strategy whose sessions the test keeps, as an attacker can who has an old cookie of cookie-session, or whose slow
 * request writes an older session back.
 */
function withOldSessions(options: Partial<Omit<EmailOtpOptions, 'passReqToCallback'>> = {}) {
  const { emailOtp, mails } = plainCalls(options)
  /** A request with a copy of a session that was saved. */
  const from = (saved: object): RequestLike & { session: object } => {
    const session = structuredClone(saved)
    Object.defineProperty(session, 'id', { value: 'the session' })
    return { headers: {}, session }
  }
  const visit = from({})
  emailOtp.beginVisit(visit)
  const saved = structuredClone(visit.session)
  const ask = async (session: object = saved) => {
    const req = from(session)
    const info = await emailOtp.requestCode(req, ADA)
    return { req, info, code: mails.at(-1)?.code ?? '', mails: mails.length }
  }
  return { emailOtp, from, saved, ask }
}

describe('an old session with what two clicks have in common', () => {
  it('opens the same challenge while it is alive, and mails nothing', async () => {
    const clock = stopClock()
    const { emailOtp, ask } = withOldSessions()
    const { code } = await ask()
    clock.pass(31 * SECOND)
    const again = await ask()
    expect(again.info).toMatchObject({ reason: 'code_sent', retryAfterSeconds: 0 })
    expect(again.mails).toBe(1)
    expect((await emailOtp.verifyCode(again.req, code)).reason).toBe('accepted')
  })

  it('does not bring back the code of a sign-in', async () => {
    const { emailOtp, ask } = withOldSessions()
    const first = await ask()
    await emailOtp.verifyCode(first.req, first.code)
    const again = await ask()
    expect(again.mails).toBe(2)
    expect(again.code).not.toBe(first.code)
    expect((await emailOtp.verifyCode(again.req, first.code)).reason).toBe('invalid_code')
    expect((await emailOtp.verifyCode(again.req, again.code)).reason).toBe('accepted')
  })

  it('does not bring back the attempts of a code that is spent', async () => {
    const { emailOtp, ask } = withOldSessions({ maxAttempts: 2 })
    const first = await ask()
    for (const n of [1, 2]) await emailOtp.verifyCode(first.req, wrongCode(first.code, n))
    const again = await ask()
    expect(again.mails).toBe(2)
    expect((await emailOtp.verifyCode(again.req, first.code)).reason).toBe('invalid_code')
  })

  it('does not bring back a code that was replaced', async () => {
    const clock = stopClock()
    const { emailOtp, from, ask } = withOldSessions()
    const first = await ask()
    clock.pass(9 * MINUTE)
    await ask(first.req.session)
    const again = await ask()
    expect(again.mails).toBe(3)
    expect((await emailOtp.verifyCode(from(again.req.session), first.code)).reason).toBe(
      'invalid_code',
    )
  })

  it.each([
    ['at the beginning of a lifetime by the clock', 0],
    ['in the middle of it', TTL / 2],
    ['a moment before its end', TTL - 1],
  ])('does not bring back an expired code that was sent %s', async (_, offset) => {
    const clock = stopClock(Math.ceil(Date.parse('2026-01-05T08:00:00Z') / TTL) * TTL + offset)
    const { ask } = withOldSessions()
    const first = await ask()
    clock.pass(TTL)
    for (let n = 0; n < 4; n++) {
      const again = await ask()
      expect(again.code).not.toBe(first.code)
      clock.pass(TTL - 1)
    }
  })

  it.each([
    ['30 seconds, with the default lifetime', 600, 30],
    ['30 seconds, with the shortest lifetime', 60, 30],
    ['half of the longest lifetime', 600, 300],
  ])(
    'does not bring back the code of a sign-in by a process whose clock lags: %s',
    async (_, ttlSeconds, lagSeconds) => {
      const ttl = ttlSeconds * SECOND
      const clock = stopClock(Math.ceil(Date.parse('2026-01-05T08:00:00Z') / ttl) * ttl)
      const store = new MemoryStore()
      const { emailOtp, ask } = withOldSessions({ store, ttlSeconds, resendAfterSeconds: 10 })
      const first = await ask()
      expect((await emailOtp.verifyCode(first.req, first.code)).reason).toBe('accepted')
      // The store has just forgotten the challenge.
      clock.pass(ttl)
      const open = store.open.bind(store)
      store.open = async (request) => {
        clock.pass(lagSeconds * SECOND)
        const result = await open(request)
        clock.pass(-lagSeconds * SECOND)
        return result
      }
      clock.pass(-lagSeconds * SECOND)
      const again = await ask()
      expect(again.mails).toBe(2)
      expect(again.code).not.toBe(first.code)
    },
  )

  it('gives each address, purpose and strategy a challenge of its own', async () => {
    const { saved, from } = withOldSessions()
    const shared = { sessionKey: 'email-otp', purposes: { confirm: 'confirm it' } }
    const [login, admin] = ['login', 'admin'].map(
      (name) => plainCalls({ ...shared, name }).emailOtp,
    ) as [Strategy, Strategy]
    const ids = []
    for (const [strategy, email, purpose] of [
      [login, ADA, 'login'],
      [login, ADA, 'confirm'],
      [login, 'ben@example.com', 'login'],
      [admin, ADA, 'login'],
    ] as const) {
      const req = from(saved)
      await strategy.requestCode(req, email, { purpose })
      ids.push((req.session as { 'email-otp': { id: string } })['email-otp'].id)
    }
    expect(new Set(ids).size).toBe(4)
  })

  it.each([['x'], [7], ['A'.repeat(23)], [['A'.repeat(22)]], [{}], [null]])(
    'is ignored if it holds something else: %j',
    async (seed) => {
      const { ask, saved } = withOldSessions()
      const session = { ...saved, 'email-otp:visit': seed }
      expect((await ask(session)).info.reason).toBe('code_sent')
      expect((await ask(session)).mails).toBe(2)
    },
  )
})

describe('a token that is sent again', () => {
  it('does not bring back the code of a sign-in', async () => {
    const { emailOtp, mails } = plainCalls({ pendingIn: 'token' })
    const request = (challengeToken?: string) => ({
      headers: { 'content-type': 'application/json' },
      body: { challengeToken },
    })
    const other = await emailOtp.requestCode(request(), 'ben@example.com')
    const old = other.challengeToken
    const first = await emailOtp.requestCode(request(old), ADA)
    const code = mails[1]?.code
    const accepted = await emailOtp.verifyCode(request(first.challengeToken), code)
    expect(accepted.reason).toBe('accepted')
    const again = await emailOtp.requestCode(request(old), ADA)
    expect(mails.at(-1)?.code).not.toBe(code)
    expect((await emailOtp.verifyCode(request(again.challengeToken), code)).reason).toBe(
      'invalid_code',
    )
  })
})

describe('a store that says of every challenge that it was used', () => {
  it('is a failure of the store, and not a loop', async () => {
    const store = faultyStore(() => ({ open: async () => ({ outcome: 'taken' }) }))
    const { emailOtp, req, calls } = plainCalls({ store })
    await expect(emailOtp.requestCode(req, ADA)).rejects.toMatchObject({ code: 'store_failed' })
    expect(calls.map(({ verb }) => verb)).toEqual(['open', 'open'])
  })
})
