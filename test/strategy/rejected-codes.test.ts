import { Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { MINUTE, stopClock } from '../helpers/clock.js'
import { SECRET } from '../helpers/mail.js'
import { type Call, faultyStore, watch } from '../helpers/watch-store.js'
import { wrongCode } from '../helpers/wrong-code.js'

const ADA = 'ada@example.com'

/** A strategy in plain calls. Ada has requested a code, and the store answers guesses with `answer` where it is set. */
async function adaWaits() {
  const clock = stopClock()
  const store: { answer?: unknown } = {}
  const { store: watched, calls } = watch(
    faultyStore((real) => ({ attempt: (request) => store.answer ?? real.attempt(request) })),
  )
  const codes: string[] = []
  const events: { type: string }[] = []
  const emailOtp = new Strategy(
    {
      secret: SECRET,
      sendCode: ({ code }) => void codes.push(code),
      onEvent: (event) => void events.push(event),
      store: watched,
    },
    async (email) => ({ email }),
  )
  const req = { headers: {}, session: {} }
  await emailOtp.requestCode(req, ADA)
  const [code = ''] = codes
  return { clock, store, calls, code, req, emailOtp, events }
}

const addressOf = (calls: Call[]) => calls[0]?.request.address

describe('the event of a rejected code has the hash of the address', () => {
  it.each([
    ['invalid_code', { outcome: 'wrong', attemptsLeft: 4, failures: 1 }],
    ['too_many_attempts', { outcome: 'spent' }],
    ['expired_code', { outcome: 'stale' }],
    ['no_pending_code', { outcome: 'unknown' }],
  ])('after %s from the store', async (reason, answer) => {
    const { emailOtp, req, store, calls, code, events } = await adaWaits()
    store.answer = answer
    expect(await emailOtp.verifyCode(req, wrongCode(code))).toMatchObject({ reason })
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason, addressHash: addressOf(calls) })
  })

  it('after expired_code by the clock', async () => {
    const { emailOtp, req, clock, calls, code, events } = await adaWaits()
    clock.pass(10 * MINUTE)
    await emailOtp.verifyCode(req, code)
    const rejected = { type: 'rejected', reason: 'expired_code', addressHash: addressOf(calls) }
    expect(events.at(-1)).toMatchObject(rejected)
  })

  it.each([
    ['malformed_code', 'abc', {}],
    ['earlier_request', '123456', { pendingId: 'bcdfghjkmnpqrstv' }],
  ])('after %s, which the store is not asked about', async (reason, typed, call) => {
    const { emailOtp, req, calls, events } = await adaWaits()
    await emailOtp.verifyCode(req, typed, call)
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason, addressHash: addressOf(calls) })
    expect(calls.map(({ verb }) => verb)).toEqual(['open'])
  })
})
