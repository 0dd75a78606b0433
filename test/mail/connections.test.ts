import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { SECOND, skipTimers, stopClock } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo } from '../helpers/mail.js'
import { type Script, startScripted } from '../helpers/scripted-smtp.js'
import { until } from '../helpers/until.js'
import { createWorld } from '../helpers/world.js'
import { problemOf } from './failures.js'

async function start(script: Script = () => undefined, options: object = {}) {
  const smtp = await startScripted(script)
  return { smtp, sendCode: mailerTo({ url: smtp.url, ...options }) }
}

const LOGIN = { user: 'ann', pass: 'secret' }

const recipientOf = (message: string) => /^To: (.+)$/m.exec(message)?.[1]
const codeIn = (message: string) => /^Subject: (\d{6}) /m.exec(message)?.[1]

describe('fifty sign-ins at once', () => {
  it.each([
    [1, 7, '451 4.7.1 Too many connections', '452 4.5.3 Too many mails'],
    [2, 3, 'reset', 'close'],
    [4, 1, '421 4.7.0 Too many connections', '421 4.4.2 Too many mails'],
  ] as const)(
    'all get their mail from a server that takes %i connections of %i mails (%s, %s)',
    async (most, mails, full, enough) => {
      const { smtp, sendCode } = await start()
      smtp.script = (phase, { mail }) => {
        if (phase === 'greeting' && smtp.open.size > most) return full
        return phase === 'mail' && mail > mails ? enough : undefined
      }
      const { client, events } = await createWorld({ sendCode })
      const asked = await Promise.all(
        Array.from({ length: 50 }, (_, n) => client().requestCode(`user${n}@example.com`)),
      )
      expect(events.filter(({ type }) => type.startsWith('send_'))).toEqual([])
      expect(asked.filter(({ status }) => status !== 202)).toEqual([])
      // Two of fifty random codes may be the same.
      expect(new Set(smtp.accepted.map(recipientOf)).size).toBe(50)
      expect(smtp.accepted).toHaveLength(50)
    },
  )

  it('all get their mail where other mails are faster each time a connection is accepted', async () => {
    // Without the waits for another connection, each mail is refused far more often.
    skipTimers(100, 200, 400, 800, SECOND)
    const { smtp, sendCode } = await start()
    smtp.script = (phase, { mail }) => {
      if (phase === 'greeting' && smtp.open.size > 1) return 'reset'
      return phase === 'mail' && mail > 1 ? 'reset' : undefined
    }
    const codes = Array.from({ length: 50 }, (_, n) => `${100_000 + n}`)
    await Promise.all(codes.map((code) => sendCode(codeMail({ code }))))
    expect(smtp.accepted.map(codeIn).sort()).toEqual(codes)
  })

  it('use no more connections and mails than the options allow', async () => {
    const { smtp, sendCode } = await start(undefined, { maxConnections: 2, maxMessages: 10 })
    await Promise.all(Array.from({ length: 50 }, () => sendCode(codeMail())))
    expect(smtp.mostConnections).toBeLessThanOrEqual(2)
    const mails = smtp.commands.filter((command) => command.endsWith('MAIL'))
    const most = Math.max(
      ...Array.from(
        { length: smtp.connections },
        (_, n) => mails.filter((command) => command === `${n + 1} MAIL`).length,
      ),
    )
    expect([smtp.accepted.length, most]).toEqual([50, 10])
  })

  it('keep to a rate', async () => {
    const times: number[] = []
    const { sendCode } = await start(
      (phase) => {
        if (phase === 'mail') times.push(performance.now())
        return undefined
      },
      { rateLimit: 5, rateDelta: 200 },
    )
    await Promise.all(Array.from({ length: 20 }, () => sendCode(codeMail())))
    expect(times).toHaveLength(20)
    // Twenty mails are four lots of five: three whole spans lie between the first and the last.
    expect((times[19] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(450)
  })
})

it('times that are longer than a timer of Node.js mean that nothing ends', async () => {
  const never = 1e12
  const { smtp, sendCode } = await start(undefined, {
    ...{ connectionTimeout: never, socketTimeout: never, idleTimeout: never },
    ...{ rateLimit: 1_000, rateDelta: never },
  })
  const timers = vi.spyOn(globalThis, 'setTimeout')
  onTestFinished(() => timers.mockRestore())
  await sendCode(codeMail())
  await sendCode(codeMail())
  expect([smtp.accepted.length, smtp.connections]).toEqual([2, 1])
  expect(Math.max(...timers.mock.calls.map(([, ms = 0]) => ms))).toBe(2 ** 31 - 1)
})

it('times and counts that are texts, as environment variables are, are the numbers that they say', async () => {
  const { smtp, sendCode } = await start(undefined, {
    ...{ connectionTimeout: '7001', dnsTimeout: '7002', greetingTimeout: '7003' },
    ...{ socketTimeout: '60001', idleTimeout: ' 5001 ', maxConnections: '1', maxMessages: '2' },
  })
  const timers = vi.spyOn(globalThis, 'setTimeout')
  onTestFinished(() => timers.mockRestore())
  await Promise.all([1, 2, 3].map(() => sendCode(codeMail())))
  expect([smtp.accepted.length, smtp.connections, smtp.mostConnections]).toEqual([3, 2, 1])
  const limits = timers.mock.calls.map(([, ms]) => ms)
  for (const ms of [7001, 60_001, 5001]) expect(limits).toContain(ms)
  expect(limits.filter((ms = 0) => ms < 1000)).toEqual([])
})

it('a count of 0 is the default, as for nodemailer', async () => {
  const { smtp, sendCode } = await start(undefined, { maxConnections: 0, maxMessages: '0' })
  await sendCode(codeMail())
  await sendCode(codeMail())
  expect([smtp.accepted.length, smtp.connections]).toEqual([2, 1])
})

describe('a connection', () => {
  it('is asked whether it still works after an idle second, and not between mails that follow each other', async () => {
    const clock = stopClock()
    const { smtp, sendCode } = await start()
    const commands = async () => {
      smtp.commands.length = 0
      await sendCode(codeMail())
      return smtp.commands.map((command) => command.slice(2))
    }
    const mail = ['MAIL', 'RCPT', 'DATA', '.']
    expect(await commands()).toEqual(['EHLO', ...mail])
    clock.pass(SECOND - 1)
    expect(await commands()).toEqual(mail)
    clock.pass(SECOND)
    expect(await commands()).toEqual(['RSET', ...mail])
    // The clock of the machine was set back: nobody knows how long it was idle.
    clock.pass(-SECOND)
    expect(await commands()).toEqual(['RSET', ...mail])
  })

  it('is not used again after 5 idle seconds, also on a machine that was suspended', async () => {
    const clock = stopClock()
    const { smtp, sendCode } = await start()
    await sendCode(codeMail())
    clock.pass(5 * SECOND - 1)
    await sendCode(codeMail())
    expect(smtp.connections).toBe(1)
    clock.pass(5 * SECOND)
    await sendCode(codeMail())
    expect(smtp.connections).toBe(2)
  })

  it('ends by itself after `idleTimeout`, and the next mail opens another', async () => {
    const { smtp, sendCode } = await start(undefined, { idleTimeout: 20 })
    await sendCode(codeMail())
    await until(() => smtp.open.size === 0)
    expect(smtp.commands.at(-1)).toBe('1 QUIT')
    expect(await sendCode(codeMail())).toEqual({ tries: 1 })
  })

  it('ends also where the server does not answer QUIT', async () => {
    const { smtp, sendCode } = await start(undefined, { maxMessages: 1 })
    await sendCode(codeMail())
    for (const socket of smtp.open) socket.pause()
    await sendCode(codeMail())
    expect(smtp.accepted).toHaveLength(2)
  })

  it('serves the next mail after a recipient that was refused', async () => {
    const { smtp, sendCode } = await start(
      (phase, { mail }) => (phase === 'rcpt' && mail === 1 ? '550 5.1.1 Unknown' : undefined),
      { maxConnections: 1 },
    )
    await expect(sendCode(codeMail())).rejects.toMatchObject({ responseCode: 550 })
    await sendCode(codeMail())
    expect([smtp.accepted.length, smtp.connections]).toEqual([1, 1])
  })
})

describe('a check', () => {
  it('is no mail for `rateLimit`: it neither uses a mail up nor waits for the next', async () => {
    const { smtp, sendCode } = await start(undefined, { rateLimit: 2, rateDelta: 600_000 })
    await sendCode(codeMail())
    for (let n = 0; n < 3; n += 1) expect(await sendCode.check()).toEqual([])
    await sendCode(codeMail())
    const stop = new AbortController()
    const third = sendCode(codeMail({ signal: stop.signal }))
    expect(await sendCode.check()).toEqual([])
    stop.abort()
    await expect(third).rejects.toMatchObject({ notSent: true })
    expect(smtp.accepted).toHaveLength(2)
  })

  it.each(['421 4.7.0 Too many connections', 'close'])(
    'finds no problem where the server takes one connection, and an idle one has it (%s)',
    async (full) => {
      const { smtp, sendCode } = await start()
      smtp.script = (phase) => (phase === 'greeting' && smtp.open.size > 1 ? full : undefined)
      await sendCode(codeMail())
      expect(await sendCode.check()).toEqual([])
      expect(await sendCode(codeMail())).toEqual({ tries: 1 })
      expect(smtp.mostConnections).toBe(2)
    },
  )

  it('says why the server refuses every connection, and not that its time was over', async () => {
    skipTimers(100, 200, 400, 800, SECOND)
    const { sendCode } = await start((phase) => (phase === 'greeting' ? '421 Busy' : undefined))
    expect(await sendCode.check()).toEqual([expect.stringContaining(problemOf('a busy server'))])
  })

  it('reports a login that the server does not offer, without which mails are sent', async () => {
    const { smtp } = await start()
    const sendCode = mailerTo(smtp.url.replace('//', '//ann:secret@'))
    const [problem, ...others] = (await sendCode.check()) ?? []
    expect(problem).toContain(problemOf('no login offered'))
    expect(others).toEqual([])
    await sendCode(codeMail())
    expect(smtp.accepted).toHaveLength(1)
    const forced = mailerTo({ host: '127.0.0.1', port: smtp.port, auth: LOGIN, forceAuth: true })
    expect(await forced.check()).toEqual([])
    expect(smtp.heard).toContain('AUTH PLAIN')
  })

  it('leaves no time limit behind that keeps the process alive', async () => {
    const { sendCode } = await start()
    const [set, clear] = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'clearTimeout')]
    onTestFinished(() => {
      for (const spy of [set, clear]) spy.mockRestore()
    })
    await sendCode.check()
    const limit = set.mock.calls.findIndex(([, ms]) => ms === 9 * SECOND)
    expect(limit).not.toBe(-1)
    const timer = set.mock.results[limit]?.value
    expect(clear.mock.calls.filter(([cleared]) => cleared === timer)).toHaveLength(1)
  })
})

describe('close()', () => {
  it('is a problem of check(), because no mail is sent any more', async () => {
    const { smtp, sendCode } = await start()
    sendCode.close()
    expect(await sendCode.check()).toHaveLength(1)
    expect(smtp.connections).toBe(0)
  })

  it('lets mails go out that were handed over before', async () => {
    const { smtp, sendCode } = await start(undefined, { maxConnections: 1 })
    const mails = Array.from({ length: 5 }, () => sendCode(codeMail()))
    sendCode.close()
    await Promise.all(mails)
    await until(() => smtp.open.size === 0)
    expect(smtp.accepted).toHaveLength(5)
    await expect(sendCode(codeMail())).rejects.toMatchObject({ notSent: true })
  })
})
