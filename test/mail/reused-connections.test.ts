import { describe, expect, it } from 'vitest'
import { holdTimers, SECOND, skipTimers, stopClock } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo } from '../helpers/mail.js'
import { type ScriptedSmtp, startScripted } from '../helpers/scripted-smtp.js'
import { until } from '../helpers/until.js'

/** Ms. How long a server may take to reply to RSET. */
const ANSWER_LIMIT = 2 * SECOND

/** A mailer with idle connections that have sent a mail each a moment ago. */
async function start({ pipelining = false, connections = 1 } = {}) {
  const smtp = await startScripted(undefined, { extensions: pipelining ? ['PIPELINING'] : [] })
  const sendCode = mailerTo(smtp.url)
  smtp.script = (phase) => (phase === 'mail' ? 'silence' : undefined)
  const sending = Promise.all(Array.from({ length: connections }, () => sendCode(codeMail())))
  await until(
    () => smtp.commands.filter((command) => command.endsWith('MAIL')).length === connections,
  )
  smtp.script = () => undefined
  smtp.wake()
  await sending
  expect(smtp.connections).toBe(connections)
  return { smtp, sendCode }
}

/** The server ends the connection in this way before the next mail comes, so that the client does not know it yet. */
const ENDS: Record<string, (smtp: ScriptedSmtp) => void> = {
  'ends it': (smtp) => smtp.open.forEach((socket) => void socket.end()),
  'resets it': (smtp) => smtp.open.forEach((socket) => void socket.resetAndDestroy()),
  'says 421 and ends it': (smtp) =>
    smtp.open.forEach((socket) => void socket.end('421 4.4.2 Idle for too long\r\n')),
  'says 421 and resets it': (smtp) =>
    smtp.open.forEach((socket) => {
      socket.write('421 4.3.2 Restarting\r\n')
      socket.resetAndDestroy()
    }),
  'says what was not asked': (smtp) =>
    smtp.open.forEach((socket) => void socket.write('250 Ok\r\n250 Ok\r\n250 Ok\r\n')),
}

describe.each([false, true])(
  'a connection that was used a moment ago (pipelining: %s)',
  (pipelining) => {
    const atMail = [
      'close',
      'reset',
      '421 4.4.2 Idle for too long',
      '452 4.5.3 Too many mails',
      '550 Enough',
    ]

    it.each(atMail)(
      'and begins no other mail (%s) costs no try: greylisting has its second one',
      async (end) => {
        skipTimers(SECOND)
        const { smtp, sendCode } = await start({ pipelining })
        smtp.script = (phase, { connection }) => {
          if (connection === 1) return phase === 'mail' ? end : undefined
          return phase === 'rcpt' && connection === 2 ? '451 4.7.1 Greylisted' : undefined
        }
        expect(await sendCode(codeMail())).toEqual({ tries: 2 })
        expect(smtp.commands).not.toContain('1 RSET')
        expect([smtp.accepted.length, smtp.connections]).toEqual([2, 3])
      },
    )

    it.each(Object.keys(ENDS))('and that the server %s costs no try', async (way) => {
      const { smtp, sendCode } = await start({ pipelining })
      ENDS[way]?.(smtp)
      const code = '271828'
      expect(await sendCode(codeMail({ code }))).toEqual({ tries: 1 })
      // The client has taken the replies that were not asked for those of this mail.
      await until(() => smtp.accepted.length === 2)
      expect(smtp.accepted[1]).toContain(code)
    })

    it('and begins no other mail is replaced by a new one at once, not by others that were used too', async () => {
      const { smtp, sendCode } = await start({ pipelining, connections: 3 })
      smtp.script = (phase, { mail }) =>
        phase === 'mail' && mail > 1 ? '452 4.5.3 Too many mails' : undefined
      expect(await sendCode(codeMail())).toEqual({ tries: 1 })
      const begun = smtp.commands.filter((command) => command.endsWith('MAIL'))
      expect([begun.length, smtp.connections]).toEqual([5, 4])
    })

    it('of a server that restarts costs no try of any of the mails that come at once', async () => {
      const { smtp, sendCode } = await start({ pipelining, connections: 5 })
      ENDS['resets it']?.(smtp)
      const results = await Promise.all(Array.from({ length: 20 }, () => sendCode(codeMail())))
      expect(results).toEqual(Array.from({ length: 20 }, () => ({ tries: 1 })))
      expect(smtp.accepted).toHaveLength(25)
    })

    it('and all others of a full pool begin no other mail: twenty mails at once get new ones, one each', async () => {
      const { smtp, sendCode } = await start({ pipelining, connections: 5 })
      smtp.script = (phase, { mail }) =>
        phase === 'mail' && mail > 1 ? '421 4.7.0 Too many mails' : undefined
      const codes = Array.from({ length: 20 }, (_, n) => `${271_800 + n}`)
      const results = await Promise.all(codes.map((code) => sendCode(codeMail({ code }))))
      expect(results).toEqual(codes.map(() => ({ tries: 1 })))
      const sent = smtp.accepted.map((message) => /^Subject: (\d{6}) /m.exec(message)?.[1])
      expect(sent.slice(5).sort()).toEqual(codes)
    })

    it('is left alone for as long as the mail may take, also before the first reply', async () => {
      const { smtp, sendCode } = await start({ pipelining })
      const timers = holdTimers(ANSWER_LIMIT)
      smtp.script = (phase) => (phase === 'rcpt' ? 'silence' : undefined)
      const sending = sendCode(codeMail())
      await until(() => smtp.commands.filter((command) => command === '1 RCPT').length === 2)
      timers.fire()
      smtp.wake()
      expect(await sending).toEqual({ tries: 1 })
      expect([smtp.accepted.length, smtp.connections]).toEqual([2, 1])
    })

    it('and ends within the message is not replaced: the server may have accepted the mail', async () => {
      for (const end of ['acceptThenClose', 'acceptThenReset']) {
        const { smtp, sendCode } = await start({ pipelining })
        smtp.script = (phase) => (phase === 'dot' ? end : undefined)
        await expect(sendCode(codeMail())).rejects.not.toHaveProperty('notSent')
        expect([smtp.accepted.length, smtp.connections]).toEqual([2, 1])
      }
    })
  },
)

