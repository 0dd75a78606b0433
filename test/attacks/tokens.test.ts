import { createCipheriv, randomBytes } from 'node:crypto'
import { MemoryStore } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { deriveCodeKey } from '../../src/challenge/keys.js'
import { MINUTE, stopClock } from '../helpers/clock.js'
import { SECRET } from '../helpers/mail.js'
import { ADA, EVE } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { type TokenApi, tokenApi } from '../tokens/token-api.js'

const OTHER_SECRET = 'another secret for tests, 9876543210 and so on'

/** What a token that is none comes to: no attempt is counted, and no page learns an address. */
async function expectNone(api: TokenApi, challengeToken: unknown, code = '123456') {
  const asked = api.calls.length
  const req = { headers: { 'content-type': 'application/json' }, body: { challengeToken } }
  const info = await api.emailOtp.verifyCode(req, code)
  expect([challengeToken, info.reason]).toEqual([challengeToken, 'no_pending_code'])
  expect(info).not.toHaveProperty('pending')
  expect(info).not.toHaveProperty('challengeToken')
  expect(api.calls).toHaveLength(asked)
}

/** Seals whatever is given, as somebody with the secret could. */
function sealed(state: unknown, { secret = SECRET, name = 'email-otp', nonceBytes = 12 } = {}) {
  const { kid, tokenKey } = deriveCodeKey(Buffer.from(secret))
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', tokenKey, nonce).setAAD(Buffer.from(name))
  const text = typeof state === 'string' ? state : JSON.stringify(state)
  const bytes = [nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]
  return `${kid}.${Buffer.concat(bytes).toString('base64url')}`
}

function state(changes: object = {}) {
  const times = { sentAt: Date.now(), expiresAt: Date.now() + 600_000, resendAt: Date.now() }
  return {
    ...{ id: randomBytes(16).toString('base64url'), kid: deriveCodeKey(Buffer.from(SECRET)).kid },
    ...{ email: ADA, digits: 6, purpose: 'login', subject: null, budget: 'email-otp/stranger' },
    ...times,
    ...{ remembered: null },
    ...changes,
  }
}

describe('an edited token', () => {
  it('is none, whichever of its characters was changed', async () => {
    const api = await tokenApi()
    const { challengeToken, code } = await api.asked()
    for (let n = 0; n < challengeToken.length; n++) {
      const other = challengeToken[n] === 'A' ? 'B' : 'A'
      const edited = challengeToken.slice(0, n) + other + challengeToken.slice(n + 1)
      await expectNone(api, edited, code)
    }
    expect((await api.post({ challengeToken, code })).status).toBe(200)
  })

  it('is none when it is cut, lengthened, or spelled in another way', async () => {
    const api = await tokenApi()
    const { challengeToken, code } = await api.asked()
    const [kid, body] = challengeToken.split('.') as [string, string]
    for (const edited of [
      ...['', '.', '..', 'null', kid, `${kid}.`, body, `.${body}`, `${kid}${body}`],
      ...[`${kid}.${body}.`, `${kid}..${body}`, `${kid}.${body}.${body}`, `x.${challengeToken}`],
      ...[`${kid}.${body}=`, `${kid}.${body}\n`, ` ${challengeToken}`, `${kid}. ${body}`],
      ...[`${kid}.${body}A`, `${kid}.A${body}`, `${kid.toUpperCase()}.${body}`],
      ...[body.slice(0, -1), body.slice(0, -4), body.slice(4)].map((cut) => `${kid}.${cut}`),
      ...[`${kid}.${Buffer.alloc(28).toString('base64url')}`, `${kid}.${'A'.repeat(36)}`],
    ]) {
      await expectNone(api, edited, code)
    }
  })

  it('is none when its last character has other spare bits, which decode to the same bytes', async () => {
    const bytesOf = (token: string) => Buffer.from(token.split('.')[1] as string, 'base64url')
    const plain = await (await tokenApi()).asked()
    // Of three bytes none are spare: one less to remember makes two of them.
    const remembered = bytesOf(plain.challengeToken).length % 3 === 0 ? 'x' : 'xx'
    const api = await tokenApi({ remember: () => remembered })
    const { challengeToken, code } = await api.asked()
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = alphabet[alphabet.indexOf(challengeToken.at(-1) as string) ^ 1]
    const edited = `${challengeToken.slice(0, -1)}${last}`
    expect(bytesOf(edited)).toEqual(bytesOf(challengeToken))
    await expectNone(api, edited, code)
  })

  it('is none when it is no string, or too long', async () => {
    const api = await tokenApi()
    const { challengeToken } = await api.asked()
    const [kid] = challengeToken.split('.')
    const long = [`${kid}.${'A'.repeat(8192)}`, 'A'.repeat(1_000_000), '.'.repeat(1_000_000)]
    for (const token of [...long, 0, true, [challengeToken], { 0: challengeToken }, {}]) {
      await expectNone(api, token)
    }
  })

  it('is none when it was sealed with the key but holds no pending state', async () => {
    const api = await tokenApi()
    const forged = [
      ...['', '{', 'null', '[]', '0', '{}'],
      ...[
        { id: 'short' },
        { kid: 'deadbeef' },
        { email: 'Ada@example.com' },
        { email: `${ADA},x` },
      ],
      ...[{ digits: 5 }, { digits: 0 }, { digits: 11 }, { digits: 6.5 }, { subject: 1.5 }],
      ...[
        { purpose: 1 },
        { budget: null },
        { ended: 'no' },
        { ended: true },
        { expiresAt: '2099' },
      ],
      ...[{ id: undefined }, { email: undefined }],
    ].map((part) => sealed(typeof part === 'string' ? part : state(part)))
    for (const token of [...forged, sealed(state(), { nonceBytes: 16 })])
      await expectNone(api, token)
    // The very same is taken where nothing is wrong with it: then the store doesn't know it.
    const known = await api.post({ challengeToken: sealed(state()), code: '123456' })
    expect(known.body).toMatchObject({ reason: 'no_pending_code', pending: { email: ADA } })
  })
})

