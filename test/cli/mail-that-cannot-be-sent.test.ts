import { expect, onTestFinished, test } from 'vitest'
import { failureText } from '../../src/cli/mail-failure.js'
import type { MailFailure } from '../../src/mail/failure-texts.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { tryHere } from './in-process.js'
import { ADDRESS, CODE, NEW, start } from './program.js'

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

test('explains a server that does not run', async () => {
  const smtp = await startSmtp()
  await smtp.close()
  const words = await errorWith(`smtp://ada:h0rse@127.0.0.1:${smtp.port}`)
  expect(words).toContain(`Could not connect to 127.0.0.1:${smtp.port}.\nCheck host and port`)
})

test('explains a wrong password and never shows it', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'right' } })
  const words = await errorWith(`smtp://ada:h0rse@127.0.0.1:${port}`, startWith)
  expect(words).toContain(`127.0.0.1:${port} rejected the user name or the password.\nCheck both`)
  expect(words).toContain('The server answered: 535 not today\n')
})

test.each<[string, (smtp: Smtp) => unknown, string]>([
  [
    'a rejected recipient',
    (smtp) => smtp.rejectRecipient(550),
    'rejected the recipient.\nCheck the address',
  ],
  [
    'a temporarily rejected recipient',
    (smtp) => smtp.rejectRecipient(450),
    'does not accept mail at the moment.\nTry again in a few minutes',
  ],
  ['a rejected mail', (smtp) => smtp.rejectMail(554), 'rejected the mail.\nIts answer says why'],
])("explains %s, with the server's answer", async (_what, reject, expected) => {
  const smtp = await smtpServer()
  reject(smtp)
  const words = await errorWith(smtp.url)
  expect(words).toContain(`127.0.0.1:${smtp.port} ${expected}`)
  expect(words).toMatch(/The server answered: \d{3} not today\n/)
})

test('explains a server that requires a login', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'right' } })
  expect(await errorWith(`smtp://127.0.0.1:${port}`)).toContain(
    'requires a login.\nAdd a user name and a password: smtp://user:password@',
  )
})

test('exits with code 3 if the mail that replaces a spent code fails', async () => {
  const smtp = await smtpServer()
  const run = tryWith(smtp.url)
  const { code } = await smtp.next()
  for (let i = 0; i < 5; i++) await run.answer(CODE, wrongCode(code))
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

// The failures of test/mail/failures.ts have the same texts. These are other forms of them.
test.each<[string, MailFailure, string]>([
  ["the strategy's own time limit", { name: 'TimeLimitError' }, 'did not answer in time'],
  [
    'a server without EHLO, and so without STARTTLS',
    {
      ...{ code: 'ECONNECTION', command: 'EHLO', responseCode: 502, response: '502 no' },
      message: 'EHLO failed but HELO does not support required STARTTLS. response=502 no: 502 no',
    },
    'does not offer TLS, so user name and password',
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
  ['530 although a login was sent', { code: 'EENVELOPE', responseCode: 530 }, 'rejected the mail'],
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
