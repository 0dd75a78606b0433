import { createHash } from 'node:crypto'
import type { CodeMail } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { watchCrypto } from '../helpers/watch-crypto.js'
import { ADA, createWorld, EVE } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'

/** A world in which Ada has a code, and its pending state as it lies in her session. */
async function withPendingCode() {
  const world = await createWorld()
  const ada = world.client()
  const code = await world.codeFor(ada)
  return { ...world, ada, code }
}

async function expectNotCounted(bodies: readonly object[], reason: string) {
  const { ada, code, calls, sessions } = await withPendingCode()
  const before = await sessions.all()
  for (const body of bodies) {
    const refused = await ada.post(body)
    expect(refused.body, JSON.stringify(body)).toMatchObject({ reason, next: 'enter_code' })
    expect(refused.status).toBe(400)
    expect(refused.body).not.toHaveProperty('attemptsLeft')
  }
  expect(calls.map(({ verb }) => verb)).toEqual(['open'])
  expect(await sessions.all()).toEqual(before)
  expect((await ada.enterCode(wrongCode(code))).body.attemptsLeft).toBe(4)
  expect((await ada.enterCode(code)).status).toBe(200)
}

const codes = (...values: unknown[]) => values.map((code) => ({ code }))

it('COD-01: an empty code is asked for again and not counted', () =>
  expectNotCounted(
    codes('', '   ', '\t\n', '---', '\u200B', '\u2013 \u2014', '\uFEFF', '\u00A0\u3000'),
    'missing_code',
  ))

it('COD-01: under step "verify" a body without a code is a verification too', async () => {
  const { emailOtp } = await createWorld()
  for (const body of [{}, { code: null }, { email: ADA }]) {
    const info = await new Promise<{ reason: string }>((resolve, reject) => {
      const strategy = Object.assign(Object.create(emailOtp), { fail: resolve, error: reject })
      strategy.authenticate({ method: 'POST', headers: {}, session: {}, body }, { step: 'verify' })
    })
    expect(info.reason).toBe('missing_code')
  }
})

it('COD-02: a number, and whatever else is no string, is not counted', () =>
  expectNotCounted(
    codes(
      ...[123456, 0, 1e5, true, false, [], {}, ['123456'], [['1']], { toString: '123456' }],
      ...[{ length: 6 }, [1, 2, 3, 4, 5, 6], { 0: '1' }, { $ne: '' }, { $gt: '' }],
    ),
    'malformed_code',
  ))

it('COD-02: not even the right code counts as a number or in an array', async () => {
  const { ada, code, home } = await withPendingCode().then((w) => ({ ...w, home: w.ada.home }))
  for (const typed of [Number(code), [code], { code }, { value: code }]) {
    expect((await ada.enterCode(typed)).body.reason).toBe('malformed_code')
  }
  expect((await home()).status).toBe(401)
})

/** Each way to type it, on an address of its own: a wrong code counts, the right one signs in. */
async function expectChecked(ways: readonly (readonly [string, (code: string) => string])[]) {
  const { client, codeFor } = await createWorld()
  for (const [n, [what, type]] of ways.entries()) {
    const ada = client()
    const code = await codeFor(ada, `ada${n}@example.com`)
    expect((await ada.enterCode(type(wrongCode(code)))).body.reason, what).toBe('invalid_code')
    expect((await ada.enterCode(type(code))).status, what).toBe(200)
  }
}

it('COD-04: blanks and dashes are dropped and the code checked', () =>
  expectChecked([
    ['a space in the middle', (c: string) => `${c.slice(0, 3)} ${c.slice(3)}`],
    ['a hyphen', (c: string) => `${c.slice(0, 3)}-${c.slice(3)}`],
    ['blanks and a line end around it', (c: string) => ` ${c}\r\n`],
    ['a non-breaking space', (c: string) => `${c.slice(0, 3)}\u00A0${c.slice(3)}`],
    ['an en dash', (c: string) => `${c.slice(0, 2)}\u2013${c.slice(2)}`],
    ['every digit apart', (c: string) => [...c].join(' - ')],
  ]))