describe('a token of somebody else', () => {
  it('is none: of another name, another secret, or with the kid of another key', async () => {
    const store = new MemoryStore()
    const ours = await tokenApi({ store })
    const { challengeToken, code } = await ours.asked()
    for (const options of [{ name: 'admin' }, { secret: OTHER_SECRET }]) {
      await expectNone(await tokenApi({ store, ...options }), challengeToken, code)
    }
    const two = { secret: [SECRET, OTHER_SECRET], counterSecret: SECRET }
    const both = await tokenApi({ store, ...two })
    const { kid } = deriveCodeKey(Buffer.from(OTHER_SECRET))
    await expectNone(both, challengeToken.replace(/^[^.]*/, kid), code)
    expect((await both.post({ challengeToken, code })).status).toBe(200)
  })

  it('proves its own address, whatever address stands beside it', async () => {
    const api = await tokenApi()
    const { challengeToken, code } = await api.asked(EVE)
    const { body } = await api.post({ challengeToken, code, email: ADA })
    expect(body).toMatchObject({ reason: 'accepted', email: EVE })
  })

  it('doesn’t lead mail or attempts astray: a request for another address is another challenge', async () => {
    const api = await tokenApi()
    const eve = await api.asked(EVE)
    const { body } = await api.post({ challengeToken: eve.challengeToken, email: ADA })
    expect(api.mails.map(({ to }) => to)).toEqual([EVE, ADA])
    const ada = { challengeToken: body.challengeToken, code: api.mails[1]?.code }
    expect((await api.post({ ...ada, code: eve.code })).body.reason).toBe('invalid_code')
    expect((await api.post(ada)).body).toMatchObject({ reason: 'accepted', email: ADA })
    expect((await api.post(eve)).body).toMatchObject({ reason: 'accepted', email: EVE })
  })
})

describe('a token that was used', () => {
  it('gets one free replacement for a code that guesses made too short, however often it is shown', async () => {
    const clock = stopClock()
    const { post, asked, mails } = await tokenApi()
    const kept = await asked()
    const guessed = await asked()
    for (let n = 1; n <= 5; n++) await post({ ...guessed, code: wrongCode(guessed.code, n) })
    expect((await post(kept)).body.reason).toBe('expired_code')
    for (let n = 0; n < 20; n++) await post({ email: ADA, challengeToken: kept.challengeToken })
    clock.pass(MINUTE)
    for (let n = 0; n < 20; n++) await post({ email: ADA, challengeToken: kept.challengeToken })
    // Two sends, and the one that was free: whoever sends the same token names the same replacement.
    expect(mails).toHaveLength(3)
  })

  it('is dead once a newer challenge took its place', async () => {
    const { post, asked } = await tokenApi()
    const old = await asked()
    for (let n = 1; n <= 5; n++) await post({ ...old, code: wrongCode(old.code, n) })
    await post({ email: ADA, challengeToken: old.challengeToken })
    expect((await post(old)).body.reason).toBe('no_pending_code')
  })
})

it('a token says nothing to whoever reads it, and no event says one', async () => {
  const { post, asked, events } = await tokenApi()
  const one = await asked()
  const { body } = await post({ challengeToken: one.challengeToken, code: '' })
  expect(body.challengeToken).not.toBe(one.challengeToken)
  const bytes = Buffer.from(one.challengeToken.split('.')[1] as string, 'base64url')
  for (const secret of [one.code, ADA, 'login', 'stranger']) {
    expect(bytes.includes(secret)).toBe(false)
  }
  await post(one)
  expect(JSON.stringify(events)).not.toContain(one.challengeToken)
})
