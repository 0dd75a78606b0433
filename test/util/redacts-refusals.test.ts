import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactError } from '../../src/util/redact.js'

interface Case {
  readonly local: string
  /** As it is kept: in ASCII. */
  readonly domain: string
  /** As some servers write it. */
  readonly unicode: string
  readonly code: string
}

const upper = (text: string) => text.toUpperCase()
const bytes = (text: string) => [...Buffer.from(text)]
const hex = (byte: number) => byte.toString(16).padStart(2, '0')
const everyByte = (sign: string) => (text: string) =>
  bytes(text)
    .map((byte) => sign + hex(byte))
    .join('')
/** Encodes what is neither a letter nor a digit. */
const signs = (sign: string) => (text: string) =>
  text.replace(/[^a-z0-9]/giu, (character) => upper(everyByte(sign)(character)))
const base64 = (text: string) => Buffer.from(text).toString('base64')
const entities = (text: string) => text.replace(/[^a-z0-9]/giu, (c) => `&#${c.codePointAt(0)};`)
const backslashes = (text: string) => text.replace(/[^a-z0-9]/giu, '\\$&')
const unicodeEscapes = (text: string) =>
  text.replace(/[^a-z0-9]/giu, (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
const softBreak = (text: string) =>
  `${text.slice(0, 3)}=\r\n${text.slice(3).replaceAll('=', '=3D')}`

/** How servers write a recipient. */
const RECIPIENTS: Readonly<Record<string, (of: Case) => string>> = {
  'as it is': ({ local, domain }) => `${local}@${domain}`,
  'in angle brackets': ({ local, domain }) => `<${local}@${domain}>`,
  'in capitals': ({ local, domain }) => upper(`${local}@${domain}`),
  'with the domain in capitals': ({ local, domain }) => `${local}@${upper(domain)}`,
  'with the domain decoded': ({ local, unicode }) => `${local}@${unicode}`,
  'with the domain decoded and in capitals': ({ local, unicode }) => `${local}@${upper(unicode)}`,
  'with the domain decomposed': ({ local, unicode }) => `${local}@${unicode.normalize('NFD')}`,
  'with the local part quoted': ({ local, domain }) => `"${local}"@${domain}`,
  'with the local part quoted and escaped': ({ local, domain }) =>
    `"${backslashes(local)}"@${domain}`,
  'as a path': ({ local, domain }) => `RCPT TO:<@relay.example:${local}@${domain}>`,
  'percent-encoded': ({ local, domain }) => `/mailbox/${encodeURIComponent(`${local}@${domain}`)}`,
  'percent-encoded, every sign': ({ local, unicode }) => signs('%')(`${local}@${unicode}`),
  'percent-encoded, every character': ({ local, domain }) => everyByte('%')(`${local}@${domain}`),
  'percent-encoded twice': ({ local, domain }) =>
    encodeURIComponent(encodeURIComponent(`<${local}@${domain}>`)),
  'quoted-printable': ({ local, unicode }) => signs('=')(`${local}@${unicode}`),
  'quoted-printable, every character': ({ local, domain }) => everyByte('=')(`${local}@${domain}`),
  'quoted-printable with a soft break': ({ local, domain }) => softBreak(`${local}@${domain}`),
  'an encoded word': ({ local, domain }) => `=?utf-8?Q?${signs('=')(`${local}@${domain}`)}?=`,
  'an encoded word in base64': ({ local, domain }) => `=?utf-8?B?${base64(`${local}@${domain}`)}?=`,
  'base64 after something': ({ local, domain }) => base64(`to: <${local}@${domain}>`),
  'a token in base64url': ({ local, domain }) =>
    `t${Buffer.from(`${local}@${domain}`).toString('base64url')}`,
  'in hex': ({ local, domain }) => Buffer.from(`${local}@${domain}`).toString('hex'),
  'in hex after something': ({ local, domain }) =>
    `b1${Buffer.from(`${local}@${domain}`).toString('hex').toUpperCase()}`,
  xtext: ({ local, domain }) => `ORCPT=rfc822;${signs('+')(`${local}@${domain}`)}`,
  'an Exchange address': ({ local, domain }) =>
    `IMCEASMTP-${signs('+')(`${local}@${domain}`)}@acme.example`,
  'in HTML': ({ local, domain }) => `&lt;${entities(`${local}@${domain}`)}&gt;`,
  'in JSON': ({ local, domain }) => JSON.stringify({ error: `\n${local}@${domain}\n` }),
  'in JSON in ASCII': ({ local, unicode }) => `{"to":"${unicodeEscapes(`${local}@${unicode}`)}"}`,
  VERP: ({ local, domain }) => `bounces+17-${local}=${domain}@mail.acme.example`,
  'VERP in capitals': ({ local, domain }) =>
    upper(`bounces+17-${local}=${domain}@mail.acme.example`),
  BATV: ({ local, domain }) => `prvs=4930a2b1c5=${local}@${domain}`,
  SRS0: ({ local, domain }) => `SRS0=kF2x=QK=${domain}=${local}@relay.example`,
  SRS1: ({ local, domain }) => `SRS1=Uc1e=other.example==kF2x=QK=${domain}=${local}@relay.example`,
  'with a percent sign': ({ local, domain }) => `${local}%${domain}@relay.example`,
  'as a bang path': ({ local, domain }) => `relay!${domain}!${local}`,
  'the local part alone': ({ local }) => local,
  'the local part in capitals': ({ local }) => upper(local),
  'the local part in quotes': ({ local }) => `'${local}'`,
  'the local part in double quotes, escaped': ({ local }) => `"${backslashes(local)}"`,
  'the local part, percent-encoded': ({ local }) => `%22${signs('%')(local)}%22`,
  'the local part, quoted-printable': ({ local }) => `=22${signs('=')(local)}=22`,
  'the local part as xtext': ({ local }) => `+22${signs('+')(local)}+22`,
  'the local part in JSON': ({ local }) => JSON.stringify(`\n${local}\n`),
  'the local part and its domain apart': ({ local, domain }) => `${local} at ${domain}`,
  'the local part without its dots': ({ local }) => local.replaceAll('.', ''),
  'a mailbox file': ({ local }) => `/var/mail/${local}`,
}

/** How clients write a code. */
const CODES: Readonly<Record<string, (code: string) => string>> = {
  'as it is': (code) => code,
  'in halves': (code) => `${code.slice(0, 3)} ${code.slice(3)}`,
  'in halves with a dash': (code) => `${code.slice(0, 3)}-${code.slice(3)}`,
  'in halves with an en dash': (code) => `${code.slice(0, 3)} \u2013 ${code.slice(3)}`,
  'with non-breaking blanks': (code) => [...code].join('\u00a0'),
  'digit by digit': (code) => [...code].join(' '),
  'line by line': (code) => [...code].join('\r\n'),
  'with zero-width spaces': (code) => [...code].join('\u200b'),
  'with dots': (code) => `${code.slice(0, 3)}.${code.slice(3)}`,
  'in HTML': (code) => `<b>${code.slice(0, 3)}&nbsp;${code.slice(3)}</b>`,
  'percent-encoded': (code) => `code%3D${code.slice(0, 3)}%20${code.slice(3)}`,
  'quoted-printable, every character': everyByte('='),
  'quoted-printable with a soft break': softBreak,
  'quoted-printable with a non-breaking blank': (code) =>
    `${code.slice(0, 3)}=C2=A0${code.slice(3)}`,
  'a body in base64': (code) =>
    base64(`Your Acme sign-in code:\n\n${code}\n\nIt works for 10 minutes.\n`.repeat(3)).replace(
      /.{76}/g,
      '$&\r\n',
    ),
}

const REFUSALS: readonly ((quoted: string) => string)[] = [
  (quoted) => `550 5.1.1 ${quoted}: Recipient address rejected: no such user`,
  (quoted) =>
    `550-5.1.1 The account ${quoted} does not exist.\r\n550 5.1.1 Check it, then try again`,
  (quoted) => `452 4.2.2 mailbox of ${quoted} is full`,
  (quoted) => `550 ${quoted}`,
  (quoted) => `${quoted} 550 unknown`,
  (quoted) => `Can't send mail - all recipients were rejected: 553 (${quoted})`,
  (quoted) => `451 4.7.1 greylisted;to=${quoted};see https://x.example/?a=b%20c+d&e=f`,
]

const words = fc.stringMatching(/^[a-z0-9]{2,6}$/)
const cases: fc.Arbitrary<Case> = fc
  .record({
    // It begins like no word of the refusals, so that its rest in a text is a leak.
    local: fc
      .tuple(words, fc.constantFrom('.', '+', '-', '_', '=', "'", '/', '%', '&', '~', '!#$'), words)
      .map((parts) => `zq${parts.join('')}`),
    unicode: fc.constantFrom('example.com', 'mail.example.org', 'bücher.example', 'пример.example'),
    code: fc.stringMatching(/^\d{6,10}$/),
  })
  .map(({ unicode, ...rest }) => ({ ...rest, unicode, domain: domainToASCII(unicode) }))

/** Everything that is left of an error, as it is and decoded by hand. */
function leftOf(err: Error): string {
  const text = [err.name, err.message, err.stack, ...Object.values(err)].join('\n')
  const decoded = [/%(?:25)*([0-9a-f]{2})/gi, /=([0-9a-f]{2})/gi, /\+([0-9a-f]{2})/gi].map(
    (pattern) =>
      text
        .replace(/=\r\n/g, '')
        .replace(pattern, (_, byte) => String.fromCharCode(Number.parseInt(byte, 16))),
  )
  const unescaped = text.replace(/&#(\d+);/g, (_, point) => String.fromCodePoint(Number(point)))
  const parsed = text.replace(/\\u([0-9a-f]{4})/g, (_, unit) =>
    String.fromCharCode(Number.parseInt(unit, 16)),
  )
  const inBase64 = (text.match(/[\w+/-]{8,}/g) ?? []).flatMap((token) =>
    [0, 1, 2, 3].flatMap((start) => [
      Buffer.from(token.slice(start), 'base64').toString('latin1'),
      Buffer.from(token.slice(start), 'hex').toString('latin1'),
    ]),
  )
  const all = [text, ...decoded, unescaped, parsed, parsed.replaceAll('\\', ''), ...inBase64]
  return all.join('\n').toLowerCase()
}

describe('a refusal of a server is redacted', () => {
  it.each(Object.entries(RECIPIENTS))('where it quotes the recipient %s', (_what, write) => {
    fc.assert(
      fc.property(cases, fc.constantFrom(...REFUSALS), (of, refusal) => {
        const text = refusal(write(of))
        const original = Object.assign(new Error(text), { response: text, responseCode: 550 })
        const copy = redactError(original, { email: `${of.local}@${of.domain}`, code: of.code })
        expect(leftOf(copy).includes('zq'), copy.message).toBe(false)
        expect(copy).toMatchObject({ responseCode: 550 })
      }),
      { numRuns: 30 },
    )
  })

  it.each(Object.entries(CODES))('where it quotes the code %s', (_what, write) => {
    fc.assert(
      fc.property(cases, fc.constantFrom(...REFUSALS), (of, refusal) => {
        const text = refusal(`(${write(of.code)})`)
        const original = Object.assign(new Error(text), { response: text })
        const copy = redactError(original, { email: `${of.local}@${of.domain}`, code: of.code })
        const left = leftOf(copy)
        for (const kept of [left, left.replace(/&nbsp;|[^0-9a-z]/g, '')]) {
          expect(kept.includes(of.code), copy.message).toBe(false)
        }
      }),
      { numRuns: 20 },
    )
  })
})

const HIDDEN = { code: '012345', email: 'ada+shop@example.com' }
const messageOf = (text: string, hidden = HIDDEN) => redactError(new Error(text), hidden).message

it.each([
  ['550 5.1.1 <ada+shop@example.com>: unknown', '550 5.1.1 <[address]>: unknown'],
  ['550 mailbox ada is full', '550 mailbox [address] is full'],
  ['550 mailbox ADA+SHOP is full', '550 mailbox [address] is full'],
  ['to ada+2Bshop+40example.com;', 'to [address];'],
  ['to ada%2Bshop%40example.com;', 'to [address];'],
  ['SRS0=a=b=example.com=ada+shop@relay.example', 'SRS0=a=b=[address]@relay.example'],
  ['v+ada+2Bshop=example.com@relay.example', 'v+[address]@relay.example'],
  ['550 <"ada+shop"@example.com> unknown', '550 <"[address]> unknown'],
  ['550 ada+shop%example.com@relay.example', '550 [address]@relay.example'],
  ['550 relay!example.com!ada+shop', '550 relay![address]'],
  ['550 relaying for example.com denied', '550 relaying for example.com denied'],
  ['550 adam@example.com', '550 adam@example.com'],
  ['550 nevada, Canada', '550 nevada, Canada'],
  ['code 012 345', 'code [code]'],
  ['code 0123456', 'code [code]6'],
  [
    '&constructor; \\constructor \\u{110000} &#9999999;',
    '&constructor; \\constructor \\u{110000} &#9999999;',
  ],
])('%j becomes %j', (text, redacted) => {
  expect(messageOf(text)).toBe(redacted)
})

it.each([
  'ada@xn--bcher-kva.example',
  'ada@XN--BCHER-KVA.EXAMPLE',
  'ada@bücher.example',
  'ada@BÜCHER.example',
  'ada@bu\u0308cher.example',
  'ada%40b%C3%BCcher.example',
])('the domain goes too in %j', (quoted) => {
  const hidden = { ...HIDDEN, email: 'ada@xn--bcher-kva.example' }
  expect(messageOf(`550 ${quoted} unknown`, hidden)).toBe('550 [address] unknown')
})

it('what looks like an escape may be the address itself', () => {
  const hidden = { ...HIDDEN, email: 'ada_x@example.com' }
  expect(messageOf('to=ada=5Fx=40example.com', hidden)).toBe('to=[address]')
})

it('does not replace its own labels', () => {
  for (const local of ['address', 'code', 'id', 'encoded']) {
    const hidden = { ...HIDDEN, email: `${local}@example.com`, id: 'AAECAwQFBgcICQoLDA0ODw' }
    const quoted = `${hidden.email} 012345 ${hidden.id}`
    expect(messageOf(quoted, hidden)).toBe('[address] [code] [id]')
  }
})

it('keeps the names that nodemailer chooses, whatever the local part is', () => {
  const original = Object.assign(new Error('550 to unknown'), {
    ...{
      name: 'RCPT',
      code: 'ETO',
      command: 'RCPT TO',
      syscall: 'connect',
      response: '550 to unknown',
    },
  })
  for (const local of ['rcpt', 'to', 'eto', 'connect']) {
    const copy = redactError(original, { ...HIDDEN, email: `${local}@example.com` })
    expect(copy).toMatchObject({
      name: 'RCPT',
      code: 'ETO',
      command: 'RCPT TO',
      syscall: 'connect',
    })
  }
})

it('keeps the frames of a stack, whatever the local part is', () => {
  const original = new Error('550 node unknown')
  const copy = redactError(original, { ...HIDDEN, email: 'node@example.com' })
  const frames = original.stack?.split('\n').slice(1)
  expect(frames?.join()).toContain('node')
  expect(copy.stack?.split('\n').slice(1)).toEqual(frames)
  expect(copy.stack?.split('\n')[0]).toBe('Error: 550 [address] unknown')
})

it('redacts a stack that does not begin with the message', () => {
  const original = Object.assign(new Error('x'), { stack: 'Error: ada\n    at ada (a.js:1:1)' })
  original.message = 'y'
  expect(redactError(original, HIDDEN).stack).not.toContain('ada')
})
