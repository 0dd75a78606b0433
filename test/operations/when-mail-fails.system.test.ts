import { expect, it } from 'vitest'
import { SECOND } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { Document } from '../helpers/documents.js'
import { freePort } from '../helpers/free-port.js'
import { mailerTo, smtpOfTest } from '../helpers/mail.js'
import { type Script, startScripted } from '../helpers/scripted-smtp.js'
import { until } from '../helpers/until.js'
import { ADA, createWorld } from '../helpers/world.js'

const page = new Document('docs/operations/when-mail-fails.md')
const rows = page.table('The mail server …')

interface Case {
  /** What the server does while the mail of the row is sent. */
  readonly script?: Script
  /** A mail goes before the one of the row, so that its connection is used again. */
  readonly isSecond?: boolean
  /** Whether the connection is idle for a second after that mail. */
  readonly isIdle?: boolean
  /** Another server than the scripted one. */
  readonly url?: () => Promise<string>
  /** Whether the server does the usual thing once the request was answered. */
  readonly isLate?: boolean
}

const first =
  (phase: string, action: string): Script =>
  (at, { connection }) =>
    at === phase && connection === 1 ? action : undefined
const each =
  (phase: string, action: string): Script =>
  (at) =>
    at === phase ? action : undefined
const untrusted = (tls: 'implicit' | 'starttls') => async () => (await smtpOfTest({ tls })).url

const CASES: Record<string, Case> = {
  'accepts the mail after more than 10 seconds': { script: each('dot', 'silence'), isLate: true },
  'does not reply to RCPT': { script: each('rcpt', 'silence') },
  'greylists: 451, accepted a second later': { script: first('rcpt', '451 4.7.1 Greylisted') },
  'greylists for minutes: 451 to each try': { script: each('rcpt', '451 4.7.1 Greylisted') },
  'throttles after the message: 454, then accepts': {
    script: first('dot', '454 Throttling failure: Maximum sending rate exceeded.'),
  },
  'rejects the recipient: 550': { script: each('rcpt', '550 5.1.1 Unknown') },
  'rejects the message: 554': { script: each('dot', '554 5.7.1 No') },
  'rejects the login: 535': { script: each('auth', '535 5.7.8 Wrong') },
  'closes a connection that was used before': { isSecond: true, script: first('mail', 'close') },
  'takes no more mails on a connection: 421': {
    isSecond: true,
    script: first('mail', '421 4.4.2 Too many mails'),
  },
  'takes no more connections for a second: 421': {
    script: (phase, { connection }) =>
      phase === 'greeting' && connection < 5 ? '421 4.7.0 Too many connections' : undefined,
  },
  'takes no more connections: 421': { script: each('greeting', '421 4.7.0 Too many connections') },
  'was forgotten by a firewall': {
    isSecond: true,
    isIdle: true,
    script: (_phase, { connection }) => (connection === 1 ? 'silence' : undefined),
  },
  'closes the connection within the message': { script: each('body', 'close') },
  'accepts the message and closes before it replies': { script: each('dot', 'acceptThenClose') },
  'is gone: nothing listens': { url: async () => `smtp://127.0.0.1:${await freePort()}` },
  'has no address in the DNS': { url: async () => 'smtp://no-such-host.invalid' },
  'has a certificate that is not trusted (`smtps://`)': { url: untrusted('implicit') },
  'has a certificate that is not trusted (STARTTLS)': { url: untrusted('starttls') },
}

it('each row is measured', () => {
  expect(Object.keys(CASES)).toEqual(rows.map((row) => row['The mail server …']))
})

/** Lets the row happen, and returns its cells as they should be. */
async function measure({ script, isSecond, isIdle, url, isLate }: Case) {
  const smtp = await startScripted(undefined, { extensions: ['AUTH PLAIN'] })
  const working = mailerTo(smtp.url.replace('//', '//ann:secret@'))
  const failing = url ? mailerTo(await url()) : working
  let sendCode = failing
  const { client, events, calls } = await createWorld({ sendCode: (mail) => sendCode(mail) })
  if (isSecond) await failing(codeMail())
  const idleSince = Date.now()
  if (isIdle) await until(() => Date.now() - idleSince >= SECOND)
  if (script) smtp.script = script
  const ada = client()
  const before = smtp.accepted.length
  const started = performance.now()
  const { status, body } = await ada.requestCode(ADA)
  const ms = performance.now() - started
  if (isLate) {
    smtp.wake()
    await until(() => smtp.accepted.length > before)
  }
  const sent = events.find((event) => event.type === 'sent')
  const refund = calls.find(({ verb }) => verb === 'cancel')?.request as { refund?: string }

  sendCode = working
  smtp.script = () => undefined
  const code = /^Subject: (\d{6}) /m.exec(smtp.accepted[before] ?? '')?.[1]
  const again = await ada.requestCode(ADA)
  const waitSeconds = again.body.retryAfterSeconds + (performance.now() - started) / 1000
  const isAtOnce = again.status === 202 && smtp.accepted.length > before && status === 502
  const isConfirmed = body.confirmed !== false
  const works = !isConfirmed && code !== undefined && (await ada.enterCode(code)).status === 200
  const said = [`\`${body.reason}\``, ...(isConfirmed ? [] : ['not confirmed'])].join(', ')
  return {
    ms,
    cells: {
      'The page says': status === 502 ? '502' : `${said}${works ? '; the code works' : ''}`,
      Tries: sent ? `${sent.tries}` : '',
      Charged: { reduced: '5 minutes', whole: 'nothing' }[refund?.refund ?? ''] ?? 'a send',
      'The next mail': isAtOnce ? 'at once' : `after ${Math.round(waitSeconds / 10) * 10} s`,
    },
  }
}

it('each row is as the page says', async () => {
  const measured = await Promise.all(Object.values(CASES).map(measure))
  for (const [n, row] of rows.entries()) {
    const { ms, cells } = measured[n] as (typeof measured)[number]
    const { After = '', 'The mail server …': name, ...said } = row
    expect({ name, ...cells }).toEqual({ name, ...said })
    const seconds = Number(After.replace(' s', ''))
    expect(ms / 1000, name).toBeGreaterThanOrEqual(seconds - 0.1)
    // A busy machine may be late.
    expect(ms / 1000, name).toBeLessThan(seconds + 8)
  }
}, 120_000)
