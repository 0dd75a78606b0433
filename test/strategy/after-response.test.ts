import { EventEmitter } from 'node:events'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { holdTimers, stopTimeouts } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { visit } from '../helpers/plain-calls.js'
import { until } from '../helpers/until.js'
import { ADA, createWorld, type WorldOptions } from '../helpers/world.js'

/** An application whose `afterResponse` writes down what happens, in order. */
async function withHook(
  hook: (task: () => Promise<void>, order: string[]) => unknown,
  options: WorldOptions = {},
) {
  const order: string[] = []
  const requests: unknown[] = []
  const world = await createWorld({
    before: (_req, res, next) => {
      res.on('finish', () => order.push('answered'))
      next()
    },
    allowEmail: () => order.push('allowEmail'),
    sendCode: () => void order.push('sendCode'),
    afterResponse: (task, req) => {
      order.push('afterResponse')
      requests.push(req)
      return hook(task, order)
    },
    ...options,
  })
  return { ...world, order, requests }
}

function warnings() {
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => spy.mockRestore())
  return () => spy.mock.calls.map(([text, options]) => ({ text: String(text), options }))
}

describe('afterResponse', () => {
  it('is called before the answer; a task that it runs at once waits for the answer', async () => {
    const { client, order } = await withHook((task, order) => {
      void task().then(() => order.push('task is over'))
    })
    const { status } = await client().requestCode(ADA)
    expect(status).toBe(202)
    await until(() => order.includes('task is over'))
    expect(order).toEqual(['afterResponse', 'answered', 'allowEmail', 'sendCode', 'task is over'])
  })

  it('decides when the work starts, if it runs the task after the answer', async () => {
    const tasks: (() => Promise<void>)[] = []
    const { client, order } = await withHook((task) => tasks.push(task))
    await client().requestCode(ADA)
    await until(() => order.includes('answered'))
    for (let n = 0; n < 10; n++) await new Promise(setImmediate)
    expect(order).toEqual(['afterResponse', 'answered'])
    await tasks[0]?.()
    expect(order).toEqual(['afterResponse', 'answered', 'allowEmail', 'sendCode'])
  })

  it('is called with the request before requestCode settles, and its task starts after that', async () => {
    const { emailOtp, order, requests } = await withHook((task) => task())
    const req = visit()
    await emailOtp.requestCode(req, ADA)
    expect(requests[0]).toBe(req)
    order.push('settled')
    await until(() => order.includes('sendCode'))
    expect(order).toEqual(['afterResponse', 'settled', 'allowEmail', 'sendCode'])
  })

  it('is called for an address that may not sign in too, and not without allowEmail', async () => {
    const refused = await withHook((task) => task(), { allowEmail: () => undefined })
    await refused.client().requestCode(ADA)
    await until(() => refused.order.includes('answered'))
    expect(refused.order).toEqual(['afterResponse', 'answered'])

    const open = await withHook((task) => task(), { allowEmail: undefined })
    await open.client().requestCode(ADA)
    await until(() => open.order.includes('answered'))
    expect(open.order).toEqual(['sendCode', 'answered'])
  })

  it('without allowEmail receives a task for a mail that takes longer than 10 seconds', async () => {
    const timers = holdTimers(10_000)
    const sent = gate()
    const tasks: Promise<void>[] = []
    const { emailOtp, heard, order } = await withHook((task) => tasks.push(task()), {
      allowEmail: undefined,
      sendCode: () => sent.opened,
    })
    const asking = emailOtp.requestCode(visit(), ADA)
    await heard('issued')
    timers.fire()
    expect(await asking).toMatchObject({ reason: 'code_sent', confirmed: false })
    expect(order).toEqual(['afterResponse'])
    const idle = emailOtp.idle()
    for (const waiting of [tasks[0], idle]) {
      expect(await Promise.race([waiting, later('waiting')])).toBe('waiting')
    }
    sent.open()
    await tasks[0]
    expect(await idle).toBe(true)
  })

  it('with allowEmail receives a task that lasts as long as the mail, beyond 10 seconds', async () => {
    const timers = holdTimers(10_000)
    const [sent, started] = [gate(), gate()]
    const tasks: Promise<void>[] = []
    const { emailOtp, heard } = await withHook((task) => tasks.push(task()), {
      sendCode: () => {
        started.open()
        return sent.opened
      },
    })
    await emailOtp.requestCode(visit(), ADA)
    await started.opened
    timers.fire()
    await heard('send_unconfirmed')
    expect(await Promise.race([tasks[0], later('waiting')])).toBe('waiting')
    sent.fail(new Error('the connection is gone'))
    await tasks[0]
  })

  it('may run the task twice; the mail is sent once', async () => {
    const both: Promise<void>[] = []
    const { client, order } = await withHook((task) => both.push(task(), task()))
    await client().requestCode(ADA)
    await until(() => both.length === 2)
    await Promise.all(both)
    expect(order.filter((what) => what === 'sendCode')).toHaveLength(1)
  })

  it.each([
    ['sendCode', { sendCode: () => Promise.reject(new Error('no route')) }],
    ['allowEmail', { allowEmail: () => Promise.reject(new Error('directory is down')) }],
    ['allowEmail, with a value that cannot be read', { allowEmail: () => unreadable() }],
  ])('gives a task that does not reject when %s does', async (_name, options) => {
    const results: unknown[] = []
    const warned = warnings()
    const { client } = await withHook((task) => {
      task().then(
        () => results.push('resolved'),
        () => results.push('rejected'),
      )
    }, options)
    expect((await client().requestCode(ADA)).status).toBe(202)
    await until(() => results.length > 0)
    expect(results).toEqual(['resolved'])
    expect(warned().length).toBeLessThanOrEqual(1)
  })

  const error = new Error(`called outside a request of ${ADA}`)

  it.each([
    [
      'throws',
      () => {
        throw error
      },
    ],
    ['rejects', () => Promise.reject(error)],
  ])(
    'that %s changes neither answer nor mail, and is a warning without the address',
    async (_name, hook) => {
      const warned = warnings()
      const { client, heard, order } = await withHook(hook)
      expect((await client().requestCode(ADA)).status).toBe(202)
      await heard('sent')
      expect(order).toEqual(['afterResponse', 'answered', 'allowEmail', 'sendCode'])
      const [{ text, options } = { text: '', options: {} }, ...others] = warned()
      expect(others).toEqual([])
      expect(text).toContain('called outside a request of')
      expect(text).not.toContain(ADA)
      expect(options).toEqual({ code: 'EMAIL_OTP_AFTER_RESPONSE' })
    },
  )

  it.each([
    ['runs its task in time is no warning later', true],
    ['never runs its task delays the mail by 5 seconds, and is a warning', false],
  ])('that %s', async (_what, isInTime) => {
    const warned = warnings()
    const clock = stopTimeouts()
    const tasks: (() => Promise<void>)[] = []
    const { emailOtp, order } = await withHook((task) => tasks.push(task))
    await emailOtp.requestCode(visit(), ADA)
    await clock.pass(4_999)
    expect([order, warned()]).toEqual([['afterResponse'], []])
    if (isInTime) await tasks[0]?.()
    await clock.pass(isInTime ? 60_000 : 1)
    expect(order).toEqual(['afterResponse', 'allowEmail', 'sendCode'])
    expect(warned()).toHaveLength(isInTime ? 0 : 1)
  })
})

