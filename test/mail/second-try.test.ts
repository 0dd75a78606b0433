import { beforeEach, describe, expect, it, vi } from 'vitest'
import { SECOND, skipTimers, stopClock } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo } from '../helpers/mail.js'
import { type Script, startScripted } from '../helpers/scripted-smtp.js'
import { createWorld } from '../helpers/world.js'

async function start(script: Script, transport = (url: string) => url) {
  const smtp = await startScripted(script, { extensions: ['AUTH PLAIN'] })
  return { smtp, sendCode: mailerTo(transport(smtp.url)) }
}

describe('a second try', () => {
  beforeEach(() => skipTimers(SECOND))

  it.each(['auth', 'mail', 'rcpt', 'data', 'dot'])(
    'sends a mail that was refused for now at %s, on a new connection',
    async (phase) => {
      const { smtp, sendCode } = await start(
        (at, { connection }) =>
          at === phase && connection === 1 ? '451 4.7.1 Greylisted' : undefined,
        (url) => url.replace('//', '//ann:secret@'),
      )
      expect(await sendCode(codeMail())).toEqual({ tries: 2 })
      expect([smtp.accepted.length, smtp.connections]).toEqual([1, 2])
    },
  )

  it.each(['421 4.3.2 Restarting', 'close', 'reset'])(
    'is not needed where the server refuses the connection (%s): the mail waits for another',
    async (refusal) => {
      const { smtp, sendCode } = await start((phase, { connection }) =>
        phase === 'greeting' && connection < 4 ? refusal : undefined,
      )
      expect(await sendCode(codeMail())).toEqual({ tries: 1 })
      expect([smtp.accepted.length, smtp.connections]).toEqual([1, 4])
    },
  )

  it('comes after a pause for the provider’s limit of a second, if the mail was refused', async () => {
    const { sendCode } = await start((phase, { connection }) =>
      phase === 'mail' && connection === 1 ? '454 4.7.0 Throttling failure: Slow down' : undefined,
    )
    expect(await sendCode(codeMail())).toEqual({ tries: 2 })
    const pauses = vi.mocked(setTimeout).mock.calls.filter(([, ms]) => ms === SECOND)
    expect(pauses).toHaveLength(1)
  })

  it('is not made with a transporter of the application', async () => {
    let sends = 0
    const sendMail = () => {
      sends += 1
      return Promise.reject(Object.assign(new Error('greylisted'), { responseCode: 451 }))
    }
    await expect(mailerTo({ sendMail })(codeMail())).rejects.toMatchObject({
      notSent: true,
      reached: true,
    })
    expect(sends).toBe(1)
  })

  it('ends with the time limit: the refusal is the error', async () => {
    const stop = new AbortController()
    const { smtp, sendCode } = await start((phase, { connection }) => {
      if (phase !== 'rcpt') return undefined
      if (connection === 1) return '451 4.7.1 Greylisted'
      stop.abort()
      return 'silence'
    })
    await expect(sendCode(codeMail({ signal: stop.signal }))).rejects.toMatchObject({
      code: 'ETIMEDOUT',
      notSent: true,
      reached: true,
    })
    expect(smtp.accepted).toEqual([])
  })
})

it('six people whose mails are greylisted lose five minutes of a send each', async () => {
  skipTimers(SECOND)
  const clock = stopClock()
  const { sendCode, smtp } = await start((phase) => (phase === 'rcpt' ? '451 Later' : undefined))
  const { client } = await createWorld({ sendCode })
  for (let n = 0; n < 6; n++) {
    expect((await client().requestCode('ada@example.com')).status).toBe(502)
    clock.pass(30 * SECOND)
  }
  smtp.script = () => undefined
  const statuses = []
  for (let n = 0; n < 5; n++) statuses.push((await client().requestCode('ada@example.com')).status)
  expect(statuses).toEqual([202, 202, 202, 202, 429])
})
