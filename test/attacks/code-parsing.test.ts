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

/** What is entered as a code, by the attack: it is answered with a reason, and no attempt is counted. */
const NOT_COUNTED: Readonly<Record<string, readonly unknown[]>> = {
  'COD-01: an empty code is requested again and not counted': [
    ...['', '   ', '\t\n', '---', '\u200B', '\u2013 \u2014', '\uFEFF', '\u00A0\u3000'],
  ],
  'COD-02: a number, and any other value that is not a string, is not counted': [
    ...[123456, 0, 1e5, true, false, [], {}, ['123456'], [['1']], { toString: '123456' }],
    ...[{ length: 6 }, [1, 2, 3, 4, 5, 6], { 0: '1' }, { $ne: '' }, { $gt: '' }],
  ],
  'COD-04: a text that could hold another code is not counted': [
    ...['493027 581223', '4930a27', '12345.', '-493027', '493 027 58', '493027 and 581223', 'x'],
  ],
  'COD-05: a character that only looks like a digit is not counted': [
    ...['\u00B2\u00B2\u00B2\u00B2\u00B2\u00B2', '\u2460\u2461\u2462\u2463\u2464\u2465', 'OOOOOO'],
    ...['\u2160\u2161\u2162\u2163\u2164\u2165', 'llllll', '\u4E00\u4E8C\u4E09123', '\u00BD23456'],
  ],
  'COD-07: codes of another length are not counted': [
    ...['1', '12345', '1234567', '12345678', '0123456', '1234567890', '1'.repeat(64)],
  ],
  'COD-08: numbers in other notations are not counted': [
    ...['1e5', '0x1E240', '+12345', '12345.', '1234.5', '1_2345', '1,2345', '0b1010', '1e0005'],
    ...['NaN', 'Infinity', '123456n', '0x123456', '123456e1', '1234.56', '%31%32%33456', '++++++'],
    ...['-12345', '-123456', '+123456', '\u2212123456', '1.0000', '\u221212345'],
  ],
}

it.each(Object.entries(NOT_COUNTED))('%s', async (title, typed) => {
  const { ada, code, calls, sessions } = await withPendingCode()
  const before = await sessions.all()
  const reason = title.startsWith('COD-01') ? 'missing_code' : 'malformed_code'
  for (const one of typed) {
    const refused = await ada.enterCode(one)
    expect(refused.body, JSON.stringify(one)).toMatchObject({ reason, next: 'enter_code' })
    expect(refused.status).toBe(400)
    expect(refused.body).not.toHaveProperty('attemptsLeft')
  }
  expect(calls.map(({ verb }) => verb)).toEqual(['open'])
  expect(await sessions.all()).toEqual(before)
  expect((await ada.enterCode(wrongCode(code))).body.attemptsLeft).toBe(4)
  expect((await ada.enterCode(code)).status).toBe(200)
})

const halves = (separator: string) => (code: string) =>
  `${code.slice(0, 3)}${separator}${code.slice(3)}`
const inScript = (zero: number) => (code: string) =>
  code.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))
const formats = ['\u200D', '\u200B', '\u00AD', '\u200F', '\u2066', '\uFEFF', '\uFE0F', '\u3164']

/** Ways to type a code that is read, by the attack. */
const CHECKED: Readonly<Record<string, readonly ((code: string) => string)[]>> = {
  'COD-04: blanks and dashes are dropped and the code is checked': [
    ...[' ', '-', '\u00A0', '\u2013'].map(halves),
    (c) => ` ${c}\r\n`,
    (c) => [...c].join(' - '),
  ],
  'COD-04: what stands beside a pasted code is ignored': [
    ...[(c: string) => `${c}.`, (c: string) => `"${c}"`, (c: string) => `#${c}`],
    ...[(c: string) => `- ${c}`, (c: string) => `Code: ${c}`],
    (c) => `Your Acme sign-in code is ${c}.`,
    (c) => `${c} is your Acme code`,
    (c) => `您的验证码是${c}，10分钟内有效。`,
    (c) => `${'Dear customer, '.repeat(16)} ${c}`.padEnd(256),
  ],
  // Full-width, Arabic-Indic, Persian, Devanagari, mathematical double-struck and segmented ones.
  'COD-05: the decimal digits of any script are read as digits': [
    ...[0xff10, 0x660, 0x6f0, 0x966, 0x1d7d8, 0x1fbf0].map(inScript),
  ],
  'COD-10: format characters in the right code are dropped': formats.map(
    (c) => (code) => `${c}${halves(c)(code)}${c}`,
  ),
}

it.each(Object.entries(CHECKED))('%s', async (_title, ways) => {
  const { client, codeFor } = await createWorld()
  for (const [n, type] of ways.entries()) {
    // Each on an address of its own: a wrong code counts, the right one signs in.
    const ada = client()
    const code = await codeFor(ada, `ada${n}@example.com`)
    const typed = type(code)
    expect((await ada.enterCode(type(wrongCode(code)))).body.reason, typed).toBe('invalid_code')
    expect((await ada.enterCode(typed)).status, typed).toBe(200)
  }
})

it('COD-02: not even the right code counts as a number or in an array', async () => {
  const { ada, code, home } = await withPendingCode().then((w) => ({ ...w, home: w.ada.home }))
  for (const typed of [Number(code), [code], { code }, { value: code }]) {
    expect((await ada.enterCode(typed)).body.reason).toBe('malformed_code')
  }
  expect((await home()).status).toBe(401)
})

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

it('COD-11: a body can’t set what is checked', async () => {
  const { ada, code, codeFor } = await withPendingCode()
  const settings = {
    ...{ digits: 4, expiresAt: 9e15, attempts: 1000, id: 'A'.repeat(22), kid: 'x', secret: 'x' },
    ...{ purpose: 'x', subject: 'root', matched: true, 'email-otp': {}, session: {} },
    step: 'request',
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
