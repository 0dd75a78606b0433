import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  deriveAddressHashKey,
  deriveBrowserKey,
  deriveCodeKey,
  hashAddress,
} from '../../src/challenge/keys.js'
import { macOfFields } from '../../src/challenge/mac.js'
import { DAY, SECOND, stopClock } from '../helpers/clock.js'
import { SECRET } from '../helpers/mail.js'
import {
  ADA,
  BEN,
  CODE_REQUIRED,
  NAME,
  SKIPPED,
  trustingApp,
  trustValue,
} from '../second-factor/trusting.js'

const OTHER = 'another secret for tests, 9876543210 and more'
const seconds = () => Math.floor(Date.now() / 1000)

/** The cookie as the strategy makes it, or as an attacker would who has a key and other ideas. */
function forged({
  secret = SECRET,
  key = deriveCodeKey(Buffer.from(secret)).trustKey,
  name = 'second-factor',
  subject = String(ADA.id),
  email = String(ADA.email),
  addressHash = hashAddress(deriveAddressHashKey(Buffer.from(SECRET)), email),
  version = '0',
  at = seconds(),
} = {}): string {
  const time = Buffer.alloc(6)
  time.writeUIntBE(at, 0, 6)
  const fields = [name, subject, addressHash, version].map((text) => Buffer.from(text))
  return Buffer.concat([time, macOfFields(key, [...fields, time])]).toString('base64url')
}

const A_TO_B = (sign = '') => (sign === 'A' ? 'B' : 'A')

describe('TRU-01: a forged cookie', () => {
  it.each<[string, (real: string) => string]>([
    ['with an edited time', (real) => `${real.slice(0, 7)}${A_TO_B(real[7])}${real.slice(8)}`],
    ['with an edited MAC', (real) => `${real.slice(0, 20)}${A_TO_B(real[20])}${real.slice(21)}`],
    // The last character has two bits that no byte needs.
    ['with another last character', (real) => real.slice(0, -1) + sameBytes(real)],
    ['that is shorter', (real) => real.slice(0, -1)],
    ['that is longer', (real) => `${real}A`],
    ['without a value', () => ''],
    ['of random bytes', () => randomBytes(38).toString('base64url')],
    ['of another secret', () => forged({ secret: OTHER })],
    ['of the key of known browsers', () => forged({ key: deriveBrowserKey(Buffer.from(SECRET)) })],
    ['of the key of codes', () => forged({ key: deriveCodeKey(Buffer.from(SECRET)).key })],
    ['of the key of tokens', () => forged({ key: deriveCodeKey(Buffer.from(SECRET)).tokenKey })],
    ['for another address', () => forged({ email: 'eve@example.com' })],
    ['for another version', () => forged({ version: '1' })],
    ['for no version', () => forged({ version: '' })],
    // Without lengths before the fields, these would have the MAC of the right ones.
    [
      'whose name ends where the user begins',
      () => forged({ name: 'second-factor1', subject: '7' }),
    ],
    ['whose user takes the first sign of the hash', () => shifted()],
    ['with signs that no cookie has', () => '%00%0d%0a=;;="é'],
  ])('%s is ignored, and a code is required', async (_what, forge) => {
    stopClock()
    const { newBrowser, trust, withCookie, events } = await trustingApp()
    const real = trustValue(await trust(newBrowser()))
    const cookie = forge(real)
    expect(cookie).not.toBe(real)
    expect(await withCookie(`${NAME}=${encodeURI(cookie)}`)).toBe(CODE_REQUIRED)
    expect(events.map(({ type }) => type)).not.toContain('trusted_browser_used')
  })

  it('the one that the forgeries are measured by is accepted', async () => {
    const { withCookie } = await trustingApp()
    expect(await withCookie(`${NAME}=${forged()}`)).toEqual(SKIPPED)
  })

  it('beside the real one hides nothing', async () => {
    const { newBrowser, trust, withCookie } = await trustingApp()
    const real = `${NAME}=${trustValue(await trust(newBrowser()))}`
    const others = Array.from({ length: 90 }, () => `${NAME}=${forged({ subject: '66' })}`)
    for (const all of [
      [...others, real],
      [real, ...others],
      ['a=b', `x${real}`, real],
    ]) {
      expect(await withCookie(all.join('; '))).toEqual(SKIPPED)
    }
    expect(await withCookie(`x${real}`)).toBe(CODE_REQUIRED)
  })
})

