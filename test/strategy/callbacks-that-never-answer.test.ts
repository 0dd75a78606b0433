import { type EmailOtpOptions, mailer, Strategy } from 'passport-email-otp'
import { describe, expect, it, vi } from 'vitest'
import { SECOND, stopTimeouts } from '../helpers/clock.js'
import { anybody, SECRET } from '../helpers/mail.js'

type Options = Partial<Omit<EmailOtpOptions, 'passReqToCallback'>>

const ADA = 'ada@example.com'
function silent(): Promise<never> {
  return new Promise<never>(() => {})
}
const turns = async () => {
  for (let n = 0; n < 20; n++) await new Promise(setImmediate)
}

/** The functions of the application without a time limit. */
const WAITED_FOR: readonly (readonly [string, Options])[] = [
  ['emailFromRequest', { emailFromRequest: silent }],
  ['subjectFromRequest', { emailFromRequest: () => ADA, subjectFromRequest: silent }],
  ['captchaPassed', { captchaPassed: silent }],
  ['remember', { remember: silent }],
]

function strategy(options: Options, verify = anybody) {
  return new Strategy({ secret: SECRET, sendCode: () => {}, ...options }, verify)
}

/** What a request for a code has come to: its reason, the code of its error, or `'waits'`. */
async function afterSeconds(emailOtp: Strategy, seconds: number): Promise<unknown> {
  const timers = stopTimeouts()
  let seen: unknown = 'waits'
  emailOtp.requestCode({ headers: {}, session: {} }, ADA).then(
    (info) => (seen = { reason: info.reason, ...('confirmed' in info && { confirmed: false }) }),
    (err) => (seen = err.code),
  )
  await turns()
  await timers.pass(seconds * SECOND)
  await turns()
  return seen
}

describe('a request for a code ends although what never answers is', () => {
  it('the store, after `storeTimeoutSeconds`', async () => {
    const store = { open: silent, attempt: silent, cancel: silent }
    expect(await afterSeconds(strategy({ store }), 2)).toBe('store_failed')
  })

  it('sendCode, after 10 seconds, and the mail may arrive', async () => {
    expect(await afterSeconds(strategy({ sendCode: silent }), 10)).toEqual({
      reason: 'code_sent',
      confirmed: false,
    })
  })

  it('the `message` of the mailer, after 10 seconds, and no mail was sent', async () => {
    const transport = 'smtp://127.0.0.1:1'
    const sendCode = mailer({ transport, from: 'login@acme.example', message: silent })
    expect(await afterSeconds(strategy({ sendCode }), 10)).toBe('delivery_failed')
  })

  it('allowEmail, at once, because it is asked after the answer', async () => {
    expect(await afterSeconds(strategy({ allowEmail: silent }), 0)).toEqual({ reason: 'code_sent' })
  })

  it('sendCode after the answer, which is an event 10 seconds after it was called', async () => {
    const types: string[] = []
    const emailOtp = strategy({
      allowEmail: () => true,
      sendCode: silent,
      onEvent: ({ type }) => void types.push(type),
    })
    expect(await afterSeconds(emailOtp, 0)).toEqual({ reason: 'code_sent' })
    // A request without a response does not say when it was answered.
    await vi.advanceTimersByTimeAsync(5 * SECOND)
    await turns()
    await vi.advanceTimersByTimeAsync(10 * SECOND - 1)
    expect(types).not.toContain('send_unconfirmed')
    await vi.advanceTimersByTimeAsync(1)
    await turns()
    expect(types).toContain('send_unconfirmed')
  })

  it('onEvent, at once', async () => {
    expect(await afterSeconds(strategy({ onEvent: silent }), 0)).toEqual({ reason: 'code_sent' })
  })
})

describe('a request for a code waits, as the documentation says, for', () => {
  it.each(WAITED_FOR)('%s, and a shutdown does not', async (_, options) => {
    const emailOtp = strategy(options)
    expect(await afterSeconds(emailOtp, 300)).toBe('waits')
    const idle = emailOtp.idle({ timeoutSeconds: 1 })
    await turns()
    await vi.advanceTimersByTimeAsync(SECOND)
    expect(await idle).toBe(false)
  })
})
