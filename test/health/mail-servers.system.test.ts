import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { createTransport } from 'nodemailer'
import { type MailerOptions, Strategy } from 'passport-email-otp'
import { SMTPServer } from 'smtp-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SELF_SIGNED } from '../helpers/certificates.js'
import { freePort } from '../helpers/free-port.js'
import { anybody, mailerTo, SECRET, smtpOfTest } from '../helpers/mail.js'
import type { SmtpOptions } from '../helpers/smtp.js'
import { HEALTHY, ms } from './checkable.js'
import { noExim, startExim } from './exim.js'

const LOGIN = { user: 'app@acme.example', pass: 'hunter2 hunter2' }

/** Checks a mail server, and expects that the result shows neither login nor host. */
async function checked(transport: MailerOptions['transport']) {
  const emailOtp = new Strategy({ secret: SECRET, sendCode: mailerTo(transport) }, anybody)
  const health = await emailOtp.check()
  const said = JSON.stringify(health)
  for (const secret of ['hunter2', 'acme.example', '127.0.0.1']) expect(said).not.toContain(secret)
  expect(health.ok).toBe(health.mail.ok)
  return health.mail
}

/** Serves on a free port until the test ends. */
async function portOf(server: Server) {
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** The certificate that smtp-server has built in expired in 2025. */
const EXPIRED = () => new SMTPServer({ secure: true, logger: false }).on('error', () => {}).server
const saying = (greeting: string) => () =>
  createServer((socket) => socket.on('error', () => {}).end(greeting))

const healthy = { ...HEALTHY, checked: true }
const withProblem = (problem: string | RegExp) => ({
  ...{ ok: false, ms, checked: true },
  problems: [typeof problem === 'string' ? problem : expect.stringMatching(problem)],
})

const REJECTED_LOGIN =
  'The mail server rejected the user name or the password. Check both. In an SMTP URL, special characters ' +
  'must be percent-encoded. Some providers require an app password instead of the usual one. ' +
  'The error code is EAUTH, 535.'

const NOT_TRUSTED = /^The certificate of the mail server is not trusted\. .* NODE_EXTRA_CA_CERTS /
const SILENT = /^The mail server did not answer in time\. .* The error code is ETIMEDOUT\.$/

type Case = [what: string, server: SmtpOptions, transport: object, problem: string | RegExp]

describe('check() of a mail server', () => {
  it('reports a server that accepts mail as healthy, and sends no mail', async () => {
    const smtp = await smtpOfTest()
    expect(await checked(smtp.url)).toEqual(healthy)
    expect([smtp.connections, smtp.mails]).toEqual([1, []])
  })

  it('reports a server that accepts the login as healthy', async () => {
    expect(await checked((await smtpOfTest({ auth: LOGIN })).url)).toEqual(healthy)
  })

  it.each<Case>([
    [
      'a rejected login without showing it',
      { auth: LOGIN },
      { auth: { ...LOGIN, pass: 'hunter2' } },
      REJECTED_LOGIN,
    ],
    [
      'a login without a password, and a server that requires a login',
      { auth: LOGIN },
      { auth: { user: 'app' } },
      /^Could not log in to the mail server\. Give both a user name and a password/,
    ],
    [
      'a certificate that is not trusted, and how to trust it',
      { tls: 'starttls' },
      {},
      NOT_TRUSTED,
    ],
    [
      'a certificate that is not trusted, from the start',
      { tls: 'implicit' },
      { secure: true },
      NOT_TRUSTED,
    ],
    [
      'a certificate that was issued for another host',
      { tls: 'implicit' },
      { secure: true, tls: { ca: SELF_SIGNED.cert } },
      /^The certificate of the mail server was issued for another host name\. Use /,
    ],
    [
      'a server without the required TLS',
      {},
      { requireTLS: true },
      /^The mail server does not offer TLS, and TLS is required\. Use smtps:\/\/ /,
    ],
    [
      'TLS at a port that starts in plain text',
      {},
      { secure: true },
      /^The mail server does not start with TLS\. Use smtp:\/\/ instead of smtps:\/\/ /,
    ],
    [
      'plain text at a port that starts with TLS',
      { tls: 'implicit' },
      { greetingTimeout: 50 },
      /^The mail server did not answer in time\. .* Port 465 needs smtps:\/\/\. /,
    ],
    [
      'a server that never sends its greeting',
      { greets: false },
      { connectionTimeout: 50 },
      SILENT,
    ],
  ])('reports %s', async (_what, server, transport, problem) => {
    const { port } = await smtpOfTest(server)
    const mail = await checked({ host: '127.0.0.1', port, ...transport })
    expect(mail).toEqual(withProblem(problem))
  })

  it.each([
    [
      'an expired certificate',
      EXPIRED,
      'smtps',
      /^The certificate of the mail server is not valid now\. Renew /,
    ],
    [
      'a server that closes the connection',
      saying(''),
      'smtp',
      /^The mail server closed the connection\. Check the port: /,
    ],
    [
      'a server that does not speak SMTP',
      saying('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'smtp',
      /^The mail server does not speak SMTP\. /,
    ],
  ])('reports %s', async (_what, server, scheme, problem) => {
    const port = await portOf(server())
    expect(await checked(`${scheme}://127.0.0.1:${port}`)).toEqual(withProblem(problem))
  })

  it('reports a server that cannot be reached', async () => {
    expect(await checked(`smtp://127.0.0.1:${await freePort()}`)).toEqual(
      withProblem(/^Could not connect to the mail server\. Check host and port/),
    )
    expect(await checked('smtp://mail.nowhere.invalid')).toEqual(
      withProblem(/^The host name of the mail server was not found\. Check the host name/),
    )
  })
})

describe('check() of a transport', () => {
  it('reports a transport that cannot be checked as not checked', async () => {
    for (const transport of [
      { jsonTransport: true as const },
      createTransport({ streamTransport: true }),
      { sendMail: async () => ({}) },
    ]) {
      expect(await checked(transport)).toEqual({ ...HEALTHY, checked: false })
    }
  })

  it('calls verify() of the application’s own transporter', async () => {
    const smtp = await smtpOfTest({ auth: LOGIN })
    const own = createTransport({ url: smtp.url })
    expect(await checked(own)).toEqual(healthy)
    const odd = { sendMail: async () => ({}), verify: () => Promise.reject('hunter2') }
    expect(await checked(odd)).toEqual(
      withProblem(/^The mail server could not be used, .* The error has no code\.$/),
    )
  })
})

describe.skipIf(noExim)('exim4', () => {
  it('accepts the right login and rejects a wrong one', async () => {
    const { port } = await startExim(LOGIN)
    expect(await checked({ host: '127.0.0.1', port, auth: LOGIN })).toEqual(healthy)
    const auth = { ...LOGIN, pass: 'hunter2' }
    expect(await checked({ host: '127.0.0.1', port, auth })).toEqual(withProblem(REJECTED_LOGIN))
  })

  it('gets no login without TLS on another machine, and one over TLS', async () => {
    const plain = await startExim(LOGIN)
    expect(await checked({ host: '0.0.0.0', port: plain.port, auth: LOGIN })).toEqual(
      withProblem(/^The mail server does not offer TLS, so user name and password were not sent/),
    )
    const { port } = await startExim({ ...LOGIN, certificate: SELF_SIGNED })
    const known = { ca: SELF_SIGNED.cert, servername: 'mail.acme.example' }
    const login = { host: '0.0.0.0', port, auth: LOGIN }
    expect(await checked({ ...login, tls: known })).toEqual(healthy)
    expect(await checked(login)).toEqual(
      withProblem(/^The certificate of the mail server is not trusted\. /),
    )
  })
})
