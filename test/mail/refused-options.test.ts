import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { mailer } from '../../src/mail/mailer.js'
import { describe as shown } from '../../src/util/describe.js'
import { codeMail } from '../helpers/code-mail.js'
import { expectNamed } from '../helpers/rejects-option.js'

const RIGHT = { transport: 'smtp://127.0.0.1:25', from: 'Acme <login@acme.example>' }

/** What the error says that is expected, in values and in names of fields. */
const EXPECTED = {
  transport: ['smtps://', 'host', 'url', 'service'],
  from: ['login@acme.example', 'name', 'address'],
  appName: [1, 100],
  codeInSubject: ['true', 'false'],
  allowUnencryptedPassword: ['true', 'false'],
  message: ['function'],
}

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

describe('mailer rejects a wrong option with an error that names it, what is expected and what was given', () => {
  test.each([
    ['transport', undefined],
    ['transport', ''],
    ['transport', 'smtp.example.com'],
    ['transport', 'smtp.example.com:587'],
    ['transport', 'smtp:smtp.example.com:587'],
    ['transport', 'smtp://'],
    ['transport', 'smtp:///mail'],
    ['transport', 'smtp://smtp.example.com:99999'],
    ['transport', 'http://smtp.example.com'],
    ['transport', 'direct:'],
    ['transport', 25],
    ['transport', null],
    ['transport', {}],
    ['transport', { hots: 'smtp.example.com' }],
    ['transport', { host: undefined, port: 587 }],
    ['transport', { url: 'http://smtp.example.com' }],
    ['transport', { host: '', port: 587, auth: { user: 'u', pass: 'p' } }],
    ['transport', { host: '', service: '', proxy: 'http://127.0.0.1:3128' }],
    ['transport', { host: null, pool: false }],
    ['transport', { service: 'gmial', auth: { user: 'u', pass: 'p' } }],
    ['transport', { sendmail: false }],
    ['transport', { send: () => {}, name: 'plugin', version: '1' }],
    ['from', undefined],
    ['from', ''],
    ['from', 'Acme'],
    ['from', 'Acme <login@acme>'],
    ['from', 'Acme <>'],
    ['from', 'a@x.org, b@x.org'],
    ['from', 'Acme <a@x.org>, Other <b@x.org>'],
    ['from', 'Acme <a@x.org> b'],
    ['from', 'Acme\r\nBcc: b@x.org <a@x.org>'],
    ['from', { name: 'Acme\nBcc: b@x.org', address: 'a@x.org' }],
    ['from', { name: 'Acme' }],
    ['from', { name: 1, address: 'a@x.org' }],
    ['from', { name: 'n'.repeat(101), address: 'a@x.org' }],
    ['from', ['a@x.org']],
    ['from', null],
    ['appName', ''],
    ['appName', '  '],
    ['appName', 'n'.repeat(101)],
    ['appName', 'Acme\r\nBcc: b@x.org'],
    ['appName', null],
    ['codeInSubject', 'no'],
    ['codeInSubject', null],
    ['allowUnencryptedPassword', 'yes'],
    ['message', 'Your code is {{code}}'],
    ['message', null],
  ] as const)('%s: %j', (name, value) => {
    const { message } = refusal({ ...RIGHT, [name]: value })
    expectNamed(message, 'mailer', `"${name}"`, ...EXPECTED[name])
    // A string could be a URL with a password, which is not shown.
    const isShown = value !== undefined && !(name === 'transport' && typeof value === 'string')
    if (isShown) expect(message).toContain(shown(value))
  })

  test('rejects an unknown option and suggests a similar name', () => {
    const { message } = refusal({ ...RIGHT, appname: 'Acme' })
    expectNamed(message, 'mailer', '"appname"', '"appName"')
    expect(message).not.toContain('transport')
    expect(refusal({ ...RIGHT, codeinsubject: true }).message).toContain('"codeInSubject"')
    expectNamed(
      refusal({ ...RIGHT, colour: 'red' }).message,
      ...['"colour"', 'transport', 'from', 'appName', 'codeInSubject', 'link'],
      ...['allowUnencryptedPassword', 'languages', 'message'],
    )
  })

  test.each([[undefined], [null], ['smtp://127.0.0.1'], [[RIGHT]]])(
    'rejects %j in place of the options',
    (options) => {
      expectNamed(refusal(options).message, 'mailer', shown(options))
    },
  )
})

test('an unknown service is named, because its host would be this machine', () => {
  expectNamed(refusal({ ...RIGHT, transport: { service: 'gmial' } }).message, '"gmial"')
  expectNamed(refusal({ ...RIGHT, transport: { service: 5 } }).message, 'transport', 5)
  // Of those that nodemailer knows, this one is meant to run here.
  mailer({ ...RIGHT, transport: { service: 'Maildev', auth: { user: 'a', pass: 'b' } } }).close()
})

