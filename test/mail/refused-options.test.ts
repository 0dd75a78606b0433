import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { mailer } from '../../src/mail/mailer.js'
import { codeMail } from '../helpers/code-mail.js'

const RIGHT = { transport: 'smtp://127.0.0.1:25', from: 'Acme <login@acme.example>' }

/** Returns the error that these options are rejected with. */
function refusal(options: unknown): TypeError {
  try {
    mailer(options as never).close()
  } catch (err) {
    expect(err).toBeInstanceOf(TypeError)
    return err as TypeError
  }
  throw new Error('the options should have been rejected')
}

describe('mailer rejects a wrong option with an error that names it and what is expected', () => {
  test.each([
    ['transport', undefined, 'is missing; it must be an SMTP URL such as'],
    ['transport', '', 'SMTP URL'],
    ['transport', 'smtp.example.com', 'SMTP URL'],
    ['transport', 'smtp.example.com:587', 'SMTP URL'],
    ['transport', 'smtp:smtp.example.com:587', 'SMTP URL'],
    ['transport', 'smtp://', 'SMTP URL'],
    ['transport', 'smtp:///mail', 'SMTP URL'],
    ['transport', 'smtp://smtp.example.com:99999', 'SMTP URL'],
    ['transport', 'http://smtp.example.com', 'SMTP URL'],
    ['transport', 'direct:', 'SMTP URL'],
    ['transport', 25, 'SMTP URL'],
    ['transport', null, 'SMTP URL'],
    ['transport', {}, 'SMTP URL'],
    ['transport', { hots: 'smtp.example.com' }, 'a host, url or service'],
    ['transport', { host: undefined, port: 587 }, 'a host, url or service'],
    ['transport', { url: 'http://smtp.example.com' }, 'SMTP URL'],
    ['transport', { send: () => {}, name: 'plugin', version: '1' }, 'transporter'],
    ['from', undefined, 'missing'],
    ['from', '', 'one address'],
    ['from', 'Acme', 'one address'],
    ['from', 'Acme <login@acme>', 'one address'],
    ['from', 'Acme <>', 'one address'],
    ['from', 'a@x.org, b@x.org', 'one address'],
    ['from', 'Acme <a@x.org>, Other <b@x.org>', 'one address'],
    ['from', 'Acme <a@x.org> b', 'one address'],
    ['from', 'Acme\r\nBcc: b@x.org <a@x.org>', 'one address'],
    ['from', { name: 'Acme\nBcc: b@x.org', address: 'a@x.org' }, 'one address'],
    ['from', { name: 'Acme' }, 'one address'],
    ['from', { name: 1, address: 'a@x.org' }, 'one address'],
    ['from', { name: 'n'.repeat(101), address: 'a@x.org' }, 'one address'],
    ['from', ['a@x.org'], 'one address'],
    ['from', null, 'one address'],
    ['appName', '', '1 to 100 characters'],
    ['appName', '  ', '1 to 100 characters'],
    ['appName', 'n'.repeat(101), '1 to 100 characters'],
    ['appName', 'Acme\r\nBcc: b@x.org', '1 to 100 characters'],
    ['appName', null, '1 to 100 characters'],
    ['codeInSubject', 'no', 'true or false'],
    ['codeInSubject', null, 'true or false'],
    ['allowUnencryptedPassword', 'yes', 'true or false'],
    ['message', 'Your code is {{code}}', 'a function'],
    ['message', null, 'a function'],
  ])('%s: %j', (name, value, expected) => {
    const { message } = refusal({ ...RIGHT, [name]: value })
    expect(message).toContain(`mailer: option "${name}"`)
    expect(message).toContain(expected)
  })

  test('rejects an unknown option and suggests a similar name', () => {
    expect(refusal({ ...RIGHT, appname: 'Acme' }).message).toBe(
      'mailer: unknown option "appname". Did you mean "appName"?',
    )
    expect(refusal({ ...RIGHT, codeinsubject: true }).message).toContain('"codeInSubject"')
    expect(refusal({ ...RIGHT, colour: 'red' }).message).toContain(
      'Known options: transport, from, appName, codeInSubject, link, allowUnencryptedPassword, languages, message',
    )
  })

  test.each([[undefined], [null], ['smtp://127.0.0.1'], [[RIGHT]]])(
    'rejects %j in place of the options',
    (options) => {
      expect(refusal(options).message).toContain('mailer: expected an object of options')
    },
  )
})

describe('an error never shows the password of an SMTP URL', () => {
  test.each([
    ['smtp://acme:s3cret@'],
    ['smtp://acme:s3cret@smtp.example.com:99999'],
    ['smtp://acme:s3cret@smtp%00.example.com'],
    ['smtp://acme:s3cret@exa mple.com'],
    ['http://acme:s3cret@smtp.example.com'],
    ['acme:s3cret@smtp.example.com'],
    ['smtp://acme:12/s3cret@smtp.example.com'],
    ['smtp://acme:12#s3cret@smtp.example.com'],
    ['smtp://acme:12?s3cret@smtp.example.com'],
    ['smtp://acme:s3cret@smtp.example.com/s3cret'],
  ])('%s', (url) => {
    for (const transport of [url, { url }]) {
      const err = refusal({ ...RIGHT, transport })
      expect(err.message).toContain('option "transport" must be')
      expect(inspect(err, { depth: null, showHidden: true })).not.toContain('s3cret')
    }
  })
})

describe('mailer accepts', () => {
  test.each([
    ['smtp://smtp.example.com'],
    ['smtps://user%40x.org:p%2Fw@smtp.example.com:465/'],
    ['SMTP://[::1]:25'],
    ['smtp://smtp.example.com:587?requireTLS=true'],
    ['smtp://smtp.example.com\n'],
    [{ host: 'smtp.example.com' }],
    [{ service: 'gmail', auth: { user: 'u', pass: 'p' } }],
    [{ sendmail: true as const }],
    [{ streamTransport: true as const }],
  ])('the transport %j', (transport) => {
    mailer({ ...RIGHT, transport }).close()
  })

  test('an application name of 100 characters', () => {
    mailer({ ...RIGHT, appName: 'n'.repeat(100) }).close()
  })

  test('undefined for every option that has a default', () => {
    const defaults = { appName: undefined, codeInSubject: undefined, message: undefined }
    mailer({ ...RIGHT, ...defaults }).close()
  })
})

describe('the sender', () => {
  test.each([
    ['login@acme.example', '', 'login@acme.example'],
    ['<login@acme.example>', '', 'login@acme.example'],
    [' Login@Acme.Example ', '', 'login@acme.example'],
    ['Acme <login@acme.example>', 'Acme', 'login@acme.example'],
    ['Acme<login@acme.example>', 'Acme', 'login@acme.example'],
    ['"Acme, Inc." <login@acme.example>', 'Acme, Inc.', 'login@acme.example'],
    ['Acme, Inc. <login@acme.example>', 'Acme, Inc.', 'login@acme.example'],
    ['Café Ü <login@bücher.example>', 'Café Ü', 'login@xn--bcher-kva.example'],
    [
      { name: 'Acme "the" <best>', address: 'login@acme.example' },
      'Acme "the" <best>',
      'login@acme.example',
    ],
    [{ name: '', address: 'login@acme.example' }, '', 'login@acme.example'],
  ])('is read from %j', async (from, name, address) => {
    const senders: unknown[] = []
    const sendMail = async (mail: { from: unknown }) => senders.push(mail.from)
    await mailer({ from, transport: { sendMail } })(codeMail())
    expect(senders).toEqual([{ name, address }])
  })
})
