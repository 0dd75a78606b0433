import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type LookupFunction, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Mailer, mailer } from '../../src/mail/mailer.js'
import type { MailerOptions } from '../../src/mail/mailer-options.js'
import { neverReached } from '../../src/mail/never-reached.js'
import { SECOND, stopTimeouts } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { freePort } from '../helpers/free-port.js'
import { type Smtp, type SmtpOptions, startSmtp } from '../helpers/smtp.js'

const cleanups: (() => unknown)[] = []

function make(transport: MailerOptions['transport']): Mailer {
  const made = mailer({ transport, from: 'login@acme.example' })
  cleanups.push(() => made.close())
  return made
}

async function start(options?: SmtpOptions): Promise<Smtp> {
  const smtp = await startSmtp(options)
  cleanups.push(() => smtp.close())
  return smtp
}

/** Accepts connections and never sends anything. */
async function startMute(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    cleanups.push(() => socket.destroy())
  }).listen(0, '127.0.0.1')
  cleanups.push(() => server.close())
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

async function failure(sendCode: Mailer): Promise<unknown> {
  try {
    await sendCode(codeMail())
  } catch (err) {
    return err
  }
  throw new Error('the send should have failed')
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

describe('the error of a send has notSent: true', () => {
  test('if no server listens on the port', async () => {
    const err = await failure(make(`smtp://127.0.0.1:${await freePort()}`))
    expect(err).toMatchObject({ code: 'ESOCKET', syscall: 'connect', notSent: true })
  })

  test('if none of the IP addresses of a host answers', async () => {
    const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }))
    const lookup: LookupFunction = (_host, _options, callback) => callback(null, addresses)
    const port = await freePort()
    const socket = connect({ host: 'mail.example', port, autoSelectFamily: true, lookup })
    const [err] = await once(socket, 'error')
    expect(err).toBeInstanceOf(AggregateError)
    expect(neverReached(err)).toBe(true)
  })

  test('if the host name does not resolve', async () => {
    const err = await failure(make('smtp://no-such-host.invalid:25'))
    expect(err).toMatchObject({ code: 'EDNS', notSent: true })
  })

  test('if the server rejects the login', async () => {
    const smtp = await start({ auth: { user: 'acme', pass: 'right' } })
    const err = await failure(make(smtp.url.replace('right', 'wrong')))
    expect(err).toMatchObject({ code: 'EAUTH', responseCode: 535, notSent: true, reached: true })
  })

  test('if a login is missing', async () => {
    const smtp = await start({ auth: { user: 'acme', pass: 'right' } })
    const err = await failure(make(`smtp://127.0.0.1:${smtp.port}`))
    expect(err).toMatchObject({ responseCode: 530, notSent: true, reached: true })
  })

  test.each([550, 451] as const)('if the server answers %i to the recipient', async (code) => {
    const smtp = await start()
    smtp.rejectRecipient(code)
    const err = await failure(make(smtp.url))
    expect(err).toMatchObject({ responseCode: code, notSent: true, reached: true })
    expect(smtp.mails).toHaveLength(0)
  })

  test.each([554, 452] as const)('if the server answers %i to the mail', async (code) => {
    const smtp = await start()
    smtp.rejectMail(code)
    const err = await failure(make(smtp.url))
    expect(err).toMatchObject({ responseCode: code, notSent: true, reached: true })
    smtp.behave()
    await make(smtp.url)(codeMail())
  })

  test.each(['starttls', 'implicit'] as const)(
    'if the certificate is not trusted (%s)',
    async (tls) => {
      const smtp = await start({ tls })
      const err = await failure(make(smtp.url))
      expect(err).toMatchObject({ originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT', notSent: true })
      expect(smtp.mails).toHaveLength(0)
    },
  )

  test('if the server never sends its greeting', async () => {
    const smtp = await start({ greets: false })
    const err = await failure(make({ url: smtp.url, connectionTimeout: 50 }))
    expect(err).toMatchObject({ code: 'ETIMEDOUT', timeoutType: 'GREETING_TIMEOUT', notSent: true })
  })

  test('if the connection is never established', async () => {
    const { port } = await startMute()
    const err = await failure(make({ url: `smtps://127.0.0.1:${port}`, connectionTimeout: 50 }))
    expect(err).toMatchObject({ code: 'ETIMEDOUT', timeoutType: 'CONNECT_TIMEOUT', notSent: true })
  })

  test('after 8 seconds, while the strategy still waits', async () => {
    const { server, port } = await startMute()
    const timeouts = stopTimeouts({ date: true })
    const failed = failure(make(`smtp://127.0.0.1:${port}`))
    await once(server, 'connection')
    await timeouts.pass(8 * SECOND)
    expect(await failed).toMatchObject({ code: 'ETIMEDOUT', notSent: true })
  })

  test('also if a later connection of the mailer fails', async () => {
    const smtp = await start()
    const sendCode = make(smtp.url)
    await sendCode(codeMail())
    await smtp.close()
    expect(await failure(sendCode)).toMatchObject({ syscall: 'connect', notSent: true })
  })
})

describe('the error of a send has no notSent', () => {
  test('if the socket fails after the whole mail, which is not sent again', async () => {
    const smtp = await start()
    smtp.dieAfterData()
    const err = await failure(make(smtp.url))
    expect(err).toMatchObject({ code: 'ECONNECTION', command: 'CONN' })
    expect(err).not.toHaveProperty('notSent')
    expect(smtp.mails).toHaveLength(1)
    expect(smtp.connections).toBe(1)
  })

  test('if only some of the IP addresses of a host were not reached', () => {
    const refused = Object.assign(new Error('refused'), { syscall: 'connect' })
    expect(neverReached(new AggregateError([refused, new Error('read ECONNRESET')]))).toBe(false)
    expect(neverReached(new AggregateError([]))).toBe(false)
  })

  test.each([
    [undefined],
    [null],
    ['EDNS'],
    [{ code: 'ETIMEDOUT' }],
    [{ timeoutType: 'SOCKET_TIMEOUT' }],
  ])('if %j was thrown', (thrown) => {
    expect(neverReached(thrown)).toBe(false)
  })
})

describe('a transporter of the application', () => {
  test.each([
    ['rejects the recipient', { accepted: [], rejected: ['ann@example.com'] }],
    [
      'rejects the recipient and accepts another address',
      { accepted: ['log@x.org'], rejected: ['ann@example.com'] },
    ],
    ['accepts no recipient', { accepted: [] }],
  ])('fails the send if it %s', async (_name, result) => {
    const err = await failure(make({ sendMail: async () => result }))
    expect(err).toMatchObject({
      message: 'The mail server did not accept the recipient',
      notSent: true,
      reached: true,
    })
  })

  test.each([
    ['names no recipient', { messageId: '<1@x.org>' }],
    ['returns nothing', undefined],
    ['accepts the recipient and rejects none', { accepted: ['ann@example.com'], rejected: [] }],
  ])('completes the send if it %s', async (_name, result) => {
    await make({ sendMail: async () => result })(codeMail())
  })

  test('can set notSent itself, and can throw instead of rejecting (MAIL-02)', async () => {
    const own = Object.assign(new Error('quota'), { notSent: true })
    const sendCode = make({
      sendMail: () => {
        throw own
      },
    })
    expect(await failure(sendCode)).toBe(own)
    expect(own.notSent).toBe(true)
  })
})