it('COD-04: what stands beside a pasted code is ignored', () =>
  expectChecked([
    ['the full stop of the mail', (c: string) => `${c}.`],
    ['quotes', (c: string) => `"${c}"`],
    ['a number sign', (c: string) => `#${c}`],
    ['a bullet', (c: string) => `- ${c}`],
    ['a label', (c: string) => `Code: ${c}`],
    ['the sentence of the mail', (c: string) => `Your Acme sign-in code is ${c}.`],
    ['the subject', (c: string) => `${c} is your Acme code`],
    ['a Chinese sentence', (c: string) => `您的验证码是${c}，10分钟内有效。`],
    ['256 characters', (c: string) => `${'Dear customer, '.repeat(16)} ${c}`.padEnd(256)],
  ]))

it('COD-04: a text that could hold another code is refused and not counted', () =>
  expectNotCounted(
    codes('493027 581223', '4930a27', '12345.', '-493027', '493 027 58', '493027 and 581223', 'x'),
    'malformed_code',
  ))

const scripts = [
  ['full-width', 0xff10],
  ['Arabic-Indic', 0x660],
  ['Persian', 0x6f0],
  ['Devanagari', 0x966],
  ['mathematical double-struck', 0x1d7d8],
  ['segmented', 0x1fbf0],
] as const

it('COD-05: the decimal digits of any script are read as digits', () => {
  const write = (zero: number) => (code: string) =>
    code.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))
  return expectChecked(scripts.map(([script, zero]) => [script, write(zero)]))
})

it('COD-05: what only looks like a digit is none', () =>
  expectNotCounted(
    codes(
      ...['\u00B2\u00B2\u00B2\u00B2\u00B2\u00B2', '\u2460\u2461\u2462\u2463\u2464\u2465'],
      ...['\u2160\u2161\u2162\u2163\u2164\u2165', 'OOOOOO', 'llllll', '\u4E00\u4E8C\u4E09123'],
      '\u00BD23456',
    ),
    'malformed_code',
  ))

it('COD-07: 10,000 malformed codes write nothing anywhere', async () => {
  const { emailOtp, calls } = await createWorld({ sendCode: () => {} })
  const session: Record<string, unknown> = { cookie: {} }
  const req = { headers: {}, session }
  await emailOtp.requestCode(req, ADA)
  const before = JSON.stringify(session)
  Object.freeze(session) // whoever writes, throws
  const malformed = ['12345', '1234567', 'abcdef', '12345a', '1'.repeat(64), 'x'.repeat(1e5), '\0']
  for (let n = 0; n < 10_000; n++) {
    const info = await emailOtp.verifyCode(req, malformed[n % malformed.length])
    expect(info.reason).toBe('malformed_code')
  }
  expect(JSON.stringify(session)).toBe(before)
  expect(calls.map(({ verb }) => verb)).toEqual(['open'])
})

it('COD-07: codes of another length are not counted', () =>
  expectNotCounted(
    codes('1', '12345', '1234567', '12345678', '0123456', '1234567890', '1'.repeat(64)),
    'malformed_code',
  ))

it('COD-08: numbers in other notations are refused', () =>
  expectNotCounted(
    codes(
      ...['1e5', '0x1E240', '+12345', '12345.', '1234.5', '1_2345', '1,2345', '0b1010', '1e0005'],
      ...[
        'NaN',
        'Infinity',
        '123456n',
        '0x123456',
        '123456e1',
        '1234.56',
        '%31%32%33456',
        '++++++',
      ],
      ...['-12345', '-123456', '+123456', '\u2212123456', '1.0000', '\u221212345'],
    ),
    'malformed_code',
  ))

const controls = [
  ['a NUL', '\0'],
  ['a bell', '\x07'],
  ['an escape', '\x1b'],
  ['a delete', '\x7f'],
  ['half a surrogate pair', '\ud83d'],
] as const

