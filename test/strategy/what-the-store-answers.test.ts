import type { EmailOtpEvent } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { stopClock } from '../helpers/clock.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { faultyStore } from '../helpers/watch-store.js'
import { ADA } from '../helpers/world.js'

/** A strategy in plain calls with one visitor, whose store answers with `open` and `attempt` where they are set. */
function setUp() {
  stopClock()
  const answers: { open?: unknown; attempt?: unknown } = {}
  const store = faultyStore((real) => ({
    open: (request) => answers.open ?? real.open(request),
    attempt: (request) => answers.attempt ?? real.attempt(request),
  }))
  const world = plainCalls({ store })
  const request = () => world.emailOtp.requestCode(world.req, ADA)
  return { ...world, answers, request }
}

const failed = { code: 'store_failed' }

describe('while a code is pending', () => {
  it.each([undefined, null, -1, Number.NaN, Number.POSITIVE_INFINITY, '5', {}])(
    'a wait of %o is a failure of the store',
    async (retryAfterMs) => {
      const { answers, mails, request } = setUp()
      await request()
      for (const outcome of ['waiting', 'limited']) {
        answers.open = { outcome, retryAfterMs }
        await expect(request()).rejects.toMatchObject(failed)
      }
      expect(mails).toHaveLength(1)
    },
  )

  it.each([null, -1, 0.5, '0', Number.NaN, 2 ** 53])(
    'a wait with a count of %o failures is a failure of the store',
    async (failures) => {
      const { answers, emailOtp, req, request } = setUp()
      await request()
      const before = emailOtp.pending(req)
      answers.open = { outcome: 'waiting', retryAfterMs: 5000, failures }
      await expect(request()).rejects.toMatchObject(failed)
      expect(emailOtp.pending(req)).toEqual(before)
    },
  )

  it('a wait of 0 is one that is over now', async () => {
    const { answers, request } = setUp()
    await request()
    answers.open = { outcome: 'waiting', retryAfterMs: 0 }
    expect(await request()).toMatchObject({ reason: 'code_sent', retryAfterSeconds: 0 })
    answers.open = { outcome: 'limited', retryAfterMs: 0 }
    expect(await request()).toMatchObject({ reason: 'rate_limited', retryAfterSeconds: 0 })
  })

  it.each([undefined, null, -1, 0.5, '0', Number.NaN])(
    'a right code that is accepted with a count of %o failures signs nobody in',
    async (failures) => {
      const { answers, mails, emailOtp, req, request } = setUp()
      await request()
      answers.attempt = { outcome: 'accepted', failures }
      await expect(emailOtp.verifyCode(req, mails[0]?.code)).rejects.toMatchObject(failed)
      expect(emailOtp.proven(req)).toBeUndefined()
    },
  )
})

describe('where nothing is pending', () => {
  it('a wait with a count of failures means that another click has opened the challenge', async () => {
    const { answers, mails, emailOtp, req, request } = setUp()
    answers.open = { outcome: 'waiting', retryAfterMs: 0, failures: 5 }
    expect(await request()).toMatchObject({ reason: 'code_sent', retryAfterSeconds: 0 })
    expect(emailOtp.pending(req)).toMatchObject({ email: ADA, digits: 8 })
    expect(mails).toEqual([])
  })

  it('a new challenge that was used before is a failure of the store', async () => {
    const { answers, request } = setUp()
    answers.open = { outcome: 'taken' }
    await expect(request()).rejects.toMatchObject(failed)
  })
})

describe('what a full store has dropped', () => {
  const dropped = (events: EmailOtpEvent[]) =>
    events.flatMap((event) => (event.type === 'store_full' ? [event.dropped] : []))

  it.each(['challenges', 'addresses'])('is an event: %s', async (full) => {
    const { emailOtp, answers, events, request } = setUp()
    answers.open = { outcome: 'opened', failures: 0, full }
    await request()
    expect(events.filter(({ type }) => type === 'store_full')).toEqual([
      { type: 'store_full', addressHash: emailOtp.addressHash(ADA), dropped: full },
    ])
  })

  it.each([undefined, null, true, 'sessions', ['challenges']])(
    'is no event where the store answers %o',
    async (full) => {
      const { answers, events, request } = setUp()
      answers.open = { outcome: 'opened', failures: 0, full }
      expect(await request()).toMatchObject({ reason: 'code_sent' })
      expect(dropped(events)).toEqual([])
    },
  )
})
