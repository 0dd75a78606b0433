import type { EmailOtpEvent, PressureEvent } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND, stopClock } from '../helpers/clock.js'
import { plainCalls, visit } from '../helpers/plain-calls.js'
import { ADA } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** Many addresses, each without a limit in its way. */
function crowd() {
  const clock = stopClock()
  const events: EmailOtpEvent[] = []
  const heardBy: unknown[] = []
  const { emailOtp, mails } = plainCalls({
    onEvent: (event, req) => {
      events.push(event)
      if (event.type === 'pressure') heardBy.push(req)
    },
  })
  let people = 0
  const asks = async (req = visit()) => {
    const { reason } = await emailOtp.requestCode(req, `person${people++}@example.com`)
    expect(reason).toBe('code_sent')
    return req
  }
  const code = () => mails.at(-1)?.code as string
  return {
    clock,
    heardBy,
    emailOtp,
    alarms: () => events.filter((event): event is PressureEvent => event.type === 'pressure'),
    lastEvents: (count: number) => events.slice(-count).map(({ type }) => type),
    asks: async (times: number) => {
      for (let n = 0; n < times; n++) await asks()
    },
    signsIn: async (times: number) => {
      for (let n = 0; n < times; n++) {
        const { reason } = await emailOtp.verifyCode(await asks(), code())
        expect(reason).toBe('accepted')
      }
    },
    guesses: async (times: number, req = visit()) => {
      for (let n = 0; n < times; n++) {
        if (n % 5 === 0) await asks(req)
        const { reason } = await emailOtp.verifyCode(req, wrongCode(code(), (n % 5) + 1))
        expect(reason).toBe('invalid_code')
      }
    },
  }
}

describe('the event "pressure"', () => {
  it('comes with the hundredth wrong guess in an hour, with the numbers and no address', async () => {
    const { guesses, alarms, lastEvents } = crowd()
    await guesses(99)
    expect(alarms()).toEqual([])
    await guesses(1)
    expect(alarms()).toEqual([
      { type: 'pressure', addressHash: undefined, failures: 100, sends: 21, successes: 0 },
    ])
    // After what set it off, so that a log reads in order.
    expect(lastEvents(2)).toEqual(['rejected', 'pressure'])
  })

  it('comes with the hundredth mail that nobody answers, and with the request that set it off', async () => {
    const { asks, alarms, heardBy } = crowd()
    await asks(99)
    expect([alarms(), heardBy]).toEqual([[], []])
    await asks(1)
    expect(alarms()).toMatchObject([{ sends: 100, failures: 0, successes: 0 }])
    expect(heardBy).toEqual([{ headers: {}, session: expect.any(Object) }])
  })

  it('follows how many sign in: with sixty sign-ins it takes three hundred of either', async () => {
    const { signsIn, asks, guesses, alarms } = crowd()
    await signsIn(60)
    // 60 successes: alarm at 300. The mails of the guesses count as mails.
    await asks(150)
    await guesses(290)
    expect(alarms()).toEqual([])
    await guesses(10)
    expect(alarms()).toMatchObject([{ failures: 300, successes: 60 }])
  })

  it('comes once in ten minutes, however hard the attack is', async () => {
    const { asks, alarms, clock } = crowd()
    await asks(300)
    expect(alarms()).toHaveLength(1)
    clock.pass(10 * MINUTE - SECOND)
    await asks(1)
    expect(alarms()).toHaveLength(1)
    clock.pass(SECOND)
    await asks(1)
    expect(alarms()).toMatchObject([{ sends: 100 }, { sends: 302 }])
  })

  it('looks back one hour, and no further', async () => {
    const { asks, alarms, clock } = crowd()
    await asks(60)
    clock.pass(59 * MINUTE)
    await asks(39)
    clock.pass(MINUTE)
    // The first sixty are gone.
    await asks(60)
    expect(alarms()).toEqual([])
    await asks(1)
    expect(alarms()).toMatchObject([{ sends: 100 }])
    clock.pass(2 * HOUR)
    await asks(99)
    expect(alarms()).toHaveLength(1)
  })

  it('counts wrong guesses, not what is mistyped, expired or out of tries', async () => {
    const { guesses, emailOtp, alarms } = crowd()
    const req = visit()
    await guesses(5, req)
    for (let n = 0; n < 300; n++) {
      await emailOtp.verifyCode(req, '')
      await emailOtp.verifyCode(req, 'x')
      await emailOtp.verifyCode(req, '123456')
      await emailOtp.verifyCode(visit(), '123456')
      await emailOtp.requestCode(req, 'nobody')
    }
    expect(alarms()).toEqual([])
  })

  it('refuses nothing: everybody is served as before', async () => {
    const { guesses, asks, signsIn, alarms } = crowd()
    await asks(200)
    await guesses(200)
    await signsIn(5)
    expect(alarms()).toHaveLength(1)
  })
})

it.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('no log today')
    },
  ],
  ['rejects', () => Promise.reject(new Error('no log today'))],
])('a listener that %s changes nothing, also at an alarm', async (_, onEvent) => {
  const { emailOtp, req, mails } = plainCalls({ onEvent })
  for (let n = 0; n < 101; n++) {
    const { reason } = await emailOtp.requestCode(visit(), `p${n}@example.com`)
    expect(reason).toBe('code_sent')
  }
  await emailOtp.requestCode(req, ADA)
  expect((await emailOtp.verifyCode(req, mails.at(-1)?.code)).reason).toBe('accepted')
})
