import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { holdTimers, SECOND, stopClock } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo } from '../helpers/mail.js'
import { type Phase, startScripted } from '../helpers/scripted-smtp.js'
import { until } from '../helpers/until.js'

/** A mailer with room for one connection, and whether the server has reached a phase. */
async function start(silentAt: Phase, options: object = {}) {
  const reached = new Set<Phase>()
  const smtp = await startScripted(
    (phase) => {
      reached.add(phase)
      return phase === silentAt ? 'silence' : undefined
    },
    { extensions: ['AUTH PLAIN'] },
  )
  const url = smtp.url.replace('//', '//ann:secret@')
  const sendCode = mailerTo({ url, maxConnections: 1, ...options })
  const isReached = () => until(() => reached.has(silentAt))
  const works = async () => {
    smtp.script = () => undefined
    const before = smtp.accepted.length
    await sendCode(codeMail({ code: '271828' }))
    expect(smtp.accepted.slice(before).join()).toContain('271828')
  }
  return { smtp, sendCode, isReached, works }
}

describe('a server that goes on replying byte by byte', () => {
  it('keeps a connection for `socketTimeout` after the message, not for ever', async () => {
    const { smtp, sendCode, isReached, works } = await start('dot', { socketTimeout: 54_321 })
    const timers = holdTimers(54_321)
    const sending = sendCode(codeMail())
    await isReached()
    for (const socket of smtp.open) socket.write('2')
    timers.fire()
    await expect(sending).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await expect(sending).rejects.not.toHaveProperty('notSent')
    await works()
  })

  it.each(['ehlo', 'auth'] as const)(
    'at %s keeps the connection of check() for nine seconds, and the error is reported',
    async (phase) => {
      const { smtp, sendCode, isReached, works } = await start(phase)
      const timers = holdTimers(9 * SECOND)
      const checking = sendCode.check()
      await isReached()
      for (const socket of smtp.open) socket.write('2')
      timers.fire()
      expect((await checking)?.join()).toContain('ETIMEDOUT')
      await until(() => smtp.open.size === 0)
      await works()
    },
  )
})

it('a check whose login is refused leaves no connection', async () => {
  const { smtp, sendCode, works } = await start('mail')
  smtp.script = (phase) => (phase === 'auth' ? '535 5.7.8 Wrong' : undefined)
  expect((await sendCode.check())?.join()).toContain('EAUTH')
  await until(() => smtp.open.size === 0)
  await works()
})

it('a check that finds no free connection ends after nine seconds and leaves its place', async () => {
  const { smtp, sendCode, isReached } = await start('mail')
  const timers = holdTimers(9 * SECOND)
  const sending = sendCode(codeMail())
  await isReached()
  const checking = sendCode.check()
  timers.fire()
  expect((await checking)?.join()).toContain('ETIMEDOUT')
  smtp.wake()
  await sending
  expect(smtp.connections).toBe(1)
})

it('the way through a proxy is part of `connectionTimeout`', async () => {
  const clock = stopClock()
  const { smtp, sendCode } = await start('greeting', {
    connectionTimeout: 600 * SECOND,
    getSocket: (_: unknown, done: (err: null, given: object) => void) => {
      const connection = connect(smtp.port, '127.0.0.1', () => {
        clock.pass(600 * SECOND)
        done(null, { connection })
      })
    },
  })
  // Without the time of the proxy, the greeting could take half a minute more.
  await expect(sendCode(codeMail())).rejects.toMatchObject({ code: 'ETIMEDOUT', notSent: true })
})
