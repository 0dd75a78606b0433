import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type LookupFunction } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Mailer } from '../../src/mail/mailer.js'
import { neverReached } from '../../src/mail/never-reached.js'
import { SECOND, stopTimeouts } from '../helpers/clock.js'
import { codeMail } from '../helpers/code-mail.js'
import { freePort } from '../helpers/free-port.js'
import { mailerTo, smtpOfTest } from '../helpers/mail.js'
import { startScripted } from '../helpers/scripted-smtp.js'

/** Accepts connections and never sends anything. */
async function startMute() {
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy())
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

const failure = (sendCode: Mailer) =>
  sendCode(codeMail()).then(
    () => expect.unreachable('the send should have failed'),
    (err: unknown) => err,
  )

describe('the error of a send has notSent: true', () => {
  test('if no server listens on the port', async () => {
    const err = await failure(mailerTo(`smtp://127.0.0.1:${await freePort()}`))
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
    const err = await failure(mailerTo('smtp://no-such-host.invalid:25'))
    expect(err).toMatchObject({ code: 'EDNS', notSent: true })
  })

  test('if the server never sends its greeting', async () => {
    const smtp = await smtpOfTest({ greets: false })
    const err = await failure(mailerTo({ url: smtp.url, connectionTimeout: 50 }))
    expect(err).toMatchObject({ code: 'ETIMEDOUT', timeoutType: 'GREETING_TIMEOUT', notSent: true })
  })

  test('if the connection is never established', async () => {
    const { port } = await startMute()
    const err = await failure(mailerTo({ url: `smtps://127.0.0.1:${port}`, connectionTimeout: 50 }))
    expect(err).toMatchObject({ code: 'ETIMEDOUT', timeoutType: 'CONNECT_TIMEOUT', notSent: true })
  })

  test('if there is no program to hand it to', async () => {
    const err = await failure(mailerTo({ sendmail: true, path: '/no/such/sendmail' }))
    expect(err).toMatchObject({ code: 'ENOENT', notSent: true })
    expect(err).not.toHaveProperty('reached')
  })

  test.each([
    ['', {}],
    [', also where the option is undefined', { connectionTimeout: undefined, pool: undefined }],
  ])('after 8 seconds, while the strategy still waits%s', async (_where, options) => {
    const { server, port } = await startMute()
    const timeouts = stopTimeouts({ date: true })
    const failed = failure(mailerTo({ url: `smtp://127.0.0.1:${port}`, ...options }))
    await once(server, 'connection')
    await timeouts.pass(8 * SECOND)
    expect(await failed).toMatchObject({ code: 'ETIMEDOUT', notSent: true })
  })
})

type Provide = (user: string, renew: boolean, done: (err: Error) => void) => void

test.each<[string, Provide]>([
  ['calls back with an error', (_user, _renew, done) => done(new Error('no token'))],
  [
    'throws',
    () => {
      throw new Error('no token')
    },
  ],
  [
    'is async and rejects',
    async () => {
      throw new Error('no token')
    },
  ],
])(
  'the error of a send has notSent: true if a function for an access token %s',
  async (_what, provide) => {
    const { port } = await startScripted(undefined, { extensions: ['AUTH XOAUTH2'] })
    const auth = { type: 'OAuth2' as const, user: 'ann', provisionCallback: provide }
    const err = await failure(mailerTo({ host: '127.0.0.1', port, auth }))
    expect(err).toMatchObject({ message: 'no token', notSent: true, reached: true })
  },
)

test('an access token that a function calls back with is used to log in', async () => {
  const smtp = await startScripted(undefined, { extensions: ['AUTH XOAUTH2'] })
  const provide = (user: string, _renew: boolean, done: (err: null, token: string) => void) =>
    setImmediate(done, null, `token of ${user}`)
  const auth = { type: 'OAuth2' as const, user: 'ann', provisionCallback: provide }
  await mailerTo({ host: '127.0.0.1', port: smtp.port, auth })(codeMail())
  const [token = ''] = smtp.heard.split('AUTH XOAUTH2 ')[1]?.split('\r\n') ?? []
  expect(Buffer.from(token, 'base64').toString()).toContain('auth=Bearer token of ann')
})

const refused = { syscall: 'connect' }
test.each([
  [{ code: 'EDNS' }, true],
  [refused, true],
  [{ timeoutType: 'CONNECT_TIMEOUT' }, true],
  [{ code: 'ENOENT', syscall: 'spawn sendmail' }, true],
  [{ code: 'EACCES', syscall: 'spawn' }, true],
  [{ code: 'EPIPE', syscall: 'write' }, false],
  [{ timeoutType: 'GREETING_TIMEOUT' }, true],
  [{ timeoutType: 'SOCKET_TIMEOUT' }, false],
  [{ code: 'ETIMEDOUT' }, false],
  [{ errors: [refused, { code: 'EDNS' }] }, true],
  // Only some of the IP addresses of a host were not reached.
  [{ errors: [refused, new Error('read ECONNRESET')] }, false],
  [{ errors: [] }, false],
  ['EDNS', false],
  [undefined, false],
  [null, false],
])('the error %j says that no server was reached: %s', (thrown, isCertain) => {
  expect(neverReached(thrown)).toBe(isCertain)
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
    const err = await failure(mailerTo({ sendMail: async () => result }))
    expect(err).toBeInstanceOf(Error)
    expect(err).toMatchObject({ notSent: true, reached: true })
  })

  test.each([
    ['names no recipient', { messageId: '<1@x.org>' }],
    ['returns nothing', undefined],
    ['accepts the recipient and rejects none', { accepted: ['ann@example.com'], rejected: [] }],
  ])('completes the send if it %s', async (_name, result) => {
    await mailerTo({ sendMail: async () => result })(codeMail())
  })

  test('can set notSent itself, and can throw instead of rejecting (MAIL-02)', async () => {
    const own = Object.assign(new Error('quota'), { notSent: true })
    const sendCode = mailerTo({
      sendMail: () => {
        throw own
      },
    })
    expect(await failure(sendCode)).toBe(own)
    expect(own.notSent).toBe(true)
  })
})