describe('work after the answer', () => {
  const silent = () => Object.assign(new EventEmitter(), { setHeader: () => {} })

  it('starts after 5 seconds where the response of the host never reports its end', async () => {
    const clock = stopTimeouts()
    const { emailOtp, order } = await withHook((task) => task())
    await emailOtp.requestCode({ ...visit(), res: silent() }, ADA)
    await clock.pass(4_999)
    expect(order).toEqual(['afterResponse'])
    await clock.pass(1)
    expect(order).toEqual(['afterResponse', 'allowEmail', 'sendCode'])
  })

  it.each(['finish', 'close'])('starts with the %s of the response', async (event) => {
    // Otherwise the limit of 5 seconds would start it too.
    stopTimeouts()
    const res = silent()
    const { emailOtp, order, heard } = await withHook((task) => task())
    await emailOtp.requestCode({ ...visit(), res }, ADA)
    for (let n = 0; n < 10; n++) await new Promise(setImmediate)
    expect(order).toEqual(['afterResponse'])
    res.emit(event)
    await heard('sent')
    expect(order).toEqual(['afterResponse', 'allowEmail', 'sendCode'])
  })

  it('starts at once when the task is run after the response has reported its end', async () => {
    const res = silent()
    const tasks: (() => Promise<void>)[] = []
    const { emailOtp, order } = await withHook((task) => tasks.push(task))
    await emailOtp.requestCode({ ...visit(), res }, ADA)
    res.emit('finish')
    await tasks[0]?.()
    expect(order).toEqual(['afterResponse', 'allowEmail', 'sendCode'])
  })
})

/** Resolves after everything that is ready to run. */
async function later<T>(value: T): Promise<T> {
  for (let n = 0; n < 10; n++) await new Promise(setImmediate)
  return value
}

/** Throws where anybody looks at it, also where it is made into an error event. */
function unreadable(): Promise<never> {
  const opened = gate<never>()
  opened.fail(
    new Proxy(new Error('hidden'), {
      get() {
        throw new Error('this error cannot be read')
      },
    }),
  )
  return opened.opened
}
