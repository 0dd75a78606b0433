import type { VerifyCallOptions } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { plainCalls } from '../helpers/plain-calls.js'
import { ADA, EVE } from '../helpers/world.js'

/** A code that is pending for Ada, and the call that checks what is entered. */
async function pendingCode() {
  const { emailOtp, req, mails, events } = plainCalls()
  await emailOtp.requestCode(req, ADA)
  const verify = (options: VerifyCallOptions, typed = mails[0]?.code) =>
    emailOtp.verifyCode(req, typed, options)
  return { verify, events }
}

describe('an address and a code in one request', () => {
  it.each<[string, unknown]>([
    ['another address', EVE],
    ['no address', undefined],
    ['null', null],
    ['an empty field', ''],
    ['two addresses', `${ADA}, ${EVE}`],
    ['an array', [ADA]],
    ['an object', { email: ADA }],
  ])('%s: nothing is counted, and the code stays valid', async (_name, email) => {
    const { verify, events } = await pendingCode()
    for (let n = 0; n < 6; n++) {
      expect(await verify({ email })).toMatchObject({
        reason: 'no_pending_code',
        pending: { email: ADA },
      })
    }
    expect(await verify({ email: ADA })).toMatchObject({ reason: 'accepted', email: ADA })
    expect(events.at(-1)).toMatchObject({ type: 'verified', failures: 0 })
  })

  it.each([ADA, ADA.toUpperCase(), ` ${ADA} `])(
    '%j is the address that was typed',
    async (email) => {
      const { verify } = await pendingCode()
      expect((await verify({ email })).reason).toBe('accepted')
    },
  )

  it('the right address does not make a wrong code right', async () => {
    const { verify } = await pendingCode()
    expect(await verify({ email: ADA }, '000000')).toMatchObject({
      reason: 'invalid_code',
      attemptsLeft: 4,
    })
  })

  it('is an error for a code that belongs to a user, before anything is counted', async () => {
    const { emailOtp, req, mails } = plainCalls({
      emailFromRequest: () => ADA,
      subjectFromRequest: () => '17',
    })
    await emailOtp.requestCode(req)
    const code = mails[0]?.code
    await expect(emailOtp.verifyCode(req, code, { email: ADA })).rejects.toThrow(TypeError)
    expect((await emailOtp.verifyCode(req, code)).reason).toBe('accepted')
  })

  it('an inherited address is an error', async () => {
    const { verify } = await pendingCode()
    await expect(verify(Object.create({ email: EVE }))).rejects.toThrow(TypeError)
  })
})