/** Another character for the same bytes. */
function sameBytes(real: string): string {
  const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const other = signs[signs.indexOf(real.at(-1) as string) ^ 1] as string
  const bytes = (cookie: string) => Buffer.from(cookie, 'base64url').toString('hex')
  expect(bytes(real.slice(0, -1) + other)).toBe(bytes(real))
  return other
}

function shifted(): string {
  const hash = hashAddress(deriveAddressHashKey(Buffer.from(SECRET)), String(ADA.email))
  return forged({ subject: `${ADA.id}${hash[0]}`, addressHash: hash.slice(1) })
}

describe('TRU-02: a cookie is copied', () => {
  it('to another user’s login, and a code is required', async () => {
    const { newBrowser, trust, withCookie } = await trustingApp()
    const hers = `${NAME}=${trustValue(await trust(newBrowser()))}`
    expect(await withCookie(hers, 'ben')).toBe(CODE_REQUIRED)
    expect(await withCookie(hers)).toEqual(SKIPPED)
  })

  it('to another user with the same address, and a code is required', async () => {
    const users = { ada: { ...ADA }, ben: { id: BEN.id, email: ADA.email } }
    const { newBrowser, trust, withCookie } = await trustingApp({ users })
    const hers = `${NAME}=${trustValue(await trust(newBrowser()))}`
    expect(await withCookie(hers, 'ben')).toBe(CODE_REQUIRED)
  })

  it('to another browser: it skips the code there too, but not the password', async () => {
    const { newBrowser, trust, withCookie } = await trustingApp()
    const stolen = `${NAME}=${trustValue(await trust(newBrowser()))}`
    expect(await withCookie(stolen)).toEqual(SKIPPED)
    const { agent, tryAll } = newBrowser()
    for (const body of [
      { username: 'ada', password: 'a guess' },
      { username: 'ada' },
      { code: '123456' },
      {},
    ]) {
      const answer = await agent.post('/login').set('Cookie', stolen).send(body)
      expect([400, 401]).toContain(answer.status)
    }
    for (const path of ['/again', '/unpinned', '/login/code']) {
      expect((await agent.post(path).set('Cookie', stolen).send({})).status).toBeGreaterThan(399)
    }
    expect(await tryAll()).toEqual(Array(6).fill(401))
  })
})

describe('TRU-03: a cookie of another strategy is renamed', () => {
  it('and a code is required', async () => {
    const { newBrowser, trust, withCookie } = await trustingApp()
    const real = trustValue(await trust(newBrowser()))
    expect(await withCookie(`${NAME}=${forged({ name: 'admin' })}`)).toBe(CODE_REQUIRED)
    for (const name of ['email-otp.trusted', 'second-factor', 'second-factor.device', 'trusted']) {
      expect(await withCookie(`${name}=${real}`)).toBe(CODE_REQUIRED)
    }
  })

  it('as that of a known browser, or that one as it, and each stays what it is', async () => {
    const { newBrowser, trust, withCookie } = await trustingApp()
    const answer = await trust(newBrowser())
    const device = String(answer.headers['set-cookie'])
      .split('second-factor.device=')[1]
      ?.split(';')[0]
    expect(device).toHaveLength(72)
    expect(await withCookie(`${NAME}=${device}`)).toBe(CODE_REQUIRED)
    const mac = createHmac('sha256', deriveBrowserKey(Buffer.from(SECRET)))
    expect(await withCookie(`${NAME}=${mac.update('x').digest('base64url')}`)).toBe(CODE_REQUIRED)
  })
})

describe('TRU-04: a cookie is replayed after the version has changed', () => {
  it('while the code was on its way: the new version counts', async () => {
    const { newBrowser, smtp, versions, withCookie } = await trustingApp()
    const browser = newBrowser()
    await browser.password('ada')
    const { code } = await smtp.next()
    versions.set('17', 1)
    const cookie = `${NAME}=${trustValue(await browser.enter(code, { trustBrowser: 'on' }))}`
    expect(await withCookie(cookie)).toEqual(SKIPPED)
    versions.set('17', 2)
    expect(await withCookie(cookie)).toBe(CODE_REQUIRED)
  })
})

