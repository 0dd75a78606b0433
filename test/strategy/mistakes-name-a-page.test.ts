import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type EmailOtpOptions, jsonLogin, loginPage, mailer, Strategy } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { codeMail } from '../helpers/code-mail.js'
import { root } from '../helpers/package.js'

const request = () => ({ headers: {}, session: {}, body: {} })

function make(options: object = {}): Strategy {
  const required = { secret: 'a secret for tests, 0123456789 and more of it', sendCode() {} }
  return new Strategy({ ...required, ...options } as EmailOtpOptions, async () => undefined)
}
const requestCode = (options: object) => make(options).requestCode(request(), 'ada@example.com')
const guarding = (options: object) =>
  make({ emailFromRequest: () => 'ada@example.com', subjectFromRequest: () => '17' }).requireOtp(
    options,
  )
const sendWith = (message: () => unknown) => {
  const transport = { sendMail: async () => {} }
  const options = { transport, from: 'Acme <login@acme.example>', message }
  return mailer(options as never)(codeMail({}))
}

/** What an application can do wrong at a request. */
const MISTAKES: Record<string, () => unknown> = {
  'remember returns too much': () => requestCode({ remember: () => 'x'.repeat(2000) }),
  'remember returns a bigint': () => requestCode({ remember: () => 17n }),
  'requestCode without a request': () =>
    make({ pendingIn: 'token' }).requestCode(undefined as never),
  'outcome without a request': () => make().outcome(undefined as never),
  'loginPage without a request': () => loginPage(make(), undefined as never),
  'a call with null for its options': () => make().pending(request(), null as never),
  'a call with an unknown option': () =>
    make().requestCode(request(), 'ada@example.com', { purpos: 'pay' } as never),
  'a guard for null': () => guarding({ purpose: null }),
  'accountKey returns nothing': () => requestCode({ accountKey: () => '' }),
  'locale returns a promise': () => requestCode({ locale: async () => 'en' }),
  'subjectFromRequest returns an object': () =>
    requestCode({ emailFromRequest: () => 'ada@example.com', subjectFromRequest: () => ({}) }),
  'a purpose that is not declared': () =>
    make().requestCode(request(), 'ada@example.com', { purpose: 'pay' }),
  'a step that does not exist': () => make().stepOf(request(), { step: 'resend' as never }),
  'an address that is none': () => make().addressHash('ada'),
  'a guard without users': () => make().requireOtp(),
  'jsonLogin without a strategy': () => jsonLogin({} as never),
  'loginPage without a strategy': () => loginPage({} as never, request()),
  'a page for clients without cookies': () =>
    make({ pendingIn: 'token' }).pageState(request() as never),
  'message returns no subject': () => sendWith(() => ({})),
  'message returns no text': () => sendWith(() => ({ subject: 'x' })),
}

it.each(Object.entries(MISTAKES))('%s: the error names a page that exists', async (_, provoke) => {
  const err = await Promise.resolve()
    .then(provoke)
    .catch((reason: unknown) => reason)
  expect(err).toBeInstanceOf(TypeError)
  const { help } = err as { help: string }
  expect(existsSync(join(root, help)), help).toBe(true)
})
