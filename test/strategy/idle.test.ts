import { type IdleOptions, MemoryStore } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { stopTimeouts } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { until } from '../helpers/until.js'
import { faultyStore } from '../helpers/watch-store.js'
import { ADA, createWorld } from '../helpers/world.js'

const plainRequest = () => ({ headers: {}, session: {} })

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

describe('idle', () => {
  it('is true at once where nothing is under way', async () => {
    const { emailOtp } = await createWorld()
    expect(await emailOtp.idle()).toBe(true)
  })

  it('waits for a mail that is sent after the answer, and for allowEmail before it', async () => {
    const [known, sent] = [gate<boolean>(), gate()]
    const { emailOtp, client, events } = await createWorld({
      allowEmail: () => known.opened,
      sendCode: () => sent.opened,
    })
    expect((await client().requestCode(ADA)).status).toBe(202)
    const idle = stateOf(emailOtp.idle())
    await turns()
    expect(idle.now).toBe('waiting')
    known.open(true)
    await turns()
    expect(idle.now).toBe('waiting')
    sent.open()
    await until(() => idle.now !== 'waiting')
    expect(idle.now).toBe(true)
    expect(events.at(-1)?.type).toBe('sent')
  })

  it('waits for a request whose answer is not decided yet, with the mail that follows', async () => {
    const [reached, opened, sent] = [gate(), gate(), gate()]
    const memory = new MemoryStore()
    const { emailOtp } = await createWorld({
      store: faultyStore(() => ({
        open: async (request) => {
          reached.open()
          await opened.opened
          return memory.open(request)
        },
      })),
      allowEmail: () => true,
      sendCode: () => sent.opened,
    })
    void emailOtp.requestCode(plainRequest(), ADA)
    await reached.opened
    const idle = stateOf(emailOtp.idle())
    await turns()
    opened.open()
    await turns()
    expect(idle.now).toBe('waiting')
    sent.open()
    await until(() => idle.now !== 'waiting')
    expect(idle.now).toBe(true)
  })

  it.each(['requestCode', 'the route'])(
    'waits for the mail of %s without allowEmail',
    async (door) => {
      const sent = gate()
      const { emailOtp, client, heard } = await createWorld({ sendCode: () => sent.opened })
      const asking =
        door === 'the route'
          ? client()
              .requestCode(ADA)
              .then((answer) => answer)
          : emailOtp.requestCode(plainRequest(), ADA)
      await heard('issued')
      const idle = stateOf(emailOtp.idle())
      await turns()
      expect(idle.now).toBe('waiting')
      sent.open()
      await asking
      await until(() => idle.now !== 'waiting')
      expect(idle.now).toBe(true)
    },
  )

  it('waits for a code that is being checked', async () => {
    const [reached, answer] = [gate(), gate()]
    const memory = new MemoryStore()
    const { emailOtp, smtp } = await createWorld({
      store: faultyStore(() => ({
        open: (request) => memory.open(request),
        attempt: async (request) => {
          reached.open()
          await answer.opened
          return memory.attempt(request)
        },
      })),
    })
    const req = plainRequest()
    await emailOtp.requestCode(req, ADA)
    const verifying = emailOtp.verifyCode(req, (await smtp.next()).code)
    await reached.opened
    const idle = stateOf(emailOtp.idle())
    await turns()
    expect(idle.now).toBe('waiting')
    answer.open()
    expect((await verifying).reason).toBe('accepted')
    await until(() => idle.now !== 'waiting')
  })

  it('waits for what onEvent writes, and not for its result', async () => {
    const written = gate()
    const { emailOtp } = await createWorld({ onEvent: () => written.opened })
    await emailOtp.requestCode(plainRequest(), ADA)
    const idle = stateOf(emailOtp.idle())
    await turns()
    expect(idle.now).toBe('waiting')
    written.fail(new Error('the log is full'))
    await until(() => idle.now !== 'waiting')
    expect(idle.now).toBe(true)
  })

  it('waits for a store that takes back what it opened too late', async () => {
    const [late, taken] = [gate(), gate()]
    const asked: string[] = []
    const memory = new MemoryStore()
    const clock = stopTimeouts()
    const { emailOtp } = await createWorld({
      store: faultyStore(() => ({
        open: async (request) => {
          await late.opened
          return memory.open(request)
        },
        cancel: async (request) => {
          asked.push(request.refund)
          await taken.opened
          return memory.cancel(request)
        },
      })),
    })
    const failed = emailOtp.requestCode(plainRequest(), ADA).catch((err) => err.code)
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
    const { emailOtp, heard } = await createWorld({ sendCode: () => new Promise(() => {}) })
    const asking = emailOtp.requestCode(plainRequest(), ADA)
    await heard('issued')
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
    const { emailOtp } = await createWorld({ allowEmail: () => new Promise(() => {}) })
    await emailOtp.requestCode(plainRequest(), ADA)
    const clock = stopTimeouts()
    const idle = stateOf(emailOtp.idle(options))
    await clock.pass(limitMs - 1)
    expect(idle.now).toBe('waiting')
    await clock.pass(1)
    expect(idle.now).toBe(false)
  })

  it.each([
    [{ timeoutSeconds: 0 }, 'option "timeoutSeconds" must be a whole number from 1 to 300; got 0'],
    [{ timeoutSeconds: 301 }, 'option "timeoutSeconds" must be'],
    [{ timeoutSecond: 3 }, 'Did you mean "timeoutSeconds"?'],
  ])('rejects %o', async (options, message) => {
    const { emailOtp } = await createWorld()
    await expect(emailOtp.idle(options as IdleOptions)).rejects.toThrow(message)
  })
})
