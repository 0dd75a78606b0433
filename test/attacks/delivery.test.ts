import { inspect } from 'node:util'
import { type CodeMail, EmailOtpError, mailer, type SendCode } from 'passport-email-otp'
import { expect, it, onTestFinished } from 'vitest'
import { holdTimers, MINUTE, SECOND, stopClock, stopTimeouts } from '../helpers/clock.js'
import { gate } from '../helpers/gate.js'
import { ADA, createWorld, EVE } from '../helpers/world.js'

it('MAIL-01: the transporter gets one recipient, as an object, and an envelope of its own', async () => {
  const given: Record<string, unknown>[] = []
  const sendCode = mailer({
    transport: { sendMail: async (mail) => void given.push({ ...mail }) },
    from: 'Acme <login@acme.example>',
  })
  const { client } = await createWorld({ sendCode })
  await client().requestCode(' Ada+x@Example.COM ')
  expect(given).toHaveLength(1)
  expect(given[0]).toMatchObject({
    from: { name: 'Acme', address: 'login@acme.example' },
    to: { name: '', address: 'ada+x@example.com' },
    envelope: { from: 'login@acme.example', to: ['ada+x@example.com'] },
  })
  expect(Object.keys(given[0] as object).sort()).toEqual([
    ...['envelope', 'from', 'headers', 'html', 'otp', 'subject', 'text', 'to'],
  ])
})

it('MAIL-01: on the wire there is one recipient, whatever else the request says', async () => {
  const { client, smtp } = await createWorld()
  await client().post({
    email: ADA,
    ...{ to: EVE, cc: EVE, bcc: EVE, from: EVE, replyTo: EVE, envelope: { to: [EVE] } },
    ...{ subject: 'x\r\nBcc: eve@attacker.example', headers: { bcc: EVE }, attachments: [] },
  })
  const mail = await smtp.next()
  expect(mail.envelope).toEqual({ from: 'login@acme.example', to: [ADA] })
  expect(mail.to).toEqual([ADA])
  expect(mail.raw).not.toMatch(/attacker|bcc/i)
  expect(mail.headers['auto-submitted']).toBe('auto-generated')
})

/** What a client of some mail service may throw, each holding what must not get out. */
const failures: [what: string, fail: (mail: CodeMail) => unknown][] = [
  [
    'an error that quotes the mail',
    ({ to, code }) => new Error(`550 <${to}>: code ${code} refused`),
  ],
  [
    'an error with the whole mail on it',
    (mail) => Object.assign(new Error(`to ${mail.to}`), { mail, response: `${mail.code}` }),
  ],
  [
    'an error whose cause has it',
    ({ to, code }) => new Error('failed', { cause: new Error(`${to} ${code}`) }),
  ],
  [
    'an error of several',
    ({ to, code }) => new AggregateError([new Error(`${to} ${code}`)], `none took ${code}`),
  ],
  ['the address in capitals', ({ to }) => new Error(`no such user: ${to.toUpperCase()}`)],
  ['a string', ({ to, code }) => `could not send ${code} to ${to}`],
  ['an object', ({ to, code }) => ({ to, code })],
  ['an object that shows itself', ({ to, code }) => ({ toString: () => `${to} ${code}` })],
  ['undefined', () => undefined],
  ['null', () => null],
  ['a symbol', ({ code }) => Symbol(code)],
  ['a number', ({ code }) => Number(code)],
  ['a frozen error', ({ code }) => Object.freeze(new Error(code))],
  ['an object without a prototype', ({ to }) => Object.assign(Object.create(null), { to })],
  [
    'an object that can’t be shown',
    () => ({
      toString() {
        throw new Error('no')
      },
    }),
  ],
  [
    'an error without a message',
    ({ to }) => Object.assign(new Error(), { message: undefined, to }),
  ],
  ['an error whose message is no text', (mail) => Object.assign(new Error(), { message: mail })],
  ['an error whose name has it', ({ to }) => Object.assign(new Error('x'), { name: `To ${to}` })],
]

it.each(failures)(
  'MAIL-02: %s leaves the code valid, and nothing of the mail gets out',
  async (_what, fail) => {
    const mails: CodeMail[] = []
    const { client, heard, calls } = await createWorld({
      sendCode: (mail) => {
        mails.push(mail)
        if (mails.length % 2) throw fail(mail)
        return Promise.reject(fail(mail))
      },
    })
    // No code of ours is confused with a part of a stack's line numbers.
    for (const n of [1, 2]) {
      const asked = await client().requestCode(`ada.lovelace${n}@example.com`)
      expect(asked.status).toBe(202)
      expect(asked.body).toMatchObject({ reason: 'code_sent', confirmed: false })
      const event = (await heard('send_unconfirmed', n))[n - 1]
      expect(event?.error).toBeInstanceOf(EmailOtpError)
      const shown = [
        inspect(event, { depth: 10, showHidden: true }),
        JSON.stringify(event),
        String(event?.error.stack),
        String(event?.error.cause),
        JSON.stringify(asked.headers),
      ].join('\n')
      expect(shown).not.toContain(mails.at(-1)?.code)
      expect(shown).not.toMatch(/lovelace/i)
    }
    expect(calls.map(({ verb }) => verb)).toEqual(['open', 'open'])
  },
)

