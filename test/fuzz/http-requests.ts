import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { anything } from './requests.js'

export interface FuzzRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The client hangs up in the middle of it. */
  readonly breaksOff: boolean
}

/** What a header may hold: no line breaks, or there would be two of them. */
const headerText = fc.string({ maxLength: 60 }).map((text) => text.replace(/[^\x20-\x7e]/g, '?'))

const pages = ['/', '/login', '/login?other=1', '/login?a=1&a=2', '/logout', '/inbox', '/health']
const others = [
  '/login/email?email=a@x.org',
  '/inbox/1/html',
  '/style.css',
  '/login/code/',
  '/LOGIN/EMAIL',
]
const odd = ['/%', '/%c0%ae', '/..%2f..%2fetc/passwd', '//', '/login?__proto__[x]=1']
const path = fc
  .oneof(
    { weight: 6, arbitrary: fc.constantFrom('/login/email', '/login/code', '/login/resend') },
    { weight: 3, arbitrary: fc.constantFrom(...pages, ...others, ...odd) },
    { weight: 1, arbitrary: fc.webPath().map((some) => `/${some}`.slice(0, 300)) },
  )
  .map((some) => some.replace(/[^\x21-\x7e]/g, ''))

const codes = ['', ' ', '123456', '12345678', '000000', '\uff11\uff12\uff13\uff14\uff15\uff16']
const addresses = ['a@x.org', 'a@x.org,b@y.org', '"a"@x.org', 'a@localhost', 'x'.repeat(3_000)]
const field = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.emailAddress(),
  fc.constantFrom(...codes),
  fc.constantFrom(...addresses),
)
const ownNames = ['email', 'code', 'email[]', 'code[a]', 'step', 'challengeToken', '_csrf']
const name = fc.constantFrom(...ownNames, '__proto__', 'constructor')

const form = fc
  .array(fc.tuple(name, field), { maxLength: 4 })
  .map((pairs) => new URLSearchParams(pairs).toString())
const json = fc.oneof(anything, fc.dictionary(name, fc.oneof(anything, field))).map((value) => {
  const plain = (_key: string, one: unknown) => (typeof one === 'bigint' ? String(one) : one)
  return JSON.stringify(value, plain) ?? ''
})
const FORM = 'application/x-www-form-urlencoded'
const parsed = ['application/json', 'application/json; charset=utf-16', FORM]
const multipart = ['multipart/form-data; boundary=x', 'multipart/form-data']
const body: fc.Arbitrary<readonly [type: string, text: string]> = fc.oneof(
  form.map((text) => [FORM, text] as const),
  json.map((text) => ['application/json', text] as const),
  fc.tuple(
    fc.constantFrom(...parsed, ...multipart, 'text/plain', 'x', ';', ''),
    fc.oneof(form, json, fc.string({ unit: 'binary' }), fc.constantFrom('{"email":', 'null', '[')),
  ),
)

const encoding = fc.oneof(
  { weight: 8, arbitrary: fc.constant(undefined) },
  fc.constantFrom('gzip', 'deflate', 'br', 'identity', 'x'),
)
const usual = ['origin', 'sec-fetch-site', 'cookie', 'accept', 'accept-language', 'user-agent']
const unusual = ['x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'x-http-method-override']
const values = ['null', 'cross-site', 'same-origin', 'text/html', 'https', 'PUT', 'bytes=0-1']
const cookies = ['example.sid=s%3Ax.y', 'example.sid=', 'email-otp.device=x']
const more = fc.dictionary(
  fc.constantFrom(...usual, ...unusual, 'if-none-match', 'range'),
  fc.oneof(
    headerText,
    fc.constantFrom(...values),
    fc.constantFrom(...cookies, 'https://evil.example'),
  ),
  { maxKeys: 3 },
)

/** A request as a scanner, a broken client or an attacker may send it. */
export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc
  .record({
    method: fc.oneof(
      { weight: 2, arbitrary: fc.constant('POST') },
      fc.constant('GET'),
      fc.constantFrom('GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND'),
    ),
    ...{ path, body, encoding, more },
    isPacked: fc.boolean(),
    breaksOff: fc.oneof({ weight: 30, arbitrary: fc.constant(false) }, fc.constant(true)),
  })
  .map(({ body: [type, text], encoding, more, isPacked, method, path, breaksOff }) => {
    const bytes = Buffer.from(text)
    const packed = encoding === 'gzip' && isPacked ? gzipSync(bytes) : bytes
    const sent = method === 'GET' || method === 'HEAD' ? Buffer.alloc(0) : packed
    const headers: Record<string, string> = { ...more, 'content-length': `${sent.length}` }
    if (type) headers['content-type'] = type
    if (encoding) headers['content-encoding'] = encoding
    return { method, path, headers, body: sent, breaksOff }
  })
