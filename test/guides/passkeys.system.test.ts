import express from 'express'
import type { Browser as Chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { launchChromium, noBrowser } from '../browser/chromium.js'
import type { Browser } from '../helpers/browser.js'
import { MINUTE } from '../helpers/clock.js'
import { freePort } from '../helpers/free-port.js'
import { portOf, serve } from '../helpers/passport-app.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { startGuide, WITH_GAPS } from './guide.js'
import { answerChallenge, makeCredential, postFromPage } from './in-page.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: INSTALL_LIMIT_MS })

const PAGE = 'docs/guides/passkeys.md'
const FIVE_MINUTES_MS = 5 * MINUTE
const JSON_ONLY = { accept: 'application/json' }

describe.skipIf(noBrowser)('the program of docs/guides/passkeys.md', () => {
  let world: Awaited<ReturnType<typeof startGuide>>
  let site: string
  let chromium: Chromium
  beforeAll(async () => {
    const port = await freePort()
    site = `http://localhost:${port}`
    const environment = { PORT: `${port}`, ORIGIN: site, ...WITH_GAPS }
    const names = ['@simplewebauthn/browser', '@simplewebauthn/server']
    world = await startGuide(PAGE, environment, { from: await testPackages('passkeys'), names })
    chromium = await launchChromium()
  })
  afterAll(() => chromium?.close())

  /** A person with a browser of their own and a device that keeps passkeys. */
  async function person(email: string) {
    const context = await chromium.newContext()
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const device = await context.newCDPSession(page)
    await device.send('WebAuthn.enable')
    const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    })
    const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
    const at = (path: string) => page.waitForURL(`${site}${path}`)
    /** Requests a code on the page that is shown, and enters it. */
    async function withCode(request: () => Promise<void>) {
      const sent = world.smtp.mails.length
      await request()
      await page.locator('#otp-code').fill(await world.codeAfter(sent))
      await page.locator('#otp-code + button').click()
    }
    const post = (path: string, body = {}) => page.evaluate(postFromPage, [path, body] as const)
    return {
      ...{ context, page, press, at, post },
      /** Lets the device make a passkey for the page that is shown. */
      credential: async () => page.evaluate(makeCredential, (await post('/passkeys/options')).json),
      device: { id: authenticatorId, send: device.send.bind(device) },
      signInWithCode: () =>
        withCode(async () => {
          await page.goto(`${site}/login`)
          await page.locator('#otp-email').fill(email)
          await press('Send me a code')
        }),
      confirmWithCode: () => withCode(() => press('Send me a code')),
      /** Signs in with a code outside of the tab, which has the session then. */
      async takeSession(leadsTo = '/passkeys') {
        const visitor = await enterCode(email, leadsTo)
        const value = visitor.cookies.get('connect.sid') ?? ''
        await context.addCookies([{ name: 'connect.sid', value, url: site }])
      },
      async makePasskey() {
        await at('/passkeys')
        const sent = world.smtp.mails.length
        await press('Create a passkey')
        await page.getByText('Made on').waitFor()
        const [notice] = (await world.smtp.waitFor(sent + 1)).slice(sent)
        expect(notice?.envelope.to).toEqual([email])
        expect(notice?.subject).toBe('A passkey was added to your Acme account')
      },
      async signInWithPasskey() {
        await page.goto(`${site}/login`)
        await press('Sign in with a passkey')
      },
      async signOut() {
        await page.goto(`${site}/`)
        await press('Sign out')
        await at('/login')
      },
      async sessionId() {
        const cookies = await context.cookies()
        return cookies.find(({ name }) => name === 'connect.sid')?.value
      },
    }
  }

  /** A person who has made a passkey and is signed out. */
  async function withPasskey(email: string) {
    const one = await person(email)
    await one.takeSession()
    await one.page.goto(`${site}/passkeys`)
    const made = await one.post('/passkeys', { response: await one.credential() })
    expect(made).toEqual({ status: 200, json: { to: '/passkeys' } })
    await one.context.clearCookies()
    return one
  }

  /** Signs a user without a passkey in with a code. The program offers one. */
  async function enterCode(email: string, leadsTo = '/passkeys'): Promise<Browser> {
    const visitor = world.browser()
    expect(await world.enterCode(visitor, email)).toBe(leadsTo)
    return visitor
  }

  const headers = () => ({ origin: site, ...JSON_ONLY })
  const optionsFor = async (attacker: Browser) =>
    (await attacker.postJson('/login/passkey/options', {}, headers())).json
  const answerWith = async (attacker: Browser, response: unknown) =>
    (await attacker.postJson('/login/passkey', { response }, headers())).status
  const isIn = async (one: Browser) => (await one.get('/')).status === 200

  it('offers a passkey after the code, which then signs in without a mail and in a new session', async () => {
    const ada = await person('ada@example.com')
    await ada.signInWithCode()
    await ada.makePasskey()
    await ada.signOut()

    const sent = world.smtp.mails.length
    await ada.page.goto(`${site}/login`)
    const before = await ada.sessionId()
    await ada.signInWithPasskey()
    await ada.at('/')
    expect(await ada.page.textContent('body')).toContain('Signed in as ada@example.com')
    expect(await ada.sessionId()).not.toBe(before)
    expect(world.smtp.mails).toHaveLength(sent)
    // The offer comes once. With a passkey, a code leads to the start page.
    await ada.signOut()
    await ada.signInWithCode()
    await ada.at('/')
  })

  it('asks for a code before passkeys are changed, five minutes after the last one', async () => {
    const ben = await withPasskey('ben@example.com')
    await ben.signInWithPasskey()
    await ben.at('/')
    await ben.page.goto(`${site}/passkeys`)
    await ben.at('/confirm')
    await ben.confirmWithCode()
    await ben.at('/passkeys')
    world.pass(FIVE_MINUTES_MS)
    // The page is still open. Its button leads to the code.
    await ben.press('Create a passkey')
    await ben.at('/confirm')
  })

  it('refuses every change without a fresh code, and every post of another site', async () => {
    const { browser, pass } = world
    const dan = await enterCode('dan@example.com')
    const changes = ['/passkeys/options', '/passkeys', '/passkeys/delete', '/account/delete']
    const signIns = ['/login/passkey', '/login/passkey/options']
    const statusOf = async (one: Browser, path: string, more = {}) =>
      (await one.postJson(path, {}, { ...headers(), ...more })).status
    expect(await statusOf(dan, '/passkeys/options')).toBe(200)
    for (const origin of ['https://evil.example', 'null', '']) {
      for (const path of [...changes, ...signIns, '/logout']) {
        const answer = await dan.postJson(path, {}, { ...headers(), origin })
        expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []])
      }
    }
    // A clock that was set back makes the code no fresher.
    pass(-MINUTE)
    expect(await statusOf(dan, '/passkeys/options')).toBe(401)
    pass(MINUTE)
    expect(await statusOf(dan, '/passkeys/options')).toBe(200)
    pass(FIVE_MINUTES_MS)
    for (const path of changes) {
      expect(await statusOf(dan, path)).toBe(401)
      expect(await statusOf(browser(), path)).toBe(401)
    }
  })

  it('lets a session that was stolen before the code change nothing', async () => {
    const { browser, pass } = world
    const email = 'lea@example.com'
    const lea = await enterCode(email)
    pass(FIVE_MINUTES_MS)
    const thief = browser()
    for (const [name, value] of lea.cookies) thief.cookies.set(name, value)
    expect(await isIn(thief)).toBe(true)
    expect(await world.enterCode(lea, email, '/confirm')).toBe('/passkeys')
    expect((await lea.postJson('/passkeys/options', {}, headers())).status).toBe(200)
    expect((await thief.postJson('/passkeys/options', {}, headers())).status).toBe(401)
    expect(await isIn(thief)).toBe(false)
  })

  it('ends a session that holds no version, as one of another program does', async () => {
    const ben = await enterCode('ida@example.com')
    world.makeFormer()
    const { status, headers } = await ben.get('/')
    expect([status, headers.get('location')]).toEqual([302, '/login'])
  })

  it('ends with a passkey every session that it signed in, also one that is being made', async () => {
    const { browser, hold } = world
    const email = 'max@example.com'
    const { page: device } = await withPasskey(email)
    const answerOf = async (one: Browser) => device.evaluate(answerChallenge, await optionsFor(one))
    const finder = browser()
    const first = await answerOf(finder)
    expect(await answerWith(finder, first)).toBe(200)
    expect(await isIn(finder)).toBe(true)
    // Of two more, one is stopped before its session is written, and one before its signature is checked.
    const [written, checked] = [browser(), browser()]
    const answers = [await answerOf(written), await answerOf(checked)]
    const max = await enterCode(email, '/')
    const writing = hold('destroy')
    const writes = answerWith(written, answers[0])
    await writing.stopped(1)
    const checking = hold('verify')
    const checks = answerWith(checked, answers[1])
    await checking.stopped(1)
    const removes = max.postJson('/passkeys/delete', { id: first.id }, headers())
    await checking.stopped(2)
    checking.release()
    writing.release()
    expect(await checks).toBe(401)
    await writes
    expect((await removes).headers.get('location')).toBe('/passkeys')
    expect(await Promise.all([finder, checked, written, max].map(isIn))).toEqual([
      false,
      false,
      false,
      true,
    ])
    // The fresh code of the user remains.
    expect((await max.postJson('/passkeys/options', {}, headers())).status).toBe(200)
  })

  it('lets a user who has lost the passkey in with a code, and the lost one out', async () => {
    const eve = await withPasskey('eve@example.com')
    const { credentials } = await eve.device.send('WebAuthn.getCredentials', {
      authenticatorId: eve.device.id,
    })
    await eve.device.send('WebAuthn.clearCredentials', { authenticatorId: eve.device.id })
    await eve.signInWithPasskey()
    await eve.page.getByText('No passkey was used.').waitFor()
    await eve.signInWithCode()
    await eve.at('/')
    await eve.page.goto(`${site}/passkeys`)
    const sent = world.smtp.mails.length
    await eve.press('Delete')
    const [notice] = (await world.smtp.waitFor(sent + 1)).slice(sent)
    expect(notice?.subject).toBe('A passkey was removed from your Acme account')
    await eve.makePasskey()
    await eve.signOut()

    const finder = await person('eve@example.com')
    for (const credential of credentials) {
      await finder.device.send('WebAuthn.addCredential', {
        authenticatorId: finder.device.id,
        credential,
      })
    }
    await finder.signInWithPasskey()
    await finder.page.getByText('This passkey does not work here.').waitFor()
  })

  it('accepts an answer once, in the session that its challenge was made for, within five minutes', async () => {
    const fay = await withPasskey('fay@example.com')
    const { browser } = world
    const [one, other] = [browser(), browser()]
    const response = await fay.page.evaluate(answerChallenge, await optionsFor(one))
    await optionsFor(other)
    expect(await answerWith(other, response)).toBe(401)
    expect(await answerWith(browser(), response)).toBe(401)
    expect(await isIn(other)).toBe(false)

    const statuses = await Promise.all(Array.from({ length: 10 }, () => answerWith(one, response)))
    expect(statuses.toSorted()).toEqual([200, ...Array(9).fill(401)])
    expect(await isIn(one)).toBe(true)
    expect(await answerWith(one, response)).toBe(401)

    const late = browser()
    const answered = async () => fay.page.evaluate(answerChallenge, await optionsFor(late))
    const { signature = '' } = response.response
    for (const edit of [{ signature }, { userHandle: 'b3RoZXI' }, { clientDataJSON: 'e30' }]) {
      const { response: ours, ...fresh } = await answered()
      expect(await answerWith(late, { ...fresh, response: { ...ours, ...edit } })).toBe(401)
      // The wrong answer has used the challenge up.
      expect(await answerWith(late, { ...fresh, response: ours })).toBe(401)
    }
    const inTime = await answered()
    world.pass(FIVE_MINUTES_MS)
    expect(await answerWith(late, inTime)).toBe(401)
    expect(await isIn(late)).toBe(false)
  })

  it('refuses a copy of a device that counts its signatures', async () => {
    const { device, page } = await withPasskey('kim@example.com')
    const { id: authenticatorId } = device
    const { credentials } = await device.send('WebAuthn.getCredentials', { authenticatorId })
    const signIn = async () => {
      const visitor = world.browser()
      return answerWith(visitor, await page.evaluate(answerChallenge, await optionsFor(visitor)))
    }
    expect([await signIn(), await signIn()]).toEqual([200, 200])
    await device.send('WebAuthn.clearCredentials', { authenticatorId })
    for (const credential of credentials) {
      await device.send('WebAuthn.addCredential', { authenticatorId, credential })
    }
    expect(await signIn()).toBe(401)
  })

  it('refuses a device that has not checked who holds it', async () => {
    const ivy = await withPasskey('ivy@example.com')
    const thief = world.browser()
    const options = await optionsFor(thief)
    const isUserVerified = false
    await ivy.device.send('WebAuthn.setUserVerified', {
      authenticatorId: ivy.device.id,
      isUserVerified,
    })
    const unchecked = { ...options, userVerification: 'discouraged' }
    const response = await ivy.page.evaluate(answerChallenge, unchecked)
    expect(await answerWith(thief, response)).toBe(401)
    expect(await isIn(thief)).toBe(false)
  })

  it('lets no user take over the id of the passkey of another', async () => {
    const jo = await withPasskey('jo@example.com')
    const { credentials } = await jo.device.send('WebAuthn.getCredentials', {
      authenticatorId: jo.device.id,
    })
    const id = credentials[0]?.credentialId ?? ''
    const eve = await person('eve@attacker.example')
    await eve.takeSession()
    await eve.page.goto(`${site}/passkeys`)
    const own = await eve.credential()
    const idBytes = Buffer.from(id, 'base64')
    const attestation = Buffer.from(own.response.attestationObject ?? '', 'base64url')
    idBytes.copy(attestation, attestation.indexOf(Buffer.from(own.id, 'base64url')))
    const forged = {
      ...own,
      id: idBytes.toString('base64url'),
      rawId: idBytes.toString('base64url'),
      response: { ...own.response, attestationObject: attestation.toString('base64url') },
    }
    expect((await eve.post('/passkeys', { response: forged })).status).toBe(400)
    await jo.signInWithPasskey()
    await jo.at('/')
    expect(await jo.page.textContent('body')).toContain('jo@example.com')
  })

  it('refuses an answer that another site has relayed, and takes its own name from no header', async () => {
    const gil = await withPasskey('gil@example.com')
    const evil = portOf(
      await serve(express().get('/', (_req, res) => void res.send('Win a prize'))),
    )
    const attacker = world.browser()
    const options = await optionsFor(attacker)
    // Ports are no part of an RP ID, so this browser signs for the page of another origin.
    await gil.page.goto(`http://localhost:${evil}/`)
    const relayed = await gil.page.evaluate(answerChallenge, options)
    expect(await answerWith(attacker, relayed)).toBe(401)
    expect(await isIn(attacker)).toBe(false)

    const fooled = { ...headers(), 'x-forwarded-host': 'evil.example', host: 'evil.example' }
    const named = (await attacker.postJson('/login/passkey/options', {}, fooled)).json
    expect(named.rpId).toBe('localhost')
  })

  it('refuses the passkey of a deleted user, also once the address has a new account', async () => {
    const hal = await withPasskey('hal@example.com')
    await hal.takeSession('/')
    const other = await person('hal@example.com')
    await other.takeSession('/')
    await other.page.goto(`${site}/passkeys`)
    const response = await other.credential()
    await hal.post('/account/delete').catch(() => {})
    expect((await other.post('/passkeys', { response })).status).toBe(401)
    await hal.signInWithPasskey()
    await hal.page.getByText('This passkey does not work here.').waitFor()
    await hal.takeSession('/passkeys')
    await hal.page.goto(`${site}/`)
    await hal.press('Sign out')
    await hal.signInWithPasskey()
    await hal.page.getByText('This passkey does not work here.').waitFor()
  })

  it('survives what clients may send', async () => {
    const { browser, output } = world
    for (const response of [null, 7, 'x', [], {}, { id: 'x' }, { id: {} }, { id: '__proto__' }]) {
      const one = browser()
      await optionsFor(one)
      expect(await answerWith(one, response)).toBe(401)
    }
    expect(output.text).not.toContain('Error')
  })
})