it('connections that were all forgotten on their way cost two seconds once, and one new connection', async () => {
  const clock = stopClock()
  const { smtp, sendCode } = await start({ connections: 5 })
  clock.pass(SECOND)
  const timers = holdTimers(ANSWER_LIMIT)
  smtp.script = (_phase, { connection }) => (connection <= 5 ? 'silence' : undefined)
  const sending = sendCode(codeMail())
  await until(() => smtp.commands.some((command) => command.endsWith('RSET')))
  timers.fire()
  expect(await sending).toEqual({ tries: 1 })
  expect([smtp.accepted.length, smtp.connections]).toEqual([6, 6])
})

it('a connection that was used before and ends after MAIL was accepted costs the one try that a mail has', async () => {
  const { smtp, sendCode } = await start()
  smtp.script = (phase, { connection }) => {
    if (phase !== 'rcpt') return undefined
    return connection === 1 ? 'close' : '451 4.7.1 Greylisted'
  }
  await expect(sendCode(codeMail())).rejects.toMatchObject({ notSent: true, responseCode: 451 })
  expect([smtp.accepted.length, smtp.connections]).toEqual([1, 2])
})

it.each([0, SECOND])(
  'a server that is gone %i ms after its last mail counts as not reached',
  async (ms) => {
    const clock = stopClock()
    const { smtp, sendCode } = await start()
    smtp.stopListening()
    clock.pass(ms)
    smtp.script = () => 'reset'
    const failure = await sendCode(codeMail()).catch((err: object) => err)
    expect(failure).toMatchObject({ notSent: true, originalCode: 'ECONNREFUSED' })
    expect(failure).not.toHaveProperty('reached')
  },
)

it.each([0, SECOND])(
  'a server that says %i ms after its last mail that it ends, and is gone then, counts as reached',
  async (ms) => {
    const clock = stopClock()
    const { smtp, sendCode } = await start()
    clock.pass(ms)
    smtp.script = (phase) => {
      smtp.stopListening()
      return phase === 'rset' || phase === 'mail' ? '421 4.3.2 Shutting down' : undefined
    }
    await expect(sendCode(codeMail())).rejects.toMatchObject({
      notSent: true,
      reached: true,
      originalCode: 'ECONNREFUSED',
    })
  },
)

it('a sender that the server refuses is refused on a new connection too, and no third time', async () => {
  const { smtp, sendCode } = await start()
  smtp.script = (phase) => (phase === 'mail' ? '553 5.7.1 Not your address' : undefined)
  await expect(sendCode(codeMail())).rejects.toMatchObject({ notSent: true, responseCode: 553 })
  expect(smtp.commands.filter((command) => command.endsWith('MAIL'))).toHaveLength(3)
})
