import type { RequestLike } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { startMail, strategyOn } from '../helpers/mail.js'
import { twoFactorApp, userOf } from './two-factor-app.js'

const EVE = 'eve@attacker.example'
const UNUSABLE = [
  undefined,
  null,
  '',
  ' ',
  'Ada <ada@example.com>',
  'ada@example.com, eve@e.example',
]

describe('a user who has entered the password, and whose stored address cannot be used', () => {
  it.each(UNUSABLE)('%j: gets no code, wherever a body wants it', async (email) => {
    const { smtp, events, sessions, newBrowser } = await twoFactorApp({ ada: { id: 17, email } })
    const answer = await newBrowser().password('ada', undefined, { email: EVE })
    expect(answer.status).toBe(403)
    expect(events).toEqual([{ type: 'no_address', addressHash: undefined, subject: 17 }])
    expect(smtp.mails).toEqual([])
    expect(await sessions.only()).not.toHaveProperty('second-factor')
  })

  it.each(UNUSABLE)('%j: a plain call returns the reason', async (email) => {
    const mail = await startMail()
    const emailOtp = strategyOn(mail, {
      emailFromRequest: (req) => userOf(req)?.email as string,
      subjectFromRequest: (req) => userOf(req)?.id as string,
    })
    const req = { headers: {}, session: {}, user: { id: '17', email } } as RequestLike
    expect(await emailOtp.requestCode(req, EVE)).toEqual({
      reason: 'no_address',
      message: en.reasons.no_address,
      next: 'sign_in',
    })
  })

  it('without an id, an address that is none is named, and a missing one is not', async () => {
    const mail = await startMail()
    const emailOtp = strategyOn(mail, { emailFromRequest: (req) => userOf(req)?.email as string })
    const call = (user?: object) =>
      emailOtp.requestCode({ headers: {}, session: {}, user } as RequestLike)
    expect((await call({ email: 'Ada <ada@example.com>' })).reason).toBe('no_address')
    // Without an id, a missing address is all that tells that no user is signed in.
    expect((await call()).reason).toBe('not_signed_in')
    expect(mail.events).toMatchObject([
      { type: 'no_address', subject: null },
      { type: 'rejected', reason: 'not_signed_in' },
    ])
  })

  it('gets a code once the address is corrected', async () => {
    const ada = { id: '17', email: 'Ada <ada@example.com>' }
    const { smtp, newBrowser } = await twoFactorApp({ ada })
    const { password, enter } = newBrowser()
    await password('ada')
    ada.email = 'ada@example.com'
    await password('ada')
    expect((await enter((await smtp.next()).code)).body).toMatchObject({ id: '17' })
  })
})
