import type { RequestLike } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { stopClock } from '../helpers/clock.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { type User, userOf } from './two-factor-app.js'

const ADA: User = { id: '17', email: 'family@example.com' }
const BEN: User = { id: '18', email: 'family@example.com' }

/** A second factor whose pending state lies with the client, and what a client of it sends. */
async function tokens() {
  const mail = await startMail()
  const emailOtp = strategyOn(mail, {
    pendingIn: 'token',
    emailFromRequest: (req) => userOf(req)?.email as string,
    subjectFromRequest: (req) => userOf(req)?.id as string,
  })
  const headers = { 'content-type': 'application/json' }
  const request = (body: object, user?: User) => ({ headers, body, user }) as RequestLike
  const ask = async (user: User) => {
    const { challengeToken } = await emailOtp.requestCode(request({}, user))
    return { challengeToken, code: (await mail.smtp.next()).code }
  }
  return { ...mail, emailOtp, request, ask }
}

describe('a second factor for clients without cookies', () => {
  it('is the code of the user who asked', async () => {
    const { emailOtp, request, ask } = await tokens()
    const { challengeToken, code } = await ask(ADA)
    const req = request({ challengeToken })
    expect((await emailOtp.verifyCode(req, code)).reason).toBe('accepted')
    expect(emailOtp.proven(req)).toMatchObject({ subject: '17', email: 'family@example.com' })
  })

  it('keeps two accounts on one mailbox apart', async () => {
    const { emailOtp, request, ask } = await tokens()
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
    const { emailOtp, request, ask } = await tokens()
    const { challengeToken, code } = await ask(ADA)
    const asBen = request({ challengeToken }, BEN)
    expect((await emailOtp.verifyCode(asBen, code)).reason).toBe('no_pending_code')
    const asAda = request({ challengeToken }, ADA)
    expect((await emailOtp.verifyCode(asAda, code)).reason).toBe('accepted')
  })

  it('is not sent without a user, whatever the body says', async () => {
    const { emailOtp, request, smtp } = await tokens()
    const req = request({ email: 'eve@attacker.example', user: BEN })
    expect((await emailOtp.requestCode(req, 'eve@attacker.example')).reason).toBe('not_signed_in')
    expect(smtp.mails).toHaveLength(0)
  })

  it('is sent again to the user that the token is for, whatever the body says', async () => {
    const { emailOtp, request, ask, smtp } = await tokens()
    const clock = stopClock()
    const { challengeToken, code } = await ask(ADA)
    clock.pass(31_000)
    const req = request({ challengeToken, email: 'eve@attacker.example', user: BEN })
    expect((await emailOtp.requestCode(req, 'eve@attacker.example')).reason).toBe('code_sent')
    const again = await smtp.next()
    expect([again.code, again.envelope.to]).toEqual([code, [ADA.email]])
  })
})
