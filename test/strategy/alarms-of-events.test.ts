import { EmailOtpError, type EmailOtpOptions, type SendCode, Strategy } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { Document } from '../helpers/documents.js'
import { anybody, SECRET } from '../helpers/mail.js'
import { visit } from '../helpers/plain-calls.js'
import { ADA } from '../helpers/world.js'

const [{ code: program } = { code: '' }] = new Document('docs/reference/events.md').blocks

/** The strategy of docs/reference/events.md, with other options added, and the alarms that it raises. */
function watched(options: { sendCode?: SendCode; allowEmail?: () => Promise<boolean> }) {
  const alarms: [string, unknown][] = []
  class EmailOtpStrategy extends Strategy {
    constructor(given: EmailOtpOptions) {
      super({ ...given, ...options }, anybody)
    }
  }
  const names = {
    EmailOtpStrategy,
    process: { env: { OTP_SECRET: SECRET } },
    mailer: () => async () => {},
    log: { info: () => {} },
    alarm: (text: string, what: unknown) => alarms.push([text, what]),
    users: {},
  }
  const make = new Function(...Object.keys(names), `${program}\nreturn watched`)
  return { emailOtp: make(...Object.values(names)) as Strategy, alarms }
}

const failure = (notSent: boolean) => async () => {
  throw Object.assign(new Error('down'), { notSent })
}

it.each([
  ['sendCode says that no mail was sent', { sendCode: failure(true) }],
  ['sendCode does not say whether the mail was sent', { sendCode: failure(false) }],
  ['allowEmail throws', { allowEmail: failure(false) }],
])('the program of the page raises an alarm when %s', async (_, options) => {
  const { emailOtp, alarms } = watched(options)
  await emailOtp.requestCode(visit(), ADA).catch((err) => {
    expect(err).toBeInstanceOf(EmailOtpError)
  })
  await emailOtp.idle()
  expect(alarms).toEqual([[expect.any(String), expect.objectContaining({ message: 'down' })]])
})

it('the program of the page raises no alarm when the mail was sent', async () => {
  const { emailOtp, alarms } = watched({})
  await emailOtp.requestCode(visit(), ADA)
  await emailOtp.idle()
  expect(alarms).toEqual([])
})
