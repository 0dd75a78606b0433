import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { failureText } from '../../src/cli/mail-failure.js'
import type { MailFailure } from '../../src/mail/failure-texts.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'
import { tryHere } from './in-process.js'
import { ADDRESS, CODE, NEW, start, wrong } from './program.js'

async function smtpServer(options?: Parameters<typeof startSmtp>[0]): Promise<Smtp> {
  const smtp = await startSmtp(options)
  onTestFinished(() => smtp.close())
  return smtp
}

const REST = ['--from', 'login@acme.example', '--email', 'ada@example.com']
const argsFor = (url: string) => ['--smtp', url, ...REST]

/** The real program. */
const startWith = (url: string) => start(['try', ...argsFor(url)], { secret: 'h0rse' })
const tryWith = (url: string) => tryHere(argsFor(url), { secret: 'h0rse' })

/** Runs with this server, which cannot deliver a mail. Returns stderr. */
async function errorWith(url: string, run = tryWith): Promise<string> {
  const { code, stdout, stderr } = await run(url).ended()
  expect(stdout).not.toContain('Check your mail')
  expect(stderr).toMatch(/^The mail could not be sent\. /)
  expect(code).toBe(3)
  return stderr
}

/** Starts a server that sends this greeting and closes the connection. */
async function listen(greeting: string): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {}).end(greeting))
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('explains a server that does not run', async () => {
  const smtp = await startSmtp()
  await smtp.close()
  const words = await errorWith(`smtp://ada:h0rse@127.0.0.1:${smtp.port}`)
  expect(words).toContain(`Could not connect to 127.0.0.1:${smtp.port}.\nCheck host and port`)
})

test('explains a host name that does not resolve', async () => {
  const words = await errorWith('smtp://ada:h0rse@mail.acme.invalid')
  expect(words).toContain('The host name of mail.acme.invalid:587 was not found.\nCheck the host')
})

test('explains a wrong password and never shows it', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'right' } })
  const words = await errorWith(`smtp://ada:h0rse@127.0.0.1:${port}`, startWith)
  expect(words).toContain(`127.0.0.1:${port} rejected the user name or the password.\nCheck both`)
  expect(words).toContain('The server answered: 535 not today\n')
})

test('explains a server that requires a login', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'right' } })
  const words = await errorWith(`smtp://127.0.0.1:${port}`)
  expect(words).toContain(
    'requires a login.\nAdd a user name and a password: smtp://user:password@',
  )
})

test('explains a user without a password', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'right' } })
  const words = await errorWith(`smtp://ada@127.0.0.1:${port}`)
  expect(words).toContain('Give both a user name and a password: smtp://user:password@')
})

test('explains a rejected recipient', async () => {
  const smtp = await smtpServer()
  smtp.rejectRecipient(550)
  const words = await errorWith(smtp.url)
  expect(words).toContain(`127.0.0.1:${smtp.port} rejected the recipient.\nCheck the address`)
  expect(words).toContain('The server answered: 550 not today\n')
})

test('explains a temporarily rejected recipient', async () => {
  const smtp = await smtpServer()
  smtp.rejectRecipient(450)
  expect(await errorWith(smtp.url)).toContain(
    'does not accept mail at the moment.\nTry again in a few minutes',
  )
})

test('explains a rejected mail', async () => {
  const smtp = await smtpServer()
  smtp.rejectMail(554)
  expect(await errorWith(smtp.url)).toContain('rejected the mail.\nIts answer says why')
})

test('explains a certificate that is not trusted, with STARTTLS and with smtps://', async () => {
  const starttls = await smtpServer({ tls: 'starttls', auth: { user: 'ada', pass: 'h0rse' } })
  expect(await errorWith(starttls.url)).toContain('The certificate of 127.0.0.1')
  const implicit = await smtpServer({ tls: 'implicit', auth: { user: 'ada', pass: 'h0rse' } })
  expect(await errorWith(implicit.url)).toContain('is not trusted.\nCheck the host name')
})

test('explains smtps:// to a server that starts in plain text', async () => {
  const { port } = await smtpServer()
  const words = await errorWith(`smtps://127.0.0.1:${port}`)
  expect(words).toContain('does not start with TLS.\nUse smtp:// instead of smtps://')
})

test('explains a server that does not speak SMTP', async () => {
  const host = await listen('HTTP/1.1 400 Bad Request\r\n\r\n')
  expect(await errorWith(`smtp://${host}`)).toContain(`${host} does not speak SMTP.`)
})

test('explains a server that closes the connection', async () => {
  const host = await listen('')
  expect(await errorWith(`smtp://${host}`)).toContain(
    `${host} closed the connection.\nCheck the port`,
  )
})

test('explains a server that is too busy', async () => {
  const host = await listen('421 4.3.2 too busy\r\n')
  const words = await errorWith(`smtp://${host}`, startWith)
  expect(words).toContain('does not accept mail at the moment.')
  expect(words).toContain('421 4.3.2 too busy')
})