describe('TRU-05: the clock is set back', () => {
  it('and a cookie from the future is refused until its time has come', async () => {
    const clock = stopClock()
    const { newBrowser, trust } = await trustingApp()
    // With a store of its own: that of the first one has counted in the future.
    const { withCookie } = await trustingApp()
    const start = Date.now()
    clock.pass(20 * DAY)
    const cookie = `${NAME}=${trustValue(await trust(newBrowser()))}`
    clock.at(start)
    expect(await withCookie(cookie)).toBe(CODE_REQUIRED)
    clock.at(start + 20 * DAY - SECOND)
    expect(await withCookie(cookie)).toBe(CODE_REQUIRED)
    clock.at(start + 20 * DAY)
    expect(await withCookie(cookie)).toEqual(SKIPPED)
    clock.at(start + 50 * DAY)
    expect(await withCookie(cookie)).toBe(CODE_REQUIRED)
  })

  it.each([
    ['a second ahead', () => seconds() + 1],
    ['a year ahead', () => seconds() + 365 * 24 * 60 * 60],
    ['at the end of time', () => 2 ** 48 - 1],
    ['in 1970', () => 0],
    ['30 days ago', () => seconds() - 30 * 24 * 60 * 60],
  ])('a real MAC for a time %s is refused', async (_what, at) => {
    stopClock()
    const { withCookie } = await trustingApp()
    expect(await withCookie(`${NAME}=${forged({ at: at() })}`)).toBe(CODE_REQUIRED)
  })
})

describe('TRU-06: a secret has leaked and is removed', () => {
  it('and no cookie that was made with it is accepted, although addresses are still counted under it', async () => {
    const rotated = (secret: string[]) =>
      trustingApp({ options: { secret: secret as never, counterSecret: SECRET } as never })
    const before = await trustingApp()
    const real = `${NAME}=${trustValue(await before.trust(before.newBrowser()))}`
    const during = await rotated([OTHER, SECRET])
    // As with codes: a planned rotation ends nothing while the old secret is listed.
    expect(await during.withCookie(real)).toEqual(SKIPPED)
    const after = await rotated([OTHER])
    expect(await after.withCookie(real)).toBe(CODE_REQUIRED)
    expect(await after.withCookie(`${NAME}=${forged()}`)).toBe(CODE_REQUIRED)
    const made = `${NAME}=${trustValue(await after.trust(after.newBrowser()))}`
    expect(await after.withCookie(made)).toEqual(SKIPPED)
    expect(made).not.toBe(real)
  })

  it('and trust ends with a new counterSecret too', async () => {
    const withCounter = (counterSecret: string) =>
      trustingApp({ options: { counterSecret } as never })
    const before = await withCounter(SECRET)
    const real = `${NAME}=${trustValue(await before.trust(before.newBrowser()))}`
    expect(await (await withCounter(SECRET)).withCookie(real)).toEqual(SKIPPED)
    expect(await (await withCounter(OTHER)).withCookie(real)).toBe(CODE_REQUIRED)
  })
})

describe('TRU-07: a prototype is polluted', () => {
  it('with a ticked box or a trusted user, and no browser becomes trusted', async () => {
    const { newBrowser, smtp, passwordOf } = await trustingApp()
    const browser = newBrowser()
    const names = [
      'trustBrowser',
      'subject',
      'version',
      'trustedBrowsers',
      'at',
      'secondsSinceTrusted',
    ]
    const prototype = Object.prototype as unknown as Record<string, unknown>
    for (const name of names) prototype[name] = 'on'
    try {
      expect(await passwordOf(browser)).toBe(CODE_REQUIRED)
      const { code } = await smtp.next()
      const entered = await browser.enter(code)
      expect([entered.status, String(entered.headers['set-cookie'])]).toEqual([
        200,
        expect.not.stringContaining(NAME),
      ])
    } finally {
      for (const name of names) delete prototype[name]
    }
  })
})
