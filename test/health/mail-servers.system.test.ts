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
import { problemOf } from '../mail/failures.js'
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
/** Checks a mail server, and expects one problem: the text of a failure, and the codes of its error. */
async function expectProblem(transport: MailerOptions['transport'], failure: string, codes = '') {
  const { problems, ...health } = await checked(transport)
  expect(health).toEqual({ ok: false, ms, checked: true })
  expect(problems).toEqual([expect.stringContaining(problemOf(failure))])
  expect(problems[0]).toContain(codes)
}

type Case = [what: string, server: SmtpOptions, transport: object, failure: string, codes?: string]

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
      'a wrong password',
      'EAUTH, 535',
    ],
    [
      'a login without a password, and a server that requires a login',
      { auth: LOGIN },
      { auth: { user: 'app' } },
      'half a login',
      'EAUTH',
    ],
    [
      'a certificate that is not trusted, and how to trust it',
      { tls: 'starttls' },
      {},
      'an unknown authority',
    ],
    [
      'a certificate that is not trusted, from the start',
      { tls: 'implicit' },
      { secure: true },
      'an unknown authority',
    ],
    [
      'a certificate that was issued for another host',
      { tls: 'implicit' },
      { secure: true, tls: { ca: SELF_SIGNED.cert } },
      'another host name',
    ],
    ['a server without the required TLS', {}, { requireTLS: true }, 'no TLS', 'ETLS'],
    [
      'TLS at a port that starts in plain text',
      {},
      { secure: true },
      'plain text where TLS is expected',
    ],
    [
      'plain text at a port that starts with TLS',
      { tls: 'implicit' },
      { greetingTimeout: 50 },
      'silence',
      'ETIMEDOUT',
    ],
    [
      'a server that never sends its greeting',
      { greets: false },
      { connectionTimeout: 50 },
      'silence',
      'ETIMEDOUT',
    ],
  ])('reports %s', async (_what, server, transport, failure, codes) => {
    const { port } = await smtpOfTest(server)
    await expectProblem({ host: '127.0.0.1', port, ...transport }, failure, codes)
  })

  it.each([
    ['an expired certificate', EXPIRED, 'smtps', 'an expired certificate'],
    ['a server that closes the connection', saying(''), 'smtp', 'a closed connection'],
    [
      'a server that does not speak SMTP',
      saying('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'smtp',
      'another protocol',
    ],
  ])('reports %s', async (_what, server, scheme, failure) => {
    const port = await portOf(server())
    await expectProblem(`${scheme}://127.0.0.1:${port}`, failure)
  })

  it('reports a server that cannot be reached', async () => {
    await expectProblem(`smtp://127.0.0.1:${await freePort()}`, 'nothing at the port')
    await expectProblem('smtp://mail.nowhere.invalid', 'an unknown host', 'EDNS')
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
    await expectProblem(odd, 'anything else')
  })
})

describe.skipIf(noExim)('exim4', () => {
  it('accepts the right login and rejects a wrong one', async () => {
    const { port } = await startExim(LOGIN)
    expect(await checked({ host: '127.0.0.1', port, auth: LOGIN })).toEqual(healthy)
    const auth = { ...LOGIN, pass: 'hunter2' }
    await expectProblem({ host: '127.0.0.1', port, auth }, 'a wrong password', 'EAUTH, 535')
  })

  it('gets no login without TLS on another machine, and one over TLS', async () => {
    const plain = await startExim(LOGIN)
    const elsewhere = { host: '0.0.0.0', port: plain.port, auth: LOGIN }
    await expectProblem(elsewhere, 'no TLS for a login', 'ETLS')
    const { port } = await startExim({ ...LOGIN, certificate: SELF_SIGNED })
    const known = { ca: SELF_SIGNED.cert, servername: 'mail.acme.example' }
    const login = { host: '0.0.0.0', port, auth: LOGIN }
    expect(await checked({ ...login, tls: known })).toEqual(healthy)
    await expectProblem(login, 'an unknown authority')
  })
})
