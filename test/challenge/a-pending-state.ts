import { deriveCodeKey } from '../../src/challenge/keys.js'

export const [CURRENT_KEY, FORMER_KEY] = ['first', 'second'].map((name) =>
  deriveCodeKey(Buffer.from(`the ${name} secret of a test, 0123456789`)),
) as [ReturnType<typeof deriveCodeKey>, ReturnType<typeof deriveCodeKey>]

/** A pending state as the strategy writes it. */
export const STATE = {
  id: 'AAAAAAAAAAAAAAAAAAAAAA',
  kid: CURRENT_KEY.kid,
  email: 'ada@example.com',
  digits: 6,
  purpose: 'login',
  subject: null,
  budget: 'email-otp/stranger',
  sentAt: 1,
  expiresAt: 2,
  resendAt: 3,
  remembered: null,
}
