import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { MailerOptions } from '../../src/mail/mailer-options.js'
import { protectPassword } from '../../src/mail/protect-password.js'
import { codeMail } from '../helpers/code-mail.js'
import { mailerTo, smtpOfTest } from '../helpers/mail.js'
import { startScripted } from '../helpers/scripted-smtp.js'
import { problemOf } from './failures.js'

/** This machine too, but not by one of the names that mean no other. */
const REMOTE = '0.0.0.0'
const LOGIN = Object.freeze({ user: 'ada', pass: 'hunter2' })

/** A server without TLS that accepts every login. */
const startPlain = () => startScripted(undefined, { extensions: ['AUTH PLAIN'] })

const send = (transport: MailerOptions['transport'], more: Partial<MailerOptions> = {}) =>
  mailerTo(transport, more)(codeMail())

const url = (host: string, port: number, query = '') => `smtp://ada:hunter2@${host}:${port}${query}`

const transports: readonly [string, (port: number) => MailerOptions['transport']][] = [
  ['a URL', (port) => url(REMOTE, port)],
  ['a URL with ignoreTLS', (port) => url(REMOTE, port, '?ignoreTLS=true')],
  ['a URL with requireTLS=false', (port) => url(REMOTE, port, '?requireTLS=false')],
  ['a URL with opportunisticTLS', (port) => url(REMOTE, port, '?opportunisticTLS=true')],
  ['a URL without a password', (port) => `smtp://ada@${REMOTE}:${port}`],
  ['options that cannot be changed', (port) => Object.freeze({ host: REMOTE, port, auth: LOGIN })],
  ['options with ignoreTLS', (port) => ({ host: REMOTE, port, auth: LOGIN, ignoreTLS: true })],
  ['options without a pool', (port) => ({ host: REMOTE, port, auth: LOGIN, pool: false })],
  ['options with a URL', (port) => ({ url: url(REMOTE, port), requireTLS: false })],
  ['options with a URL and a login', (port) => ({ url: `smtp://${REMOTE}:${port}`, auth: LOGIN })],
  [
    'a token',
    (port) => ({
      host: REMOTE,
      port,
      auth: { type: 'OAuth2', user: 'ada', accessToken: 'hunter2' },
    }),
  ],
  [
    'an own socket',
    (port) => ({
      ...{ host: 'localhost', port, auth: LOGIN },
      getSocket: (_options: unknown, done: (err: null, given: object) => void) => {
        const connection = connect(port, '127.0.0.1', () => done(null, { connection }))
      },
    }),
  ],
  [
    'other kinds that are switched off',
    (port) => ({ host: REMOTE, port, auth: LOGIN, sendmail: false }) as never,
  ],
]

describe('a password is not sent without TLS to another machine', () => {
  it.each(transports)('with %s', async (_what, transport) => {
    const smtp = await startPlain()
    await expect(send(transport(smtp.port))).rejects.toMatchObject({ notSent: true })
    expect(smtp.heard).toContain('EHLO')
    const secrets = ['hunter2', Buffer.from('\0ada\0hunter2').toString('base64')]
    for (const part of [...secrets, 'AUTH', 'MAIL FROM']) expect(smtp.heard).not.toContain(part)
  })

  it('not by check() either', async () => {
    const smtp = await startPlain()
    const problems = await mailerTo(url(REMOTE, smtp.port)).check()
    const problem = problemOf('no TLS for a login')
    expect(problem).toContain('allowUnencryptedPassword')
    expect(problems).toEqual([expect.stringContaining(problem)])
    expect(problems?.join()).toContain('ETLS, 500')
    expect(smtp.heard).not.toContain('AUTH')
  })
})

describe('a password is sent', () => {
  it.each([
    ['over STARTTLS', 'starttls'],
    ['over TLS from the start', 'implicit'],
  ] as const)('%s', async (_how, tls) => {
    const smtp = await smtpOfTest({ tls, auth: LOGIN })
    const place = { host: REMOTE, port: smtp.port, secure: tls === 'implicit' }
    await send({ ...place, auth: LOGIN, tls: { rejectUnauthorized: false } })
    expect(smtp.mails).toHaveLength(1)
  })

  it('as it is written, where a configuration has its digits as a number', async () => {
    const smtp = await startPlain()
    const auth = { user: 1001, pass: 12345 } as never
    await send({ host: '127.0.0.1', port: smtp.port, auth })
    expect(smtp.heard).toContain(Buffer.from('\x001001\x0012345').toString('base64'))
  })

  it.each(['localhost', '127.0.0.1'])('without TLS to %s', async (host) => {
    const smtp = await startPlain()
    await send(url(host, smtp.port))
    expect(smtp.heard).toContain('AUTH PLAIN')
  })

  it.each(transports)(
    'without TLS with allowUnencryptedPassword and %s',
    async (what, transport) => {
      // These need a login that the server of this test does not have.
      if (what === 'a token' || what === 'a URL without a password') return
      const smtp = await startPlain()
      await send(transport(smtp.port), { allowUnencryptedPassword: true })
      expect(smtp.heard).toContain('AUTH PLAIN')
    },
  )
})

it('a mail without a login needs no TLS', async () => {
  const smtp = await startPlain()
  await send(`smtp://${REMOTE}:${smtp.port}`)
  expect(smtp.accepted).toHaveLength(1)
})

/** Whether TLS is required of a server with this host. */
function isRequired(host: string | undefined) {
  const options = { host, auth: LOGIN }
  protectPassword(options)
  return Object.hasOwn(options, 'requireTLS')
}

it.each([
  'localhost',
  'LocalHost',
  'localhost.',
  '127.0.0.1',
  '127.255.0.9',
  '::1',
  '[::1]',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
])('%s is this machine', (host) => {
  expect(isRequired(host)).toBe(false)
})

it.each([
  'smtp.acme.example',
  '0.0.0.0',
  '::',
  '::2',
  '128.0.0.1',
  '10.0.0.1',
  '192.168.0.1',
  '::ffff:10.0.0.1',
  '127.1',
  '0x7f000001',
  'localhost.acme.example',
  'notlocalhost',
  'mail.localhost',
  '127.0.0.1.acme.example',
  '[127.0.0.1]x',
  undefined,
])('%s may be another machine', (host) => {
  expect(isRequired(host)).toBe(true)
})