describe('a time or a count of the transport that is no number is rejected', () => {
  const numbers = [
    ...['connectionTimeout', 'dnsTimeout', 'greetingTimeout', 'idleTimeout', 'rateDelta'],
    ...['socketTimeout', 'maxConnections', 'maxMessages', 'rateLimit'],
  ]
  test.each(numbers)('%s', (name) => {
    for (const value of ['30s', '', ' ', '-1', -1, Number.NaN, true, { ms: 1 }]) {
      const transport = { host: 'smtp.example.com', [name]: value }
      expectNamed(refusal({ ...RIGHT, transport }).message, `"transport.${name}"`, 0, shown(value))
    }
    const url = `smtp://acme:s3cret@smtp.example.com?${name}=30s`
    const { message } = refusal({ ...RIGHT, transport: url })
    expectNamed(message, `"transport.${name}"`, '"30s"')
    expect(message).not.toContain('s3cret')
  })
})

test('a rate of false is none, as for nodemailer', () => {
  const transport = { host: 'smtp.example.com', rateLimit: false }
  mailer({ ...RIGHT, transport: transport as never }).close()
})

describe('a key that signs mails', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const names = { domainName: 'acme.example', keySelector: 'one' }
  const cipher = { cipher: 'aes-256-cbc', passphrase: 'open' }
  const locked = privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher })
  const ed25519 = generateKeyPairSync('ed25519').privateKey
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const dkimOf = (dkim: unknown) => ({ host: 'smtp.example.com', dkim }) as never

  test.each<[string, unknown]>([
    [
      'with line breaks that are written as \\n',
      { ...names, privateKey: pem.replaceAll('\n', '\\n') },
    ],
    ['that is no key', { ...names, privateKey: 's3cret' }],
    ['that is empty', { ...names, privateKey: '' }],
    ['that is missing', names],
    ['that is locked', { ...names, privateKey: { key: locked, passphrase: 'other' } }],
    ['for Ed25519', { ...names, privateKey: ed25519 }],
    ['for another algorithm', { ...names, privateKey: ec }],
    ['that is public', { ...names, privateKey: createPublicKey(pem) }],
    ['of no domain', { keySelector: 'one', privateKey: pem }],
    ['without a selector', { domainName: 'acme.example', privateKey: pem }],
    [
      'that is one of several',
      {
        keys: [
          { ...names, privateKey: pem },
          { ...names, privateKey: 's3cret' },
        ],
      },
    ],
    ['of which there is none', { keys: [] }],
    ['as a text', 's3cret'],
  ])('%s is rejected, because the mails would have no signature', (_what, dkim) => {
    for (const other of [{}, { sendmail: true, host: undefined }]) {
      const { message } = refusal({ ...RIGHT, transport: Object.assign(dkimOf(dkim), other) })
      expectNamed(message, '"transport.dkim"', 'domainName', 'keySelector', 'PEM')
      for (const part of ['s3cret', 'PRIVATE']) expect(message).not.toContain(part)
    }
  })

  test.each<[string, unknown]>([
    ['as text', { ...names, privateKey: pem }],
    ['as bytes', { ...names, privateKey: Buffer.from(pem) }],
    ['as an object', { ...names, privateKey }],
    ['with a passphrase', { ...names, privateKey: { key: locked, passphrase: 'open' } }],
    [
      'beside another',
      { keys: [1, 2].map((keySelector) => ({ ...names, keySelector, privateKey: pem })) },
    ],
  ])('%s is accepted', (_what, dkim) => {
    mailer({ ...RIGHT, transport: dkimOf(dkim) }).close()
  })

  test('is not asked for by jsonTransport, which signs nothing', () => {
    const transport = { jsonTransport: true, dkim: { ...names, privateKey: '' } } as const
    mailer({ ...RIGHT, transport }).close()
  })
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
      expectNamed(err.message, '"transport"', 'smtps://')
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
    [{ host: 'smtp.example.com', service: 'unknown' }],
    [{ host: '', service: 'gmail' }],
    [{ host: '', url: 'smtp://smtp.example.com' }],
    [{ host: '', getSocket: () => {} }],
    [{ host: 'smtp.example.com', maxConnections: 0, maxMessages: '0' }],
    [{ host: 'smtp.example.com', socketTimeout: 0, idleTimeout: Number.POSITIVE_INFINITY }],
    [{ host: 'smtp.example.com', maxConnections: undefined, socketTimeout: null as never }],
    ['smtp://smtp.example.com?socketTimeout=30000&maxConnections=2'],
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
