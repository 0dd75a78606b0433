import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { deriveCode } from '../../src/challenge/code.js'
import { deriveCodeKey } from '../../src/challenge/keys.js'
import { DAY, HOUR, SECOND } from '../helpers/clock.js'
import { SECRET } from '../helpers/mail.js'
import { ADA, type Client, createWorld } from '../helpers/world.js'
import { guess, wrongCode } from '../helpers/wrong-code.js'
import { eachStore, inMemory } from './each-store.js'

const reasonOf = async (answer: Promise<{ body: { reason: string } }>) => (await answer).body.reason

eachStore(({ clocked, newStore }) => {
  it('BRF-01: after five wrong codes the right one is refused, and a new one is there at once', async () => {
    const { client, codeFor, smtp } = await createWorld({ store: await newStore() })
    const ada = client()
    const code = await codeFor(ada)
    const wrong = await guess(ada, code, 5)
    expect(wrong.map(({ body }) => body.attemptsLeft)).toEqual([4, 3, 2, 1, 0])
    expect(wrong.map(({ body }) => body.next)).toEqual([
      ...Array(4).fill('enter_code'),
      'request_code',
    ])
    const right = await ada.enterCode(code)
    expect(right.status).toBe(429)
    expect(right.body).toMatchObject({ reason: 'too_many_attempts', next: 'request_code' })
    // The page still knows the address, and no spacing keeps the new code back.
    expect((await ada.home()).body.pending).toMatchObject({ email: ADA, ended: 'spent' })
    const again = await ada.requestCode(ADA)
    expect(again.body.reason).toBe('code_sent')
    await smtp.waitFor(2)
    const { code: longer } = smtp.mails[1] as { code: string }
    expect(longer).toHaveLength(8)
    expect((await ada.enterCode(longer)).status).toBe(200)
  })

  it('BRF-02: a sign-in by the owner clears nothing of it', async () => {
    const { client, codeFor } = await createWorld({ store: await newStore() })
    const [eve, ada] = [client(), client()]
    await guess(eve, await codeFor(eve), 4)
    const code = await codeFor(ada)
    expect(code).toHaveLength(6)
    expect((await ada.enterCode(code)).status).toBe(200)
    const other = client()
    const next = await codeFor(other)
    // One guess is left before six digits are too short.
    expect((await other.enterCode(wrongCode(next))).body).toMatchObject({ attemptsLeft: 0 })
    expect(await reasonOf(other.enterCode(next))).toBe('expired_code')
    expect(await codeFor(other)).toHaveLength(8)
  })

  it('BRF-04: five codes opened in parallel are worth five guesses in all', async () => {
    const { client, codeFor, smtp, sessions } = await createWorld({ store: await newStore() })
    const browsers: Client[] = []
    const codes: string[] = []
    for (let n = 0; n < 5; n++) {
      const browser = client()
      browsers.push(browser)
      codes.push(await codeFor(browser))
    }
    expect(await reasonOf(client().requestCode(ADA))).toBe('rate_limited')

    const old = await sessions.all()
    const reasons: string[] = []
    for (const [n, browser] of browsers.entries()) {
      for (const { body } of await guess(browser, codes[n] as string, 5)) reasons.push(body.reason)
    }
    expect(reasons).toEqual([...Array(5).fill('invalid_code'), ...Array(20).fill('expired_code')])
    for (const [n, browser] of browsers.slice(1).entries()) {
      expect(await reasonOf(browser.enterCode(codes[n + 1]))).toBe('expired_code')
    }

    // The spent one counts, and nothing is left to count on.
    expect(await reasonOf((browsers[0] as Client).requestCode(ADA))).toBe('rate_limited')
    // The four others are replaced, once each, without a send.
    for (const browser of browsers.slice(1)) {
      expect(await reasonOf(browser.requestCode(ADA))).toBe('code_sent')
    }
    await smtp.waitFor(9)
    expect(smtp.mails.slice(5).map(({ code }) => code.length)).toEqual([8, 8, 8, 8])
    for (let n = 0; n < 3; n++) {
      for (const browser of browsers.slice(1)) await browser.requestCode(ADA)
    }
    expect(smtp.mails).toHaveLength(9)

    // Nor do the old states, written back, bring another free one.
    for (let n = 0; n < 3; n++) {
      for (const [sid, session] of Object.entries(old)) sessions.store.set(sid, session)
      expect(await reasonOf((browsers[0] as Client).requestCode(ADA))).toBe('rate_limited')
      // Each means the replacement that was sent before, and no mail is sent again.
      for (const browser of browsers.slice(1)) {
        expect(await reasonOf(browser.requestCode(ADA))).toBe('code_sent')
      }
    }
    expect(smtp.mails).toHaveLength(9)
  })

  it('BRF-05: four guesses on each challenge, which is then left alone, count all the same', async () => {
    const { store, clock } = await clocked()
    const { client, codeFor, events } = await createWorld({ store })
    const lengths: number[] = []
    for (let n = 0; n < 5; n++) {
      const eve = client()
      const code = await codeFor(eve)
      lengths.push(code.length)
      await guess(eve, code, 4)
      await clock.pass(2 * HOUR)
    }
    // After four failures a code of six digits has one guess left; the others are refused uncounted.
    expect(lengths).toEqual([6, 6, 8, 8, 8])
    const counted = events.filter((event) => event.type === 'rejected' && event.failures)
    expect(counted).toHaveLength(4 + 1 + 12)
  })

  it('BRF-07: what the owner mistypes before the right code stays counted', async () => {
    const { client, codeFor, heard } = await createWorld({ store: await newStore() })
    const [eve, ada] = [client(), client()]
    await guess(eve, await codeFor(eve), 1)
    const code = await codeFor(ada)
    await guess(ada, code, 2)
    expect((await ada.enterCode(code)).status).toBe(200)
    await guess(eve, '000000', 1)
    const rejected = await heard('rejected', 4)
    expect(rejected.map(({ failures }) => failures)).toEqual([1, 2, 3, 4])
  })

  it('BRF-08: each refusal is one event, with the count and without code or address', async () => {
    const { client, codeFor, events } = await createWorld({ store: await newStore() })
    const ada = client()
    const code = await codeFor(ada)
    events.length = 0
    await guess(ada, code, 5)
    await ada.enterCode(code)
    await ada.enterCode('12')
    await ada.enterCode('')
    await ada.requestCode('x')
    await ada.agent.get('/login')
    await client({ 'sec-fetch-site': 'cross-site' }).requestCode(ADA)
    await client().enterCode(code)
    expect(
      events.map((event) => event.type === 'rejected' && [event.reason, event.failures]),
    ).toEqual([
      ...[1, 2, 3, 4, 5].map((failures) => ['invalid_code', failures]),
      ['too_many_attempts', undefined],
      ['malformed_code', undefined],
      ['missing_code', undefined],
      ['invalid_email', undefined],
      ['method_not_allowed', undefined],
      ['cross_site', undefined],
      ['no_pending_code', undefined],
    ])
    const text = JSON.stringify(events)
    expect(text).not.toContain(code)
    expect(text).not.toMatch(/ada|example\.com/i)
    const keys = new Set(events.slice(0, 7).map(({ addressHash }) => addressHash))
    expect(keys.size).toBe(1)
    expect([...keys][0]).toMatch(/^[\w-]{22}$/)
  })

  it('BRF-10: 30 days after the first failure the count is 0 again, not a second sooner', async () => {
    const { store, clock } = await clocked()
    const { client, codeFor } = await createWorld({ store })
    const eve = client()
    const start = Date.now()
    await guess(eve, await codeFor(eve), 4)
    // The last of them later: the window runs from the first.
    await clock.at(start + 20 * DAY)
    await guess(eve, await codeFor(eve), 1)
    await clock.at(start + 30 * DAY - SECOND)
    expect(await codeFor(client())).toHaveLength(8)
    await clock.at(start + 30 * DAY)
    expect(await codeFor(client())).toHaveLength(6)
  })

  it('LCK-06: two names on one store have codes and sends of their own and one count of failures', async () => {
    const store = await newStore()
    const users = await createWorld({ store, name: 'user' })
    const admins = await createWorld({ store, name: 'admin' })
    const [user, admin] = [users.client(), admins.client()]
    await guess(user, await users.codeFor(user), 3)
    const code = await admins.codeFor(admin)
    const wrong = await guess(admin, code, 2)
    expect(wrong.map(({ body }) => body.attemptsLeft)).toEqual([1, 0])
    // Now either name needs eight digits.
    expect(await users.codeFor(users.client())).toHaveLength(8)
    expect(await admins.codeFor(admins.client())).toHaveLength(8)
    // The sends of one name are used up, those of the other are not.
    for (let n = 0; n < 3; n++) await users.client().requestCode(ADA)
    expect(await reasonOf(users.client().requestCode(ADA))).toBe('rate_limited')
    expect(await reasonOf(admins.client().requestCode(ADA))).toBe('code_sent')
  })
})

