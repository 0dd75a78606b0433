import { EventEmitter } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Strategy } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { holdTimers } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { gate } from '../helpers/gate.js'
import { anybody, mailerTo, SECRET, smtpOfTest } from '../helpers/mail.js'

type GetSocket = (options: unknown, done: (err: Error | null, given?: object) => void) => void

/** Ms. No other timer has this length, so that a test decides when it is over. */
const LIMIT_MS = 7_777

async function start(getSocket: GetSocket, options: object = {}) {
  const smtp = await smtpOfTest()
  const place = { host: '127.0.0.1', port: smtp.port, connectionTimeout: LIMIT_MS, getSocket }
  return { smtp, sendCode: mailerTo({ ...place, ...options }) }
}

describe('a function for an own socket that never calls back', () => {
  it('fails the mail after `connectionTimeout`, and the place of its connection is free again', async () => {
    const timers = holdTimers(LIMIT_MS)
    const called = gate()
    let isBroken = true
    const { smtp, sendCode } = await start(
      (_, done) => {
        called.open()
        if (!isBroken) done(null)
      },
      { maxConnections: 1 },
    )
    void called.opened.then(() => setImmediate(timers.fire))
    await expect(sendCode(codeMail())).rejects.toMatchObject({ code: 'ETIMEDOUT', notSent: true })
    isBroken = false
    await sendCode(codeMail())
    expect(smtp.mails).toHaveLength(1)
  })

  it('fails the mail as soon as its signal is aborted', async () => {
    const called = gate()
    const { sendCode } = await start(() => called.open(), { connectionTimeout: 600_000 })
    const stop = new AbortController()
    const sending = sendCode(codeMail({ signal: stop.signal }))
    await called.opened
    stop.abort()
    await expect(sending).rejects.toMatchObject({ notSent: true })
  })

  it('is a problem of check(), which leaves nothing behind', async () => {
    const timers = holdTimers(LIMIT_MS)
    const { smtp, sendCode } = await start(() => setImmediate(timers.fire))
    const emailOtp = new Strategy({ secret: SECRET, sendCode }, anybody)
    const { mail } = await emailOtp.check()
    expect(mail).toMatchObject({ ok: false, checked: true })
    expect(mail.problems.join()).toContain('ETIMEDOUT')
    expect(smtp.connections).toBe(0)
  })

  it('loses the socket that it hands over too late', async () => {
    const late = gate<(given: object) => void>()
    const timers = holdTimers(LIMIT_MS)
    const { sendCode } = await start((_, done) => {
      late.open((given) => done(null, given))
      setImmediate(timers.fire)
    })
    await expect(sendCode(codeMail())).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    const destroyed = gate()
    const connection = Object.assign(new EventEmitter(), { destroy: () => destroyed.open() })
    ;(await late.opened)({ connection })
    await destroyed.opened
  })
})

it.each<[string, GetSocket]>([
  ['calls back with an error', (_, done) => done(new Error('no way'))],
  [
    'throws',
    () => {
      throw new Error('no way')
    },
  ],
  [
    'is async and rejects',
    async () => {
      throw new Error('no way')
    },
  ],
])('a function for an own socket that %s fails the mail at once', async (_what, getSocket) => {
  const { sendCode } = await start(getSocket)
  const sending = sendCode(codeMail())
  await expect(sending).rejects.toMatchObject({ message: 'no way', notSent: true })
})

it('an own socket that comes in time sends the mail', async () => {
  const sockets: Socket[] = []
  const { smtp, sendCode } = await start((_, done) => {
    const connection = connect(smtp.port, '127.0.0.1', () => done(null, { connection }))
    sockets.push(connection)
  })
  await sendCode(codeMail())
  expect([smtp.mails.length, sockets.length]).toEqual([1, 1])
})