it('COD-10: controls and other characters in the right code make it malformed', async () => {
  const { ada, code } = await withPendingCode()
  for (const [what, character] of controls) {
    for (const typed of [code + character, character + code, code.slice(0, 3) + character]) {
      expect((await ada.enterCode(typed)).body.reason, what).toBe('malformed_code')
    }
  }
  expect((await ada.enterCode(`${code}\u20e3`)).body.reason, 'a keycap').toBe('malformed_code')
  expect((await ada.enterCode(code)).status).toBe(200)
})

const formats = [
  ['a zero-width joiner', '\u200D'],
  ['a zero-width space', '\u200B'],
  ['a soft hyphen', '\u00AD'],
  ['a right-to-left mark', '\u200F'],
  ['an isolate', '\u2066'],
  ['a byte order mark', '\uFEFF'],
  ['a variation selector', '\uFE0F'],
  ['a Hangul filler', '\u3164'],
] as const

it('COD-10: format characters in the right code are dropped', () =>
  expectChecked(
    formats.map(([what, c]) => [what, (code) => `${c}${code.slice(0, 3)}${c}${code.slice(3)}${c}`]),
  ))

it('COD-11: a body can’t set what is checked', async () => {
  const { ada, code, codeFor } = await withPendingCode()
  const settings = {
    ...{ digits: 4, expiresAt: 9e15, attempts: 1000, id: 'A'.repeat(22), kid: 'x', secret: 'x' },
    ...{
      purpose: 'x',
      subject: 'root',
      matched: true,
      'email-otp': {},
      session: {},
      step: 'request',
    },
  }
  for (const short of [code.slice(0, 4), code.slice(2)]) {
    expect((await ada.post({ ...settings, code: short })).body.reason).toBe('malformed_code')
  }
  expect((await ada.post({ ...settings, code: wrongCode(code) })).body.attemptsLeft).toBe(4)
  const entered = await ada.post({ ...settings, code })
  expect(entered.body.user).toEqual({ email: ADA })
  // Nor what is asked for.
  const next = await codeFor(ada, EVE)
  expect(next).toHaveLength(6)
})

it('COD-13: leading zeros are mailed, needed and enough', async () => {
  const mails: CodeMail[] = []
  const { client, sessions } = await createWorld({ sendCode: (mail) => void mails.push(mail) })
  // One in ten codes begins with a zero: ask for other addresses until one does.
  const asked = async () => {
    for (let n = 0; n < 400; n++) {
      const ada = client()
      await ada.requestCode(`ada${n}@example.com`)
      const code = mails.at(-1)?.code ?? ''
      if (code.startsWith('0')) return { ada, code }
    }
    throw new Error('four hundred codes without a leading zero')
  }
  const { ada, code } = await asked()
  expect(code).toMatch(/^0[0-9]{5}$/)
  expect((await ada.enterCode(code.slice(1))).body.reason).toBe('malformed_code')
  expect((await ada.enterCode(String(Number(code)))).body.reason).toBe('malformed_code')
  expect((await ada.enterCode(`0${code}`)).body.reason).toBe('malformed_code')
  expect((await ada.enterCode(code)).status).toBe(200)
  expect(JSON.stringify(await sessions.all())).not.toContain(code)
})

it('COD-14: codes are compared by timingSafeEqual, over digests of one length', async () => {
  const { ada, code } = await withPendingCode()
  const compared = watchCrypto('timingSafeEqual')
  await ada.enterCode(wrongCode(code))
  await ada.enterCode(code)
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  const hex = compared.mock.calls.map((pair) =>
    pair.map((one) => Buffer.from(one as Uint8Array).toString('hex')),
  )
  // express-session or others may compare too: ours are the ones with the digest of the code.
  const ours = hex.filter((pair) => pair.includes(digest(code)))
  expect(ours.map((pair) => new Set(pair))).toEqual([
    new Set([digest(code), digest(wrongCode(code))]),
    new Set([digest(code)]),
  ])
})
