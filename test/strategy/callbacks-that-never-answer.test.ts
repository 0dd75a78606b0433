import { type EmailOtpOptions, mailer, type Strategy } from 'passport-email-otp'
import { describe, expect, it, vi } from 'vitest'
import { SECOND, stopTimeouts } from '../helpers/clock.js'
import { plainCalls, visit } from '../helpers/plain-calls.js'
import { ADA } from '../helpers/world.js'

type Options = Partial<Omit<EmailOtpOptions, 'passReqToCallback'>>

const silent = () => new Promise<never>(() => {})
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

const strategy = (options: Options) => plainCalls(options).emailOtp

/** What a request for a code has come to: its reason, the code of its error, or `'waits'`. */
async function afterSeconds(emailOtp: Strategy, seconds: number): Promise<unknown> {
  const timers = stopTimeouts()
  let seen: unknown = 'waits'
  emailOtp.requestCode(visit(), ADA).then(
    (info) => (seen = { reason: info.reason, ...('confirmed' in info && { confirmed: false }) }),
    (err) => (seen = err.code),
  )
  await turns()
  await timers.pass(seconds * SECOND)
  await turns()
  return seen
}

const SENT = { reason: 'code_sent' }
const store = { open: silent, attempt: silent, cancel: silent }
const mailOptions = { transport: 'smtp://127.0.0.1:1', from: 'login@acme.example' }

describe('a request for a code ends although what never answers is', () => {
  it.each<[string, Options, number, unknown]>([
    ['the store, after `storeTimeoutSeconds`', { store }, 2, 'store_failed'],
    [
      'sendCode, after 10 seconds, and the mail may arrive',
      { sendCode: silent },
      10,
      { ...SENT, confirmed: false },
    ],
    [
      'the `message` of the mailer, after 10 seconds, and no mail was sent',
      { sendCode: mailer({ ...mailOptions, message: silent }) },
      10,
      'delivery_failed',
    ],
    ['allowEmail, at once, because it is asked after the answer', { allowEmail: silent }, 0, SENT],
    ['onEvent, at once', { onEvent: silent }, 0, SENT],
  ])('%s', async (_what, options, seconds, outcome) => {
    expect(await afterSeconds(strategy(options), seconds)).toEqual(outcome)
  })

  it('sendCode after the answer, which is an event 10 seconds after it was called', async () => {
    const types: string[] = []
    const emailOtp = strategy({
      allowEmail: () => true,
      sendCode: silent,
      onEvent: ({ type }) => void types.push(type),
    })
    expect(await afterSeconds(emailOtp, 0)).toEqual(SENT)
    // A request without a response does not say when it was answered.
    await vi.advanceTimersByTimeAsync(5 * SECOND)
    await turns()
    await vi.advanceTimersByTimeAsync(10 * SECOND - 1)
    expect(types).not.toContain('send_unconfirmed')
    await vi.advanceTimersByTimeAsync(1)
    await turns()
    expect(types).toContain('send_unconfirmed')
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
