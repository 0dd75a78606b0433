import { expect, onTestFinished, test } from 'vitest'
import { failureText } from '../../src/cli/mail-failure.js'
import { readSmtpUrl } from '../../src/cli/smtp-url.js'
import { en } from '../../src/languages/en.js'
import type { MailFailure } from '../../src/mail/failure-row.js'
import { type Smtp, startSmtp } from '../helpers/smtp.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { explained } from './explained.js'
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
  expect(stdout).not.toContain(en.reasons.code_sent)
  expect(code).toBe(3)
  return stderr
}

/** Takes off the line with the answer of the server, which chooses its own words. */
function withoutAnswer(words: string, replyCode: number): string {
  const lines = words.split('\n')
  const others = lines.filter((line) => !line.includes(` ${replyCode} `))
  expect(others).toHaveLength(lines.length - 1)
  return others.join('\n')
}

test('explains a server that does not run', async () => {
  const smtp = await startSmtp()
  await smtp.close()
  const words = await errorWith(`smtp://ada:h0rse@127.0.0.1:${smtp.port}`)
  const shown = `127.0.0.1:${smtp.port}`
  expect(words).toBe(explained('nothing at the port', { shown, hasUser: true }))
  expect(words).toContain(shown)
})

test('explains a wrong password and never shows it', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'right' } })
  const words = await errorWith(`smtp://ada:h0rse@127.0.0.1:${port}`, startWith)
  const server = { shown: `127.0.0.1:${port}`, hasUser: true, response: '535 not today' }
  expect(words).toBe(explained('a wrong password', server))
  for (const part of [server.shown, server.response]) expect(words).toContain(part)
})

test.each<[string, (smtp: Smtp) => unknown, string]>([
  ['a rejected recipient', (smtp) => smtp.rejectRecipient(550), '550 not today'],
  ['a busy server', (smtp) => smtp.rejectRecipient(450), '450 not today'],
  ['a rejected mail', (smtp) => smtp.rejectMail(554), '554 not today'],
])("explains %s, with the server's answer", async (what, reject, response) => {
  const smtp = await smtpServer()
  reject(smtp)
  const words = await errorWith(smtp.url)
  expect(words).toBe(explained(what, { shown: `127.0.0.1:${smtp.port}`, response }))
  expect(words).toContain(response)
})

test('explains a server that requires a login', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'right' } })
  const words = await errorWith(`smtp://127.0.0.1:${port}`)
  const shown = `127.0.0.1:${port}`
  expect(withoutAnswer(words, 530)).toBe(explained('no login', { shown }))
})

test('exits with code 3 if the mail that replaces a spent code fails', async () => {
  const smtp = await smtpServer()
  const run = tryWith(smtp.url)
  const { code } = await smtp.next()
  for (let i = 0; i < 5; i++) await run.answer(CODE, wrongCode(code))
  smtp.rejectRecipient()
  await run.answer(NEW, 'new')
  const { code: exitCode, stderr } = await run.ended()
  const server = { shown: `127.0.0.1:${smtp.port}`, response: '550 not today' }
  expect(stderr).toBe(explained('a rejected recipient', server))
  expect(exitCode).toBe(3)
})

// This machine too, but not by one of the names that mean no other.
const REMOTE = '0.0.0.0'

test('does not send a password without TLS, and says how to allow it', async () => {
  const { port } = await smtpServer({ auth: { user: 'ada', pass: 'h0rse' } })
  const words = await errorWith(`smtp://ada:h0rse@${REMOTE}:${port}`)
  const server = { shown: `${REMOTE}:${port}`, hasUser: true }
  expect(withoutAnswer(words, 500)).toBe(explained('no TLS for a login', server))
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

const server = readSmtpUrl('smtp://bob%40corp.example:h0rse@smtp.acme.example:587', '--smtp')
const textOf = (failure: MailFailure) => failureText(failure, server)

// The failures of test/mail/failures.ts have the same texts. These are other forms of them.
test.each<[string, MailFailure, string]>([
  ["the strategy's own time limit", { name: 'TimeLimitError' }, 'silence'],
  [
    'a server without EHLO, and so without STARTTLS',
    {
      ...{ code: 'ECONNECTION', command: 'EHLO', responseCode: 502, response: '502 no' },
      message: 'EHLO failed but HELO does not support required STARTTLS. response=502 no: 502 no',
    },
    'no TLS for a login',
  ],
  [
    'a certificate of an unknown authority',
    { code: 'ESOCKET', message: 'unable to get local issuer certificate' },
    'an unknown authority',
  ],
  [
    'a TLS connection that fails',
    { code: 'ESOCKET', message: 'x:SSL routines:y' },
    'a failed handshake',
  ],
  [
    '530 although a login is configured',
    { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 530 },
    'no login offered',
  ],
])('explains %s', (_what, failure, name) => {
  expect(`${textOf(failure)}\n`).toBe(explained(name, { ...server, response: failure.response }))
})

test("shows the server's answer as one short line without control characters", () => {
  const response = `550-5.1.1 \x1b[2Jno\r\n550 such user ${'x'.repeat(300)}`
  const [answer] = /550-.*/.exec(textOf({ code: 'EENVELOPE', response })) ?? []
  expect(answer).toMatch(/^550-5\.1\.1 \[2Jno 550 such user x+…$/)
  expect(answer).toHaveLength(200)
})

const failure = { code: 'EAUTH', responseCode: 535 }
const answerOf = (response: string, of = server) =>
  /535.*/.exec(failureText({ ...failure, response }, of))?.[0]

test.each([
  ['as an address', '535 5.7.8 authentication failed for bob@corp.example'],
  ['in other letters', '535 5.7.8 authentication failed for <BOB@Corp.Example>'],
  ['as in the URL', '535 5.7.8 authentication failed for bob%40corp.example'],
  ['without its domain', '535 5.7.8 authentication failed for bob'],
  ['in base64', '535 5.7.8 authentication failed for Ym9iQGNvcnAuZXhhbXBsZQ=='],
])('hides a user name that the answer repeats %s', (_how, response) => {
  const shown = answerOf(response)
  expect(shown).toMatch(/^535 5\.7\.8 authentication failed for <?\[user\]>?$/)
})

test('hides a user name only where it is a word, and takes none of its characters for a pattern', () => {
  const named = readSmtpUrl('smtp://in.x:h0rse@smtp.acme.example', '--smtp')
  expect(answerOf('535 in.x: invalid, inAx, main.x', named)).toBe(
    '535 [user]: invalid, inAx, main.x',
  )
  const unnamed = readSmtpUrl('smtp://smtp.acme.example', '--smtp')
  expect(answerOf('535 no user', unnamed)).toBe('535 no user')
})

test('hides an answer that repeats the password', () => {
  expect(textOf({ ...failure, response: '535 h0rse is wrong' })).toBe(textOf(failure))
})