// The rules of the store in these are tried on every store by its contract.
inMemory(({ clocked }) => {
  it('BRF-02, LCK-06: failures add up over challenges: 8 digits from the 6th guess on, 10 from the 51st, and the owner signs in', async () => {
    const { store, clock } = await clocked()
    const { client, codeFor, events } = await createWorld({ store })
    const eve = client()
    const lengths: number[] = []
    for (let challenge = 0; challenge < 12; challenge++) {
      const code = await codeFor(eve)
      for (const { body } of await guess(eve, code, 5)) {
        expect(body.reason).toBe('invalid_code')
        lengths.push(code.length)
      }
      await clock.pass(90 * 60 * SECOND)
    }
    expect(lengths).toEqual([...Array(5).fill(6), ...Array(45).fill(8), ...Array(10).fill(10)])
    const counted = events.filter((event) => event.type === 'rejected').map((e) => e.failures)
    expect(counted).toEqual(Array.from({ length: 60 }, (_, n) => n + 1))
    const ada = client()
    expect((await ada.enterCode(await codeFor(ada))).status).toBe(200)
  })

  it('BRF-04: codes opened in parallel at 8 digits stop counting at the 50th failure', async () => {
    const { store, clock } = await clocked()
    const { client, codeFor } = await createWorld({ store })
    const eve = client()
    for (let n = 0; n < 9; n++) {
      await guess(eve, await codeFor(eve), 5)
      await clock.pass(2 * HOUR)
    }
    await clock.pass(DAY)
    // 45 failures; three codes of eight digits at once.
    const browsers = [client(), client(), client()]
    const codes = []
    for (const browser of browsers) codes.push(await codeFor(browser))
    expect(codes.map(({ length }) => length)).toEqual([8, 8, 8])
    await guess(browsers[0] as Client, codes[0] as string, 3)
    const [second, third] = [browsers[1] as Client, browsers[2] as Client]
    const last = await guess(second, codes[1] as string, 3)
    expect(last.map(({ body }) => body.reason)).toEqual([
      ...['invalid_code', 'invalid_code', 'expired_code'],
    ])
    expect(last[1]?.body.attemptsLeft).toBe(0)
    expect(await reasonOf(third.enterCode(codes[2]))).toBe('expired_code')
    expect(await codeFor(third)).toHaveLength(10)
  })
})

it('BRF-11: codes are spread evenly over all that there are', () => {
  const { key } = deriveCodeKey(Buffer.from(SECRET))
  const binding = { name: 'email-otp', purpose: 'login', subject: null, digits: 6 }
  const codes = Array.from({ length: 4_000 }, (_, n) => {
    const id = randomBytes(16).toString('base64url')
    return deriveCode(key, { ...binding, id, email: `a${n}@x.org` })
  })
  const chiSquare = (bins: number, binOf: (code: string) => number) => {
    const counts = new Array<number>(bins).fill(0)
    for (const code of codes) counts[binOf(code)] = (counts[binOf(code)] ?? 0) + 1
    const expected = codes.length / bins
    return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  }
  expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true)
  // Each bound is passed by chance once in a hundred million runs.
  for (let place = 0; place < 6; place++) {
    expect(chiSquare(10, (code) => Number(code[place]))).toBeLessThan(58)
  }
  expect(chiSquare(100, (code) => Number(code.slice(0, 2)))).toBeLessThan(198)
  expect(chiSquare(100, (code) => Number(code.slice(-2)))).toBeLessThan(198)
})
