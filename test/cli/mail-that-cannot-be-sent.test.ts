import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Failure, failureInWords } from '../../src/cli/mail-failure.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'
import { buildProgram, CODE, type Ended, NEW, start, wrong } from './program.js'

beforeAll(buildProgram, 120_000)

async function smtpServer(options?: Parameters<typeof startSmtp>[0]): Promise<Smtp> {
  const smtp = await startSmtp(options)
  onTestFinished(() => smtp.close())
  return smtp
}

const startWith = (url: string) =>
  start(['try', '--smtp', url, '--from', 'login@acme.example', '--email', 'ada@example.com'], {
    secret: 'h0rse',
  })

/** Runs with this server, which cannot work, and gives the words on stderr. */
async function wordsFor(url: string): Promise<string> {
  const { code, stdout, stderr }: Ended = await startWith(url).ended()
  expect(stdout).not.toContain('Check your mail')
  expect(stderr).toMatch(/^The mail could not be sent\. /)
  expect(code).toBe(3)
  return stderr
}

/** A server that says this to whoever connects. */
async function listen(greeting: string): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {}).end(greeting))
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a dead server', async () => {
  const smtp = await startSmtp()
  await smtp.close()
  const words = await wordsFor(`smtp://ada:h0rse@127.0.0.1:${smtp.port}`)
  expect(words).toContain(`Nothing answers at 127.0.0.1:${smtp.port}.\nCheck host and port`)
})

test('a host that does not resolve', async () => {
  const words = await wordsFor('smtp://ada:h0rse@mail.acme.invalid')
  expect(words).toContain('mail.acme.invalid:587 was not found: no such host name.\nCheck the host')
})

test('a wrong password, which is shown nowhere', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'right' } })
  const words = await wordsFor(`smtp://ada:h0rse@127.0.0.1:${port}`)
  expect(words).toContain(`127.0.0.1:${port} refused the user name or the password.\nCheck both`)
  expect(words).toContain("The server's answer: 535 not today\n")
})

test('a server that wants a login', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'right' } })
  const words = await wordsFor(`smtp://127.0.0.1:${port}`)
  expect(words).toContain('wants a login first.\nPut user and password into the SMTP URL')
})

test('a user without a password', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'right' } })
  const words = await wordsFor(`smtp://ada@127.0.0.1:${port}`)
  expect(words).toContain('Check that the SMTP URL has both, user and password')
})

test('a refused recipient', async () => {
  const smtp = await smtpServer()
  smtp.rejectRecipient(550)
  const words = await wordsFor(smtp.url)
  expect(words).toContain(`127.0.0.1:${smtp.port} refused the recipient.\nCheck the address`)
  expect(words).toContain("The server's answer: 550 not today\n")
})

test('a recipient refused for now', async () => {
  const smtp = await smtpServer()
  smtp.rejectRecipient(450)
  expect(await wordsFor(smtp.url)).toContain(
    'does not take the mail now.\nTry again in some minutes',
  )
})

test('a refused mail', async () => {
  const smtp = await smtpServer()
  smtp.rejectMail(554)
  expect(await wordsFor(smtp.url)).toContain('refused the mail.\nIts answer says why')
})

test('a certificate that nobody trusts, with STARTTLS and from the start', async () => {
  const starttls = await smtpServer({ tls: 'starttls', auth: { user: 'ada', pass: 'h0rse' } })
  expect(await wordsFor(starttls.url)).toContain('The certificate of 127.0.0.1')
  const implicit = await smtpServer({ tls: 'implicit', auth: { user: 'ada', pass: 'h0rse' } })
  expect(await wordsFor(implicit.url)).toContain('is not to be trusted (certificate')
})

test('smtps:// to a server that begins in plain text', async () => {
  const { port } = await smtpServer()
  const words = await wordsFor(`smtps://127.0.0.1:${port}`)
  expect(words).toContain('does not start with TLS.\nWrite smtp:// instead of smtps://')
})

test('a server of another kind', async () => {
  const host = await listen('HTTP/1.1 400 Bad Request\r\n\r\n')
  expect(await wordsFor(`smtp://${host}`)).toContain(`What answers at ${host} is no mail server`)
})

test('a server that hangs up', async () => {
  const host = await listen('')
  expect(await wordsFor(`smtp://${host}`)).toContain(
    `${host} closed the connection.\nCheck the port`,
  )
})

test('a server that is too busy', async () => {
  const host = await listen('421 4.3.2 too busy\r\n')
  const words = await wordsFor(`smtp://${host}`)
  expect(words).toContain('does not take the mail now.')
  expect(words).toContain('421 4.3.2 too busy')
})

test('a failed mail in the place of a spent code is the end', async () => {
  const smtp = await smtpServer()
  const run = startWith(smtp.url)
  const { code } = await smtp.next()
  for (let i = 0; i < 5; i++) await run.answer(CODE, wrong(code))
  smtp.rejectRecipient()
  await run.answer(NEW, 'new')
  const { code: exitCode, stderr } = await run.ended()
  expect(stderr).toContain('refused the recipient.')
  expect(exitCode).toBe(3)
})

const server = { shown: 'smtp.acme.example:587', secure: false, hasUser: true, secrets: ['h0rse'] }
const words = (failure: Failure) => failureInWords(failure, server)

test.each<[string, Failure, string]>([
  ['a silent server', { code: 'ETIMEDOUT', message: 'Greeting never received' }, 'in time'],
  ["the strategy's own time limit", { name: 'TimeLimitError' }, 'did not answer in time'],
  ['a login that is out of order', { code: 'EAUTH', responseCode: 454 }, 'at the moment'],
  [
    'a refused sender',
    { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553 },
    'refused the sender.\nCheck --from',
  ],
  ['no STARTTLS where it is wanted', { code: 'ETLS', responseCode: 500 }, 'No secure connection'],
  ['TLS that breaks', { code: 'ESOCKET', message: 'x:SSL routines:y' }, 'No secure connection'],
  [
    "a server's answer that speaks of certificates",
    {
      code: 'EMESSAGE',
      responseCode: 554,
      response: '554 certificate',
      message: '554 certificate',
    },
    'refused the mail',
  ],
  ['530 in spite of a login', { code: 'EENVELOPE', responseCode: 530 }, 'refused the mail'],
  ['anything else', {}, 'smtp.acme.example:587 did not take the mail.'],
])('has words for %s', (_what, failure, expected) => {
  expect(words(failure)).toContain(expected)
})

test("the server's answer is one short line without control characters", () => {
  const response = `550-5.1.1 \x1b[2Jno\r\n550 such user ${'x'.repeat(300)}`
  const answer = words({ code: 'EENVELOPE', response }).split("The server's answer: ")[1]
  expect(answer).toMatch(/^550-5\.1\.1 \[2Jno 550 such user x+…$/)
  expect(answer).toHaveLength(200)
})

test('an answer that repeats the password is not shown', () => {
  expect(words({ code: 'EAUTH', responseCode: 535, response: '535 h0rse is wrong' })).not.toContain(
    'answer',
  )
})
