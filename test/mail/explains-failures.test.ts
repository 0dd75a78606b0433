import { expect, it } from 'vitest'
import { explainFailure } from '../../src/mail/failure-texts.js'
import { Document } from '../helpers/documents.js'
import { mailerTo, smtpOfTest } from '../helpers/mail.js'
import { FAILURES } from './failures.js'

const page = new Document('docs/operations/check-the-mail-server.md')
const rows = page.table('What it says').map(({ problem, remedy }) => [problem, remedy])

const named = { atStart: 'The mail server', inside: 'the mail server', hasUser: false }
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
  const { remedies } = explainFailure({ code: 'ETIMEDOUT' }, { ...named, isSecure: true })
  expect(remedies[0]).toBe('Check host and port.')
})

it("a server's answer that mentions certificates is not taken for an error of TLS", () => {
  const message = '554 your certificate is not trusted'
  const failure = { code: 'EMESSAGE', responseCode: 554, response: message, message }
  const { what } = explainFailure(failure, { ...named, isSecure: false })
  expect(what).toBe('The mail server rejected the mail.')
})

it('check() shows no text of an error as its code', async () => {
  const refused = { code: 'login app:hunter2 refused', message: 'hunter2', response: 'hunter2' }
  const transport = { sendMail: async () => ({}), verify: () => Promise.reject(refused) }
  const problems = await mailerTo(transport).check()
  expect(problems).toEqual([expect.stringContaining('The error has no code.')])
  expect(problems?.join()).not.toContain('hunter2')
})

it('check() does not tell a client that starts with TLS to start with TLS', async () => {
  const { url } = await smtpOfTest({ tls: 'implicit', greets: false })
  const silent = { url, tls: { rejectUnauthorized: false }, greetingTimeout: 50 }
  const problems = await mailerTo(silent).check()
  expect(problems?.join()).toContain('did not answer in time. Check host and port. Check whether')
})
