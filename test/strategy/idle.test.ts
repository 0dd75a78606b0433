import type { IdleOptions } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { stopTimeouts } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { plainCalls } from '../helpers/plain-calls.js'
import { expectRejection } from '../helpers/rejects-option.js'
import { until } from '../helpers/until.js'
import { faultyStore } from '../helpers/watch-store.js'
import { ADA, createWorld } from '../helpers/world.js'

/** Watches a promise: `'waiting'` until it settles. */
function stateOf(promise: Promise<unknown>) {
  const state = { now: 'waiting' as unknown }
  void promise.then((value) => {
    state.now = value
  })
  return state
}

const turns = async () => {
  for (let n = 0; n < 10; n++) await new Promise(setImmediate)
}

/** Expects that `idle` waits until all gates are open, and is true then. */
async function expectWait(idle: Promise<boolean>, ...gates: (() => void)[]) {
  const state = stateOf(idle)
  for (const open of gates) {
    await turns()
    expect(state.now).toBe('waiting')
    open()
  }
  await until(() => state.now !== 'waiting')
  expect(state.now).toBe(true)
}

describe('idle', () => {
  it('is true at once where nothing is under way', async () => {
    expect(await plainCalls().emailOtp.idle()).toBe(true)
  })

  it('waits for a mail that is sent after the answer, and for allowEmail before it', async () => {
    const [known, sent] = [gate<boolean>(), gate()]
    const { emailOtp, client, events } = await createWorld({
      allowEmail: () => known.opened,
      sendCode: () => sent.opened,
    })
    expect((await client().requestCode(ADA)).status).toBe(202)
    await expectWait(emailOtp.idle(), () => known.open(true), sent.open)
    expect(events.at(-1)?.type).toBe('sent')
  })

  it('waits for a request whose answer is not decided yet, with the mail that follows', async () => {
    const [reached, opened, sent] = [gate(), gate(), gate()]
    const { emailOtp, req } = plainCalls({
      store: faultyStore((real) => ({
        open: async (request) => {
          reached.open()
          await opened.opened
          return real.open(request)
        },
      })),
      allowEmail: () => true,
      sendCode: () => sent.opened,
    })
    void emailOtp.requestCode(req, ADA)
    await reached.opened
    await expectWait(emailOtp.idle(), opened.open, sent.open)
  })

  it('waits for the mail of the route without allowEmail', async () => {
    const sent = gate()
    const { emailOtp, client, heard } = await createWorld({ sendCode: () => sent.opened })
    const asking = client()
      .requestCode(ADA)
      .then((answer) => answer)
    await heard('issued')
    await expectWait(emailOtp.idle(), sent.open)
    await asking
  })

  it('waits for the mail of requestCode without allowEmail', async () => {
    const sent = gate()
    const { emailOtp, req } = plainCalls({ sendCode: () => sent.opened })
    void emailOtp.requestCode(req, ADA)
    await expectWait(emailOtp.idle(), sent.open)
  })

  it('waits for a code that is being checked', async () => {
    const [reached, answer] = [gate(), gate()]
    const { emailOtp, req, mails } = plainCalls({
      store: faultyStore((real) => ({
        attempt: async (request) => {
          reached.open()
          await answer.opened
          return real.attempt(request)
        },
      })),
    })
    await emailOtp.requestCode(req, ADA)
    const verifying = emailOtp.verifyCode(req, mails[0]?.code)
    await reached.opened
    await expectWait(emailOtp.idle(), answer.open)
    expect((await verifying).reason).toBe('accepted')
  })

  it('waits for what onEvent writes, and not for its result', async () => {
    const written = gate()
    const { emailOtp, req } = plainCalls({ onEvent: () => written.opened })
    await emailOtp.requestCode(req, ADA)
    await expectWait(emailOtp.idle(), () => written.fail(new Error('the log is full')))
  })

  it('waits for a store that takes back what it opened too late', async () => {
    const [late, taken] = [gate(), gate()]
    const asked: string[] = []
    const clock = stopTimeouts()
    const { emailOtp, req } = plainCalls({
      store: faultyStore((real) => ({
        open: async (request) => {
          await late.opened
          return real.open(request)
        },
        cancel: async (request) => {
          asked.push(request.refund)
          await taken.opened
          return real.cancel(request)
        },
      })),
    })
    const failed = emailOtp.requestCode(req, ADA).catch((err) => err.code)
    await clock.pass(2_000)
    expect(await failed).toBe('store_failed')
    late.open()
    await turns()
    const idle = stateOf(emailOtp.idle())
    await turns()
    expect([asked, idle.now]).toEqual([['whole'], 'waiting'])
    taken.open()
    await turns()
    expect(idle.now).toBe(true)
  })

  it('waits a minute for a mail that goes on after the answer, and no longer', async () => {
    const clock = stopTimeouts()
    const { emailOtp, req } = plainCalls({ sendCode: () => new Promise(() => {}) })
    const asking = emailOtp.requestCode(req, ADA)
    await turns()
    await clock.pass(10_000)
    expect(await asking).toMatchObject({ confirmed: false })
    const idle = stateOf(emailOtp.idle({ timeoutSeconds: 300 }))
    await clock.pass(59_999)
    expect(idle.now).toBe('waiting')
    await clock.pass(1)
    await turns()
    expect(idle.now).toBe(true)
  })

  it.each([
    [{}, 20_000],
    [{ timeoutSeconds: undefined }, 20_000],
    [{ timeoutSeconds: 3 }, 3_000],
  ])('with %o is false after %i ms at the latest', async (options, limitMs) => {
    const { emailOtp, req } = plainCalls({ allowEmail: () => new Promise(() => {}) })
    await emailOtp.requestCode(req, ADA)
    const clock = stopTimeouts()
    const idle = stateOf(emailOtp.idle(options))
    await clock.pass(limitMs - 1)
    expect(idle.now).toBe('waiting')
    await clock.pass(1)
    expect(idle.now).toBe(false)
  })

  it.each<[object, ...(string | number)[]]>([
    [{ timeoutSeconds: 0 }, 1, 300, 0],
    [{ timeoutSeconds: 301 }, 1, 300, 301],
    [{ timeoutSecond: 3 }, '"timeoutSecond"'],
  ])('rejects %o', async (options, ...values) => {
    const { emailOtp } = plainCalls()
    await expectRejection(emailOtp.idle(options as IdleOptions), '"timeoutSeconds"', ...values)
  })
})
