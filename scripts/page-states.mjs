// All states of the sign-in page, for its pictures and its tests.

const EMAIL = 'ada@example.com'
const LONG_EMAIL = 'a.rather.long.name+with.a.tag@a-rather-long-name-of-a-company.example.com'

/** `info` is the module src/info.ts and `tell` the function of src/flow/tell.ts, of the source or of the build. */
export function pageStates(info, tell, { tag, dir, reasons, page }) {
  const told = (name) => (parameter) => tell(reasons, info[name](parameter))
  const codeSent = told('codeSent')
  const codeSentUnconfirmed = told('codeSentUnconfirmed')
  const infoFor = told('infoFor')
  const invalidCode = told('invalidCode')
  const invalidEmail = told('invalidEmail')
  const malformedCode = told('malformedCode')
  const rateLimited = told('rateLimited')
  const pending = {
    id: 'abcdefghijklmnop',
    email: EMAIL,
    maskedEmail: 'a•••@example.com',
    digits: 6,
    expiresInSeconds: 600,
    resendInSeconds: 0,
  }
  const ended = (why) => ({ ...pending, expiresInSeconds: 0, ended: why })
  const live = { ...pending, expiresInSeconds: 540 }
  const state = (name, drawn = {}, options = {}) => ({
    name,
    state: {
      pending: undefined,
      outcome: undefined,
      fields: {
        email: 'email',
        code: 'code',
        pendingId: 'pendingId',
        trustBrowser: 'trustBrowser',
      },
      signsIn: true,
      mailsKnownOnly: false,
      trustDays: undefined,
      lang: tag,
      dir,
      texts: page,
      ...drawn,
    },
    options: { appName: 'Acme', ...options },
  })
  const ofAUser = {
    fields: {
      email: undefined,
      code: 'code',
      pendingId: 'pendingId',
      trustBrowser: 'trustBrowser',
    },
  }
  const masked = { ...pending, email: pending.maskedEmail }
  return [
    state('address'),
    state('address-invalid', { outcome: invalidEmail(false) }, { email: 'ada@example' }),
    state('code-sent', { pending: { ...pending, resendInSeconds: 30 }, outcome: codeSent(30) }),
    state('code', { pending: live }),
    state('code-unconfirmed', { pending: live, outcome: codeSentUnconfirmed(30) }),
    state('code-of-eight-digits', { pending: { ...live, email: LONG_EMAIL, digits: 8 } }),
    state('code-known-users-only', { pending: live, mailsKnownOnly: true }),
    state('code-missing', { pending: live, outcome: infoFor('missing_code') }),
    state('code-malformed', { pending: live, outcome: malformedCode(6) }),
    state('code-wrong', { pending: live, outcome: invalidCode(4) }),
    state('code-of-an-earlier-request', { pending: live, outcome: infoFor('earlier_request') }),
    state('code-wrong-last-try', { pending: live, outcome: invalidCode(1) }),
    state('spent', { pending: ended('spent'), outcome: invalidCode(0) }),
    state('spent-reloaded', { pending: ended('spent') }),
    state('too-many-attempts', { pending: ended('spent'), outcome: infoFor('too_many_attempts') }),
    state('expired', { pending: ended('expired'), outcome: infoFor('expired_code') }),
    state('too-short', { pending: ended('too_short'), outcome: infoFor('expired_code') }),
    state('gone', { pending: ended('gone'), outcome: infoFor('no_pending_code') }),
    state('nothing-pending', { outcome: infoFor('no_pending_code') }),
    state('never-sent', { pending: ended('not_sent') }),
    state('not-sent', { pending: ended('not_sent'), outcome: infoFor('not_sent') }),
    state('not-sent-with-code', { pending: live, outcome: infoFor('not_sent') }),
    state('rate-limited', { outcome: rateLimited(5245) }),
    state('rate-limited-with-code', {
      pending: { ...live, resendInSeconds: 5245 },
      outcome: rateLimited(5245),
    }),
    state('rate-limited-expired', {
      pending: { ...ended('expired'), resendInSeconds: 5245 },
      outcome: rateLimited(5245),
    }),
    state('other-address-invalid', { pending: live, outcome: invalidEmail(false) }),
    state('refused', { outcome: infoFor('not_allowed') }),
    state('cross-site', { pending: live }, { outcome: infoFor('cross_site') }),
    state('failing-server', {}, { error: new Error('the store failed') }),
    state('failing-server-with-code', { pending: live }, { error: new Error('the store failed') }),
    state('captcha', { pending: live }, { captchaHtml: '<p>[a CAPTCHA]</p>' }),
    state('second-factor', { ...ofAUser, pending: masked }),
    state('second-factor-to-trust', { ...ofAUser, pending: masked, trustDays: 30 }),
    state(
      'second-factor-signed-out',
      { ...ofAUser, outcome: infoFor('not_signed_in') },
      { signInAt: '/password' },
    ),
    state(
      'second-factor-signed-out-with-code',
      { ...ofAUser, pending: masked, outcome: infoFor('not_signed_in') },
      { signInAt: '/password' },
    ),
    state(
      'second-factor-without-address',
      { ...ofAUser, outcome: infoFor('no_address') },
      { signInAt: '/password' },
    ),
    state('fresh-proof', { ...ofAUser, signsIn: false }),
    state('fresh-proof-code', {
      ...ofAUser,
      signsIn: false,
      pending: masked,
      outcome: codeSent(30),
    }),
  ]
}