test('exits with code 3 if the mail that replaces a spent code fails', async () => {
  const smtp = await smtpServer()
  const run = startWith(smtp.url)
  const { code } = await smtp.next()
  for (let i = 0; i < 5; i++) await run.answer(CODE, wrong(code))
  smtp.rejectRecipient()
  await run.answer(NEW, 'new')
  const { code: exitCode, stderr } = await run.ended()
  expect(stderr).toContain('rejected the recipient.')
  expect(exitCode).toBe(3)
})

// This machine too, but not by one of the names that mean no other.
const REMOTE = '0.0.0.0'

test('does not send a password without TLS, and says how to allow it', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'h0rse' } })
  const words = await errorWith(`smtp://ada:h0rse@${REMOTE}:${port}`)
  expect(words).toContain('does not offer TLS, so user name and password were not sent to it.')
  expect(words).toContain('--allow-unencrypted-password')
})

test('sends a password without TLS with --allow-unencrypted-password', async () => {
  const smtp = await smtpServer({ auth: { user: 'ada', pass: 'h0rse' } })
  const url = `smtp://ada:h0rse@${REMOTE}:${smtp.port}`
  const args = ['--smtp', url, '--allow-unencrypted-password', '--from', 'login@acme.example']
  const run = tryHere(args, { secret: 'h0rse' })
  await run.answer(ADDRESS, 'ada@example.com')
  const { code } = await smtp.next()
  await run.answer(CODE, code)
  expect((await run.ended()).code).toBe(0)
})

const server = { shown: 'smtp.acme.example:587', secure: false, hasUser: true, secrets: ['h0rse'] }
const textOf = (failure: MailFailure) => failureText(failure, server)

test.each<[string, MailFailure, string]>([
  [
    'a silent server',
    { code: 'ETIMEDOUT', message: 'Greeting never received' },
    'did not answer in time',
  ],
  ["the strategy's own time limit", { name: 'TimeLimitError' }, 'did not answer in time'],
  [
    'a login that is temporarily unavailable',
    { code: 'EAUTH', responseCode: 454 },
    'cannot check passwords at the moment',
  ],
  [
    'a rejected sender',
    { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553 },
    'rejected the sender.\nCheck the sender (--from, MAIL_FROM or',
  ],
  [
    'a server without the required STARTTLS',
    {
      ...{ code: 'ETLS', command: 'STARTTLS', responseCode: 502, response: '502 no' },
      message: 'Error upgrading connection with STARTTLS: 502 no',
    },
    'does not offer TLS, so user name and password were not sent to it.\nUse smtps://',
  ],
  [
    'a server without EHLO, and so without STARTTLS',
    {
      ...{ code: 'ECONNECTION', command: 'EHLO', responseCode: 502, response: '502 no' },
      message: 'EHLO failed but HELO does not support required STARTTLS. response=502 no: 502 no',
    },
    'does not offer TLS, so user name and password',
  ],
  [
    'a TLS connection that ends early',
    { code: 'ETLS', command: 'CONN', message: 'Connection closed unexpectedly' },
    'Could not establish a secure connection',
  ],
  [
    'an expired certificate',
    { code: 'ESOCKET', message: 'certificate has expired' },
    'is not valid now.\nRenew the certificate',
  ],
  [
    'a certificate of another host',
    { code: 'ESOCKET', message: "Hostname/IP does not match certificate's altnames: x" },
    'was issued for another host name.\nUse the host name',
  ],
  [
    'a certificate of an unknown authority',
    { code: 'ESOCKET', message: 'unable to get local issuer certificate' },
    'is not trusted.\nCheck the host name',
  ],
  [
    'a TLS connection that fails',
    { code: 'ESOCKET', message: 'x:SSL routines:y' },
    'Could not establish a secure connection',
  ],
  [
    "a server's answer that mentions certificates",
    {
      code: 'EMESSAGE',
      responseCode: 554,
      response: '554 certificate',
      message: '554 certificate',
    },
    'rejected the mail',
  ],
  ['530 although a login was sent', { code: 'EENVELOPE', responseCode: 530 }, 'rejected the mail'],
  ['any other failure', {}, 'smtp.acme.example:587 could not be used, for a reason'],
])('explains %s', (_what, failure, expected) => {
  expect(textOf(failure)).toContain(expected)
})

test("shows the server's answer as one short line without control characters", () => {
  const response = `550-5.1.1 \x1b[2Jno\r\n550 such user ${'x'.repeat(300)}`
  const [, answer] =
    /^The server answered: (.*)$/m.exec(textOf({ code: 'EENVELOPE', response })) ?? []
  expect(answer).toMatch(/^550-5\.1\.1 \[2Jno 550 such user x+…$/)
  expect(answer).toHaveLength(200)
})

test('hides an answer that repeats the password', () => {
  expect(
    textOf({ code: 'EAUTH', responseCode: 535, response: '535 h0rse is wrong' }),
  ).not.toContain('answer')
})
