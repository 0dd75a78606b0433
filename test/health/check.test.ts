import { type AttemptRequest, type ChallengeStore, MemoryStore } from 'passport-email-otp'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { TimeLimitError } from '../../src/util/time-limit.js'
import { stopTimeouts } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { mailerTo, smtpOfTest } from '../helpers/mail.js'
import { faultyStore } from '../helpers/watch-store.js'
import { HEALTHY, make } from './checkable.js'

/** Stops the monotonic clock of this process. */
function stopPerformanceClock() {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  return { pass: (milliseconds: number) => void vi.advanceTimersByTime(milliseconds) }
}

describe('check()', () => {
  it('reports a healthy strategy, changes nothing, and emits no event', async () => {
    const asked: AttemptRequest[] = []
    const real = new MemoryStore()
    const store: ChallengeStore = {
      open: () => expect.unreachable(),
      cancel: () => expect.unreachable(),
      attempt: (request) => {
        asked.push(request)
        return real.attempt(request)
      },
    }
    const { emailOtp, events } = make({ store, check: async () => [] })
    expect(await emailOtp.check()).toEqual({
      ok: true,
      store: HEALTHY,
      mail: { ...HEALTHY, checked: true },
    })
    expect(asked).toMatchObject([{ matched: false }])
    expect([real.size, events]).toEqual([{ challenges: 0, addresses: 0 }, []])
  })

  it('attempts another challenge and another address each time', async () => {
    const asked = new Set<string>()
    const store = faultyStore((real) => ({
      attempt: (request) => {
        asked.add(request.address).add(request.challenge)
        return real.attempt(request)
      },
    }))
    const { emailOtp } = make({ store })
    const clock = stopPerformanceClock()
    await emailOtp.check()
    clock.pass(5_000)
    await emailOtp.check()
    expect(asked.size).toBe(4)
  })

  it('reports a problem if either part has one', async () => {
    const broken = faultyStore(() => ({ attempt: () => Promise.reject(new Error('down')) }))
    const parts = async (options: Parameters<typeof make>[0]) => {
      const { ok, store, mail } = await make(options).emailOtp.check()
      return [ok, store.ok, mail.ok]
    }
    expect(await parts({ store: broken })).toEqual([false, false, true])
    expect(await parts({ check: async () => ['No quota is left.'] })).toEqual([false, true, false])
    expect(await parts({ store: broken, check: async () => ['x'] })).toEqual([false, false, false])
  })

  it('uses one connection for all calls within 5 seconds, and another one after them', async () => {
    const smtp = await smtpOfTest()
    const { emailOtp } = make({ sendCode: mailerTo(smtp.url) })
    const clock = stopPerformanceClock()
    const answers = await Promise.all(Array.from({ length: 50 }, () => emailOtp.check()))
    expect(answers.every(({ ok }) => ok)).toBe(true)
    clock.pass(4_999)
    expect(await emailOtp.check()).toBe(answers[0])
    expect(smtp.connections).toBe(1)
    clock.pass(1)
    await emailOtp.check()
    expect(smtp.connections).toBe(2)
  })

  it('keeps a bad result for 5 seconds too', async () => {
    let calls = 0
    const check = async () => {
      calls += 1
      throw new Error('down')
    }
    const { emailOtp } = make({ check })
    const clock = stopPerformanceClock()
    for (let i = 0; i < 10; i += 1) expect((await emailOtp.check()).ok).toBe(false)
    expect(calls).toBe(1)
    clock.pass(5_000)
    await emailOtp.check()
    expect(calls).toBe(2)
  })

  it('stops waiting for a store after the store’s time limit, and for a mail server after that of a mail', async () => {
    const started = gate()
    const never = gate<never>()
    const store = faultyStore(() => ({ attempt: () => never.opened }))
    const check = () => {
      started.open()
      return never.opened
    }
    const timers = stopTimeouts()
    const health = make({ store, check }).emailOtp.check()
    await started.opened
    timers.pass(1999)
    timers.pass(1)
    timers.pass(7999)
    let isOver = false
    health.then(() => {
      isOver = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(isOver).toBe(false)
    timers.pass(1)
    const { ok, store: kept, mail } = await health
    expect([ok, kept.problems, mail.problems]).toEqual([
      false,
      [new TimeLimitError(2000).message],
      [new TimeLimitError(10_000).message],
    ])
  })
})
