import { createRequire } from 'node:module'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Browser } from '../helpers/browser.js'
import { DAY, MINUTE } from '../helpers/clock.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { locationOf, startGuide, WITH_GAPS } from './guide.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: INSTALL_LIMIT_MS })

const STEP_MS = 30_000
const RECOVERY = /[0-9a-f]{5}(?:-[0-9a-f]{5}){3}/g

describe('the program of docs/guides/totp.md', () => {
  let world: Awaited<ReturnType<typeof startGuide>>
  let otp: { generateSync(options: { secret: string; epoch: number }): string }
  let decode: (pixels: Uint8ClampedArray, width: number, height: number) => { data: string } | null
  /** How far the clock of the program is ahead, in milliseconds. */
  let ahead = 0
  beforeAll(async () => {
    const from = await testPackages('totp')
    world = await startGuide('docs/guides/totp.md', WITH_GAPS, {
      from,
      names: ['otplib', 'qrcode'],
    })
    const require = createRequire(`${from}/x.js`)
    otp = require('otplib')
    decode = require('jsqr')
  })
  const pass = (ms: number) => {
    ahead += ms
    world.pass(ms)
  }
  // A code works once, so that each test needs a time step of its own.
  beforeEach(() => pass(2 * STEP_MS))

  /** What the app of a user shows now. */
  const codeOf = (secret: string) => {
    return otp.generateSync({ secret, epoch: Math.floor((Date.now() + ahead) / 1000) })
  }
  /** Codes that the app shows neither now nor in the steps beside. */
  const wrongCodes = (secret: string, count: number) => {
    const epoch = Math.floor((Date.now() + ahead) / 1000)
    const right = [-90, -60, -30, 0, 30, 60, 90].map((s) =>
      otp.generateSync({ secret, epoch: epoch + s }),
    )
    const all = Array.from({ length: count + right.length }, (_, i) => String(100_000 + i))
    return all.filter((code) => !right.includes(code)).slice(0, count)
  }
  const isIn = async (one: Browser) => (await one.get('/')).status === 200
  const enter = (one: Browser, fields: Record<string, string>) => one.submit('/login/app', fields)

  const hasSignedIn = ({ headers }: { headers: Headers }) => headers.get('location') === '/'

  /** A person who has entered the code from the mail and must enter that of the app. */
  async function between(email: string): Promise<Browser> {
    const one = world.browser()
    expect(await world.enterCode(one, email)).toBe('/login/app')
    return one
  }
  /** A user who has added an app in this browser. */
  async function withApp(email: string) {
    const one = await world.signIn(email)
    expect(await world.enterCode(one, email, '/confirm')).toBe('/account/app')
    const { text: page } = await one.get('/account/app')
    const secret = /<code>(\w{32})<\/code>/.exec(page)?.[1] ?? ''
    const added = await one.submit('/account/app', { code: codeOf(secret) })
    const recovery = added.text.match(RECOVERY) ?? []
    pass(2 * STEP_MS)
    return { one, secret, recovery, page, added }
  }
  const noticesOf = (subject: string) => world.smtp.mails.filter((mail) => mail.subject === subject)

  it('adds an app with its first code, after a fresh code from the mailbox', async () => {
    const email = 'ada@example.com'
    const ada = await world.signIn(email)
    const other = await world.signIn(email)
    const html = { accept: 'text/html' }
    expect(await locationOf(ada.get('/account/app', html))).toBe('/confirm')
    for (const path of ['/account/app', '/account/app/remove']) {
      expect((await ada.submit(path, { code: '123456' })).status).toBe(401)
    }
    await world.enterCode(ada, email, '/confirm')
    const { text, headers } = await ada.get('/account/app', html)
    expect(headers.get('cache-control')).toBe('no-store')
    const [, secret = ''] = /<code>(\w{32})<\/code>/.exec(text) ?? []
    const uri = new URL(readPicture(text))
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
      'otpauth:',
      'totp',
      `/Acme:${email}`,
    ])
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({ secret, issuer: 'Acme' })

    for (const code of ['', 'abc', '1234567', ...wrongCodes(secret, 1)]) {
      expect(await locationOf(ada.submit('/account/app', { code }))).toBe('/account/app')
    }
    expect((await ada.get('/')).json).toEqual({ email, app: false })
    const before = ada.cookies.get('connect.sid')
    const added = await ada.submit('/account/app', { code: codeOf(secret) })
    expect(new Set(added.text.match(RECOVERY)).size).toBe(10)
    expect((await ada.get('/')).json).toEqual({ email, app: true })
    expect(ada.cookies.get('connect.sid')).not.toBe(before)
    expect(await isIn(other)).toBe(false)
    await world.smtp.waitFor(4)
    expect(noticesOf('An authenticator app was added to your Acme account')).toHaveLength(1)
  })

  it('shows and adds nothing to a session that was stolen before the code, nor after five minutes', async () => {
    const email = 'kay@example.com'
    const kay = await world.signIn(email)
    const thief = world.browser()
    for (const [name, value] of kay.cookies) thief.cookies.set(name, value)
    expect(await isIn(thief)).toBe(true)
    expect(await world.enterCode(kay, email, '/confirm')).toBe('/account/app')
    const { text, status } = await thief.get('/account/app')
    expect([status, text.includes('<code>')]).toEqual([401, false])
    expect((await thief.submit('/account/app', { code: '123456' })).status).toBe(401)
    expect(await isIn(thief)).toBe(false)
    pass(-MINUTE) // a clock that was set back makes the code no fresher
    expect((await kay.get('/account/app')).status).toBe(401)
    pass(MINUTE)
    expect((await kay.get('/account/app')).text).toContain('<code>')
    pass(5 * MINUTE)
    expect((await kay.get('/account/app')).status).toBe(401)
  })

  /** Reads the QR code of a page as an app does. */
  function readPicture(html: string): string {
    const [, size = ''] = /viewBox="0 0 (\d+) /.exec(html) ?? []
    const [, path = ''] = /<path stroke="#000000" d="([^"]*)"/.exec(html) ?? []
    const scale = 4
    const width = Number(size) * scale
    const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
    let [x, y] = [0, 0]
    for (const [, command, numbers = ''] of path.matchAll(/([MmhH])([-\d. ]+)/g)) {
      const [a = 0, b = 0] = numbers
        .trim()
        .split(/ |(?=-)/)
        .map(Number)
      if (command === 'M') [x, y] = [a, Math.floor(b)]
      if (command === 'm') [x, y] = [x + a, y + b]
      if (command !== 'h') continue
      for (let row = 0; row < scale; row += 1) {
        const start = ((y * scale + row) * width + x * scale) * 4
        for (let i = 0; i < a * scale * 4; i += 4) pixels.fill(0, start + i, start + i + 3)
      }
      x += a
    }
    return decode(pixels, width, width)?.data ?? ''
  }

  it('signs in with the code from the mail and then that of the app, and nobody in between', async () => {
    const email = 'ben@example.com'
    const { secret } = await withApp(email)
    const ben = await between(email)
    expect(await isIn(ben)).toBe(false)
    expect((await ben.get('/account/app')).status).toBe(401)
    const sent = world.smtp.mails.length
    await ben.submit('/confirm', {})
    expect(world.smtp.mails).toHaveLength(sent)
    const before = ben.cookies.get('connect.sid')
    const page = await ben.get('/login/app')
    expect(page.text).toContain('name="code"')
    expect(page.headers.get('cache-control')).toBe('no-store')
    const code = codeOf(secret)
    const spaced = `${code.slice(0, 3)} ${code.slice(3)}`
    expect(await locationOf(enter(ben, { code: spaced }))).toBe('/')
    expect((await ben.get('/')).json).toEqual({ email, app: true })
    expect(ben.cookies.get('connect.sid')).not.toBe(before)
    expect(await locationOf(ben.get('/login'))).toBe('/')
  })

  it('signs nobody in by the mail alone whose session is written after the app was added', async () => {
    const { browser, codeAfter, hold, smtp, signIn } = world
    const email = 'jim@example.com'
    const jim = await signIn(email)
    await world.enterCode(jim, email, '/confirm')
    const { text } = await jim.get('/account/app')
    const [, secret = ''] = /<code>(\w{32})<\/code>/.exec(text) ?? []
    const thief = browser()
    const sent = smtp.mails.length
    await thief.submit('/login', { email })
    const code = await codeAfter(sent)
    const writing = hold('destroy')
    const enters = thief.submit('/login', { code })
    await writing.stopped(1)
    const adds = jim.submit('/account/app', { code: codeOf(secret) })
    await writing.stopped(2)
    writing.release()
    await enters
    expect((await adds).text).toContain('Your recovery codes')
    expect(await isIn(thief)).toBe(false)
    expect((await jim.get('/')).json).toEqual({ email, app: true })
  })

  it('asks nobody for an app who has not entered the code from the mail in this session', async () => {
    const email = 'cy@example.com'
    const { secret } = await withApp(email)
    const stranger = world.browser()
    await stranger.submit('/login', { email })
    expect(await locationOf(stranger.get('/login/app'))).toBe('/login')
    expect(await locationOf(enter(stranger, { code: codeOf(secret) }))).toBe('/login')
    expect(await isIn(stranger)).toBe(false)

    // A session that an attacker has planted is another one after the code from the mail.
    const planted = world.browser()
    await planted.submit('/login', { email: 'x@example.com' })
    const owner = world.browser()
    for (const [name, value] of planted.cookies) owner.cookies.set(name, value)
    pass(MINUTE)
    expect(await world.enterCode(owner, email)).toBe('/login/app')
    expect(await locationOf(planted.get('/login/app'))).toBe('/login')
  })

  it('gives the second step ten minutes', async () => {
    const email = 'dan@example.com'
    const { secret } = await withApp(email)
    const dan = await between(email)
    pass(10 * MINUTE)
    expect(await locationOf(enter(dan, { code: codeOf(secret) }))).toBe('/login')
    expect(await isIn(dan)).toBe(false)
  })

  it('accepts a code once, of requests at once and in any session', async () => {
    const email = 'eve@example.com'
    const { secret } = await withApp(email)
    const [one, other] = [await between(email), await between(email)]
    const code = codeOf(secret)
    const answers = await Promise.all(
      [one, other].flatMap((each) => Array.from({ length: 4 }, () => enter(each, { code }))),
    )
    expect(answers.filter(hasSignedIn)).toHaveLength(1)
    expect(await Promise.all([isIn(one), isIn(other)])).toContain(true)
    const late = await between(email)
    expect((await enter(late, { code })).text).toContain('was used')
    pass(STEP_MS)
    expect(await locationOf(enter(late, { code: codeOf(secret) }))).toBe('/')
  })

  it('counts ten wrong codes of a user in 30 days, of many requests and over all sessions', async () => {
    const email = 'fay@example.com'
    const { secret, recovery } = await withApp(email)
    const fay = await between(email)
    // What is no code is not counted.
    for (const code of ['', '12345', 'abcdef'])
      expect((await enter(fay, { code })).status).toBe(401)
    const [first = '', ...others] = wrongCodes(secret, 60)
    expect((await enter(fay, { code: first })).text).toContain('wrong')
    expect(await locationOf(enter(fay, { code: codeOf(secret) }))).toBe('/')
    pass(2 * STEP_MS)

    const thief = await between(email)
    const answers = await Promise.all(others.map((code) => enter(thief, { code })))
    const evaluated = answers.filter(({ text }) => text.includes('Wait for the next one'))
    expect(evaluated).toHaveLength(9)
    const again = await between(email)
    expect((await enter(again, { code: codeOf(secret) })).text).toContain('Too many')
    expect(await isIn(again)).toBe(false)
    expect(noticesOf('Wrong codes at your Acme account')).toHaveLength(1)

    expect(await locationOf(enter(again, { recovery: recovery[0] ?? '' }))).toBe('/')
    pass(30 * DAY)
    const later = await between(email)
    expect(await locationOf(enter(later, { code: codeOf(secret) }))).toBe('/')
  })

  it('accepts each recovery code once, as it is typed, and tells the user', async () => {
    const email = 'gil@example.com'
    const { recovery } = await withApp(email)
    const [one = '', two = ''] = recovery
    const gil = await between(email)
    for (const wrong of ['', 'x', '00000-00000-00000-00000']) {
      expect((await enter(gil, { recovery: wrong })).status).toBe(401)
    }
    const typed = ` ${one.replaceAll('-', ' ').toUpperCase()} `
    const sent = world.smtp.mails.length
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => enter(gil, { recovery: typed })),
    )
    expect(answers.filter(hasSignedIn)).toHaveLength(1)
    expect(await isIn(gil)).toBe(true)
    const [notice] = (await world.smtp.waitFor(sent + 1)).slice(sent)
    expect(notice?.subject).toBe('A recovery code of your Acme account was used')
    expect(notice?.text).toContain('You have 9 left.')
    const other = await between(email)
    expect((await enter(other, { recovery: one })).status).toBe(401)
    expect(await locationOf(enter(other, { recovery: two }))).toBe('/')
  })

  it('removes the app with a code of it after a fresh code from the mailbox, which ends other sessions', async () => {
    const email = 'hal@example.com'
    const { one: hal, secret, recovery } = await withApp(email)
    const halfway = await between(email)
    const other = await between(email)
    await enter(other, { recovery: recovery[0] ?? '' })
    expect(await isIn(other)).toBe(true)
    const remove = (fields: Record<string, string>) => hal.submit('/account/app/remove', fields)
    expect((await remove({ code: codeOf(secret) })).status).toBe(401)
    await world.enterCode(hal, email, '/confirm')
    expect((await hal.get('/account/app')).text).not.toContain(secret)
    expect((await remove({})).status).toBe(401)
    expect((await remove({ recovery: recovery[0] ?? '' })).status).toBe(401)
    expect((await hal.get('/')).json).toEqual({ email, app: true })
    // A second app is not added beside the first one.
    expect(await locationOf(hal.submit('/account/app', { code: codeOf(secret) }))).toBe(
      '/account/app',
    )
    expect(await locationOf(remove({ code: codeOf(secret) }))).toBe('/')
    expect((await hal.get('/')).json).toEqual({ email, app: false })
    expect(await isIn(other)).toBe(false)
    expect(await locationOf(enter(halfway, { recovery: recovery[1] ?? '' }))).toBe('/login')
    expect(await isIn(await world.signIn(email))).toBe(true)
  })

  it('ends a session that holds no version, as one of another program does', async () => {
    const lea = await world.signIn('lea@example.com')
    world.makeFormer()
    expect(await locationOf(lea.get('/'))).toBe('/login')
  })

  it('survives what clients may send', async () => {
    const email = 'ida@example.com'
    await withApp(email)
    const ida = await between(email)
    for (const body of ['', 'code=a&code=b', 'recovery=a&recovery=b', 'code[x]=1', 'code=%00']) {
      expect((await ida.submit('/login/app', new URLSearchParams(body))).status).toBe(401)
    }
    expect(world.output.text).not.toContain('Error')
  })
})
