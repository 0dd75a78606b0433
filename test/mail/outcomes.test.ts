import { beforeEach, describe, expect, it } from 'vitest'
import { SECOND, skipTimers } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo } from '../helpers/mail.js'
import { PHASES, type Phase, type Script, startScripted } from '../helpers/scripted-smtp.js'
import { until } from '../helpers/until.js'

// The pauses before a second try and before another connection.
beforeEach(() => skipTimers(100, 200, 400, 800, SECOND))

/** Sends one mail through a server with this script, and returns what came of it. */
async function sendOnce(
  script: Script,
  { abortAt, pipelining = false }: { abortAt?: Phase | undefined; pipelining?: boolean } = {},
) {
  const extensions = ['AUTH PLAIN', ...(pipelining ? ['PIPELINING'] : [])]
  const reached = new Set<Phase>()
  const smtp = await startScripted(
    (phase, at) => {
      reached.add(phase)
      return script(phase, at)
    },
    { extensions },
  )
  const sendCode = mailerTo(smtp.url.replace('//', '//ann:secret@'))
  const limit = new AbortController()
  const sending = sendCode(codeMail({ signal: limit.signal })).then(
    () => ({}),
    (err: object) => err,
  )
  if (abortAt) {
    await until(() => reached.has(abortAt))
    limit.abort()
  }
  return { smtp, sending }
}

/** Before these a mail waits for a connection, and is not tried. */
const ADMITTED: readonly Phase[] = ['auth', 'mail', 'rcpt', 'data', 'dot']
const isBegun = (phase: Phase) => phase === 'body' || phase === 'dot'
const only =
  (at: Phase, action: string): Script =>
  (phase) =>
    phase === at ? action : undefined

describe.each([false, true])('the outcome of a mail (pipelining: %s)', (pipelining) => {
  const replies = PHASES.filter((phase) => phase !== 'body').flatMap((phase) =>
    ['451 4.7.1 Try again later', '550 5.7.1 No'].map((reply) => [reply, phase] as const),
  )
  it.each(replies)('is "not sent, server reached" after %s at %s', async (reply, phase) => {
    const { smtp, sending } = await sendOnce(only(phase, reply), { pipelining })
    expect(await sending).toMatchObject({
      responseCode: Number(reply.slice(0, 3)),
      notSent: true,
      reached: true,
    })
    expect(smtp.accepted).toEqual([])
    if (reply.startsWith('5')) expect(smtp.connections).toBe(1)
    else expect(smtp.connections).toBe(ADMITTED.includes(phase) ? 2 : 9)
  })

  const ends = PHASES.flatMap((phase) => ['close', 'reset'].map((end) => [end, phase] as const))
  it.each(ends)(
    'after a %s at %s is "not sent" only before the message was begun',
    async (end, phase) => {
      const { smtp, sending } = await sendOnce(only(phase, end), { pipelining })
      const err = await sending
      expect(err).toBeInstanceOf(Error)
      if (isBegun(phase)) expect(err).not.toHaveProperty('notSent')
      else expect(err).toMatchObject({ notSent: true })
      expect('reached' in err).toBe(!isBegun(phase) && phase !== 'greeting')
      if (isBegun(phase)) expect(smtp.connections).toBe(1)
      else expect(smtp.connections).toBe(ADMITTED.includes(phase) ? 2 : 9)
      expect(smtp.accepted).toEqual([])
    },
  )

  it.each(['acceptThenClose', 'acceptThenReset'])(
    'is unknown where the server accepts the mail and ends the connection before it replies (%s)',
    async (end) => {
      const { smtp, sending } = await sendOnce(only('dot', end), { pipelining })
      expect(await sending).not.toHaveProperty('notSent')
      expect(smtp.accepted).toHaveLength(1)
      expect(smtp.connections).toBe(1)
    },
  )

  it.each(PHASES)(
    'when the time is over at %s is "not sent" only before the message',
    async (phase) => {
      const { smtp, sending } = await sendOnce(only(phase, 'silence'), {
        abortAt: phase,
        pipelining,
      })
      if (isBegun(phase)) {
        // The mail is not stopped: the server accepts it later.
        smtp.wake()
        expect(await sending).toEqual({})
        expect(smtp.accepted).toHaveLength(1)
      } else {
        expect(await sending).toMatchObject({ notSent: true })
        smtp.wake()
        await until(() => smtp.open.size === 0)
        expect(smtp.accepted).toEqual([])
      }
    },
  )
})
