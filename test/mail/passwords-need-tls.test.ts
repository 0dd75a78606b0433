import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { mailer } from '../../src/mail/mailer.js'
import type { MailerOptions } from '../../src/mail/mailer-options.js'
import { protectPassword } from '../../src/mail/protect-password.js'
import { openTransport } from '../../src/mail/transporter.js'
import { codeMail } from '../helpers/code-mail.js'
import { startSmtp } from '../helpers/smtp.js'

/** This machine too, but not by one of the names that mean no other. */
const REMOTE = '0.0.0.0'
const LOGIN = { user: 'ada', pass: 'hunter2' }

/** An SMTP server without TLS that accepts every login, and records what clients send. */
async function startPlain() {
  let heard = ''
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.write('220 mail.acme.example\r\n')
    let isMessage = false
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text
      for (const line of text.split('\r\n').slice(0, -1)) {
        if (line === '.') isMessage = false
        if (isMessage) continue
        if (line.startsWith('EHLO')) socket.write('250-mail.acme.example\r\n250 AUTH PLAIN\r\n')
        else if (line.startsWith('AUTH')) socket.write('235 welcome\r\n')
        else if (line.startsWith('STARTTLS')) socket.write('502 not here\r\n')
        else if (line === 'DATA') {
          isMessage = true
          socket.write('354 go on\r\n')
        } else socket.write('250 ok\r\n')
      }
    })
  }).listen(0)
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, heard: () => heard }
}

async function send(transport: MailerOptions['transport'], more: Partial<MailerOptions> = {}) {
  const sendCode = mailer({ transport, from: 'login@acme.example', ...more })
  onTestFinished(() => sendCode.close())
  await sendCode(codeMail())
}

const url = (host: string, port: number, query = '') => `smtp://ada:hunter2@${host}:${port}${query}`

const transports: readonly [string, (port: number) => MailerOptions['transport']][] = [
  ['a URL', (port) => url(REMOTE, port)],
  ['a URL with ignoreTLS', (port) => url(REMOTE, port, '?ignoreTLS=true')],
  ['a URL with requireTLS=false', (port) => url(REMOTE, port, '?requireTLS=false')],
  ['a URL with opportunisticTLS', (port) => url(REMOTE, port, '?opportunisticTLS=true')],
  ['a URL without a password', (port) => `smtp://ada@${REMOTE}:${port}`],
  ['options', (port) => ({ host: REMOTE, port, auth: LOGIN })],
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
    const { port, heard } = await startPlain()
    await expect(send(transport(port))).rejects.toMatchObject({ notSent: true })
    expect(heard()).toContain('EHLO')
    for (const secret of ['hunter2', Buffer.from('\0ada\0hunter2').toString('base64'), 'AUTH']) {
      expect(heard()).not.toContain(secret)
    }
    expect(heard()).not.toContain('MAIL FROM')
  })

  it('not by check() either', async () => {
    const { port, heard } = await startPlain()
    const sendCode = mailer({ transport: url(REMOTE, port), from: 'login@acme.example' })
    onTestFinished(() => sendCode.close())
    expect(await sendCode.check()).toEqual([
      'The mail server does not offer TLS, so user name and password were not sent to it. ' +
        'Use smtps:// with port 465, or smtp:// with the port that offers STARTTLS, usually 587. ' +
        'Only if nobody can read this network, set allowUnencryptedPassword (--allow-unencrypted-password). ' +
        'The error code is ETLS, 502.',
    ])
    expect(heard()).not.toContain('AUTH')
  })
})

describe('a password is sent', () => {
  it('over STARTTLS', async () => {
    const smtp = await startSmtp({ tls: 'starttls', auth: LOGIN })
    onTestFinished(() => smtp.close())
    const tls = { rejectUnauthorized: false }
    await send({ host: REMOTE, port: smtp.port, auth: LOGIN, tls })
    expect(smtp.mails).toHaveLength(1)
  })

  it('over TLS from the start', async () => {
    const smtp = await startSmtp({ tls: 'implicit', auth: LOGIN })
    onTestFinished(() => smtp.close())
    const tls = { rejectUnauthorized: false }
    await send({ host: REMOTE, port: smtp.port, secure: true, auth: LOGIN, tls })
    expect(smtp.mails).toHaveLength(1)
  })

  it.each(['localhost', '127.0.0.1'])('without TLS to %s', async (host) => {
    const { port, heard } = await startPlain()
    await send(url(host, port))
    expect(heard()).toContain('AUTH PLAIN')
  })

  it.each(transports)(
    'without TLS with allowUnencryptedPassword and %s',
    async (what, transport) => {
      // These need a login that the server of this test does not have.
      if (what === 'a token' || what === 'a URL without a password') return
      const { port, heard } = await startPlain()
      await send(transport(port), { allowUnencryptedPassword: true })
      expect(heard()).toContain('AUTH PLAIN')
    },
  )
})

it('a mail without a login needs no TLS', async () => {
  const { port, heard } = await startPlain()
  await send(`smtp://${REMOTE}:${port}`)
  expect(heard()).toContain('DATA')
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
  undefined,
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
])('%s may be another machine', (host) => {
  expect(isRequired(host)).toBe(true)
})

it('options of the application are not changed', () => {
  const options = Object.freeze({ host: 'smtp.acme.example', auth: Object.freeze({ ...LOGIN }) })
  openTransport(options, false).close()
})