it('MAIL-04: a transport that never answers is not waited for after ten seconds, and its code works', async () => {
  const reached = gate<CodeMail>()
  const forEver = gate()
  let hangs = true
  const { client, calls, events } = await createWorld({
    sendCode: (mail) => {
      if (!hangs) return
      reached.open(mail)
      return forEver.opened
    },
  })
  const ada = client()
  const timers = stopTimeouts()
  let answered = false
  const asking = ada.requestCode(ADA).then((response) => {
    answered = true
    return response
  })
  const { signal, code } = await reached.opened
  timers.pass(10 * SECOND - 1)
  await client().home()
  expect([answered, signal.aborted]).toEqual([false, false])
  timers.pass(1)
  const asked = await asking
  expect(asked.status).toBe(202)
  expect(asked.body).toMatchObject({ reason: 'code_sent', confirmed: false, next: 'enter_code' })
  expect(signal.aborted).toBe(true)
  expect(calls.map(({ verb }) => verb)).toEqual(['open'])
  forEver.open()
  await client().home()
  expect(events.map(({ type }) => type)).toEqual(['issued', 'send_unconfirmed'])
  expect((await ada.enterCode(code)).status).toBe(200)
  hangs = false
  expect((await client().requestCode(ADA)).body).not.toHaveProperty('confirmed')
})

it.each([
  ['that it sent nothing', { notSent: true }, 502, ['open', 'cancel']],
  ['nothing of the kind', {}, 202, ['open']],
])(
  'MAIL-04: a transport that stops at the signal and says %s is believed',
  async (_what, said, status, verbs) => {
    const reached = gate()
    const { client, calls } = await createWorld({
      sendCode: ({ signal }) =>
        new Promise((_, reject) => {
          const stop = () => reject(Object.assign(new Error('stopped'), said))
          signal.addEventListener('abort', stop)
          reached.open()
        }),
    })
    const timers = stopTimeouts()
    const asking = client()
      .requestCode(ADA)
      .then((response) => response)
    await reached.opened
    await timers.pass(10 * SECOND)
    expect((await asking).status).toBe(status)
    expect(calls.map(({ verb }) => verb)).toEqual(verbs)
  },
)

it('MAIL-04: a server that accepts the mail after twelve seconds: its code works', async () => {
  const { client, smtp, events } = await createWorld()
  smtp.hold()
  onTestFinished(() => smtp.release())
  const timers = holdTimers(10 * SECOND)
  const ada = client()
  const asking = ada.requestCode(ADA).then((response) => response)
  const { code } = await smtp.next()
  timers.fire()
  const asked = await asking
  expect([asked.status, asked.body.confirmed]).toEqual([202, false])
  expect(events.map(({ type }) => type)).toEqual(['issued', 'send_unconfirmed'])
  smtp.release()
  // The connection was not cut, or the next mail would need another one.
  await client().requestCode(EVE)
  expect(smtp.connections).toBe(1)
  expect((await ada.enterCode(code)).status).toBe(200)
})

it('MAIL-05: a process that dies between opening and sending costs one send, and its row expires', async () => {
  const clock = stopClock()
  const [reached, never] = [gate(), gate()]
  const codes: string[] = []
  let dying = true
  const sendCode: SendCode = ({ code }) => {
    codes.push(code)
    if (!dying) return
    reached.open()
    return never.opened
  }
  const { client, sessions } = await createWorld({ sendCode })
  const ada = client()
  const dead = ada.requestCode(ADA)
  dead.then(
    () => {},
    () => {},
  )
  await reached.opened
  dying = false
  const left = []
  for (let n = 0; n < 6; n++) left.push((await client().requestCode(ADA)).status)
  expect(left).toEqual([202, 202, 202, 202, 429, 429])
  // Whoever has the session could still guess at it, five times and for ten minutes.
  const [pending] = Object.values(await sessions.all()).map((session) => session['email-otp'])
  expect(pending).toMatchObject({ email: ADA })
  expect(pending).not.toHaveProperty('ended')
  clock.pass(10 * MINUTE)
  never.open()
  await dead
  expect((await ada.enterCode(codes[0])).body.reason).toBe('expired_code')
})
