import { expect, it } from 'vitest'
import { UNNAMED } from '../../src/mail/check-transport.js'
import type { MailFailure } from '../../src/mail/failure-row.js'
import { explainFailure } from '../../src/mail/failure-texts.js'
import { Document } from '../helpers/documents.js'
import { mailerTo, smtpOfTest } from '../helpers/mail.js'
import { FAILURES, problemOf } from './failures.js'

const page = new Document('docs/operations/check-the-mail-server.md')
const rows = page.table('What it says').map(({ problem, remedy }) => [problem, remedy])

const named = { ...UNNAMED, hasUser: false }
const explained = Object.entries(FAILURES).map(([what, [failure, more]]) => {
  const text = explainFailure(failure, { ...named, isSecure: false, ...more })
  return [what, text.what, text.remedies.join(' ')] as const
})

it.each(explained)('%s is explained as the page says', (_what, problem, remedy) => {
  expect(rows).toContainEqual([problem, remedy])
})

it('the page has one row for each explanation', () => {
  expect(rows).toHaveLength(explained.length)
  expect(new Set(explained.map(([, problem]) => problem)).size).toBe(explained.length)
})

it('a server that already starts with TLS is not told to use smtps://', () => {
  const [plain, secure] = [false, true].map((isSecure) => {
    const { remedies } = explainFailure({ code: 'ETIMEDOUT' }, { ...named, isSecure })
    return remedies.join(' ')
  })
  expect(plain).toContain('smtps://')
  expect(secure).not.toContain('smtps://')
})

const withLogin = { ...named, isSecure: false, hasUser: true }
const noTls = 'Error upgrading connection with STARTTLS'
const noEhlo = 'EHLO failed but HELO does not support required STARTTLS.'

it.each<[string, string, MailFailure]>([
  [
    'a busy server',
    '454 to STARTTLS',
    { code: 'ETLS', command: 'STARTTLS', responseCode: 454, message: noTls },
  ],
  [
    'a busy server',
    '421 to STARTTLS',
    { code: 'ETLS', command: 'STARTTLS', responseCode: 421, message: noTls },
  ],
  [
    'no TLS for a login',
    '503 to STARTTLS',
    { code: 'ETLS', command: 'STARTTLS', responseCode: 503, message: noTls },
  ],
  [
    'a busy server',
    '451 to EHLO',
    { code: 'ECONNECTION', command: 'EHLO', responseCode: 451, message: noEhlo },
  ],
  [
    'a server that refuses this machine',
    '550 to EHLO',
    { code: 'ECONNECTION', command: 'EHLO', responseCode: 550, message: noEhlo },
  ],
  [
    'no TLS for a login',
    '500 to EHLO',
    { code: 'ECONNECTION', command: 'EHLO', responseCode: 500, message: noEhlo },
  ],
  [
    'no TLS for a login',
    '502 to EHLO',
    { code: 'ECONNECTION', command: 'EHLO', responseCode: 502, message: noEhlo },
  ],
  ['a busy server', '450 as greeting', { code: 'EPROTOCOL', command: 'CONN', responseCode: 450 }],
  [
    'a server that refuses this machine',
    '550 to HELO',
    { code: 'EPROTOCOL', command: 'HELO', responseCode: 550 },
  ],
  [
    'no access token',
    'a token server that is down',
    { code: 'EAUTH', command: 'AUTH XOAUTH2', syscall: 'connect', message: 'connect ECONNREFUSED' },
  ],
  [
    'no access token',
    'a token server with another certificate',
    { code: 'EAUTH', command: 'AUTH XOAUTH2', message: 'self-signed certificate' },
  ],
  [
    'a wrong password',
    'a token that is refused',
    { code: 'EAUTH', command: 'AUTH XOAUTH2', responseCode: 535 },
  ],
  ['a wrong password', '530 to AUTH', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 530 }],
  [
    'no login offered',
    '530 to a mail',
    { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 530 },
  ],
])('"%s" is the explanation of %s', (name, _what, failure) => {
  const { what, remedies } = explainFailure(failure, withLogin)
  expect([what, ...remedies].join(' ')).toBe(problemOf(name, { hasUser: true }))
})

it("a server's answer that mentions certificates is not taken for an error of TLS", () => {
  const message = '554 your certificate is not trusted'
  const failure = { code: 'EMESSAGE', responseCode: 554, response: message, message }
  const { what } = explainFailure(failure, { ...named, isSecure: false })
  expect(problemOf('a rejected mail')).toContain(what)
})

it('check() shows no text of an error as its code', async () => {
  const refused = { code: 'login app:hunter2 refused', message: 'hunter2', response: 'hunter2' }
  const transport = { sendMail: async () => ({}), verify: () => Promise.reject(refused) }
  const problems = await mailerTo(transport).check()
  expect(problems).toEqual([expect.stringContaining(problemOf('anything else'))])
  for (const part of ['hunter2', 'login app']) expect(problems?.join()).not.toContain(part)
})

it('check() does not tell a client that starts with TLS to start with TLS', async () => {
  const { url } = await smtpOfTest({ tls: 'implicit', greets: false })
  const silent = { url, tls: { rejectUnauthorized: false }, greetingTimeout: 50 }
  const problems = await mailerTo(silent).check()
  expect(problems).toEqual([expect.stringContaining(problemOf('silence', { isSecure: true }))])
  expect(problems?.join()).not.toContain('smtps://')
})
