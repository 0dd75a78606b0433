import type { RequestLike } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { stopClock } from '../helpers/clock.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { SECOND_FACTOR, type User } from './two-factor-app.js'

const ADA: User = { id: '17', email: 'family@example.com' }
const BEN: User = { id: '18', email: 'family@example.com' }

/** A second factor whose pending state lies with the client, and what a client of it sends. */
function tokens() {
  const { emailOtp, mails } = plainCalls({ pendingIn: 'token', ...SECOND_FACTOR })
  const headers = { 'content-type': 'application/json' }
  const request = (body: object, user?: User) => ({ headers, body, user }) as RequestLike
  const ask = async (user: User) => {
    const { challengeToken } = await emailOtp.requestCode(request({}, user))
    return { challengeToken, code: mails.at(-1)?.code ?? '' }
  }
  return { emailOtp, request, ask, mails }
}

describe('a second factor for clients without cookies', () => {
  it('is the code of the user who asked', async () => {
    const { emailOtp, request, ask } = tokens()
    const { challengeToken, code } = await ask(ADA)
    const req = request({ challengeToken })
    expect((await emailOtp.verifyCode(req, code)).reason).toBe('accepted')
    expect(emailOtp.proven(req)).toMatchObject({ subject: '17', email: 'family@example.com' })
  })

  it('keeps two accounts on one mailbox apart', async () => {
    const { emailOtp, request, ask } = tokens()
    const [ada, ben] = [await ask(ADA), await ask(BEN)]
    for (const [one, other] of [
      [ada, ben],
      [ben, ada],
    ] as const) {
      const req = request({ challengeToken: one.challengeToken })
      expect((await emailOtp.verifyCode(req, other.code)).reason).toBe('invalid_code')
      expect(emailOtp.proven(req)).toBeUndefined()
    }
  })

  it('is none for another user who is known to the second request', async () => {
    const { emailOtp, request, ask } = tokens()
    const { challengeToken, code } = await ask(ADA)
    const asBen = request({ challengeToken }, BEN)
    expect((await emailOtp.verifyCode(asBen, code)).reason).toBe('no_pending_code')
    const asAda = request({ challengeToken }, ADA)
    expect((await emailOtp.verifyCode(asAda, code)).reason).toBe('accepted')
  })

  it('is not sent without a user, whatever the body says', async () => {
    const { emailOtp, request, mails } = tokens()
    const req = request({ email: 'eve@attacker.example', user: BEN })
    expect((await emailOtp.requestCode(req, 'eve@attacker.example')).reason).toBe('not_signed_in')
    expect(mails).toHaveLength(0)
  })

  it('is sent again to the user that the token is for, whatever the body says', async () => {
    const { emailOtp, request, ask, mails } = tokens()
    const clock = stopClock()
    const { challengeToken, code } = await ask(ADA)
    clock.pass(31_000)
    const req = request({ challengeToken, email: 'eve@attacker.example', user: BEN })
    expect((await emailOtp.requestCode(req, 'eve@attacker.example')).reason).toBe('code_sent')
    expect(mails).toMatchObject([{ code }, { code, to: ADA.email }])
  })

  it('neither reads nor writes a session that the application has besides', async () => {
    const { emailOtp, request, mails } = tokens()
    const session = { 'email-otp:visit': 'A'.repeat(22) }
    const inSession = (body: object, user?: User) =>
      Object.assign(request(body, user), { session, sessionID: 's1' })
    await emailOtp.requestCode(inSession({}, ADA))
    const { challengeToken } = await emailOtp.requestCode(inSession({}, ADA))
    expect(mails).toHaveLength(2)
    const req = inSession({ challengeToken })
    expect((await emailOtp.verifyCode(req, mails[1]?.code)).reason).toBe('accepted')
    expect(session).toEqual({ 'email-otp:visit': 'A'.repeat(22) })
  })
})
