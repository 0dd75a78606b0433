import type { KeyObject } from 'node:crypto'
import { MemoryStore } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { deriveCodeKey } from '../../src/challenge/keys.js'
import { budgetOf, deviceWorld, sentBack } from '../devices/device-world.js'
import { SECOND, stopClock } from '../helpers/clock.js'
import { Sessions } from '../helpers/sessions.js'
import { watchCrypto } from '../helpers/watch-crypto.js'
import { ADA } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { tokenApi } from '../tokens/token-api.js'

const OLD = 'the secret of last year, 0123456789'
const NEW = 'the secret of this year, 9876543210'

/** What is deployed, one step after the other. Counts hang on what was the only secret at first. */
const STEPS = {
  before: { secret: OLD },
  announced: { secret: [OLD, NEW], counterSecret: OLD },
  switched: { secret: [NEW, OLD], counterSecret: OLD },
  after: { secret: NEW, counterSecret: OLD },
}
type Step = keyof typeof STEPS

/**
 * Steps whose instances run side by side while one is being deployed, either of them first. (The old secret
 * goes ten minutes after the last code that it made.)
 */
const SIDE_BY_SIDE: [Step, Step][] = [
  ['before', 'announced'],
  ['announced', 'before'],
  ['announced', 'switched'],
  ['switched', 'announced'],
  ['after', 'switched'],
]
describe('instances of two steps of a deployment serve one sign-in together', () => {
  it.each(SIDE_BY_SIDE)('in a session that both share: %s, %s', async (first, second) => {
    const clock = stopClock()
    const shared = { store: new MemoryStore(), session: new Sessions().middleware }
    const one = await deviceWorld({ ...shared, ...STEPS[first] })
    const two = await deviceWorld({ ...shared, ...STEPS[second] })

    const asked = await one.client().requestCode(ADA)
    const Cookie = sentBack(String(asked.headers['set-cookie']))
    const code = one.mails[0]?.code as string
    expect((await two.client({ Cookie }).home()).body.pending).toMatchObject({ email: ADA })
    expect((await two.client({ Cookie }).enterCode(wrongCode(code))).body.attemptsLeft).toBe(4)
    clock.pass(30 * SECOND)
    expect((await two.client({ Cookie }).requestCode(ADA)).status).toBe(202)
    expect(two.mails.map((mail) => mail.code)).toEqual([code])
    expect((await one.client({ Cookie }).enterCode(wrongCode(code, 2))).body.attemptsLeft).toBe(3)
    expect((await two.client({ Cookie }).enterCode(code)).status).toBe(200)
  })

  it.each(SIDE_BY_SIDE)('with a token: %s, %s', async (first, second) => {
    const clock = stopClock()
    const store = new MemoryStore()
    const one = await tokenApi({ store, ...STEPS[first] })
    const two = await tokenApi({ store, ...STEPS[second] })

    const { challengeToken, code } = await one.asked()
    const wrong = await two.post({ challengeToken, code: wrongCode(code) })
    expect(wrong.body.attemptsLeft).toBe(4)
    clock.pass(30 * SECOND)
    const again = await one.post({ email: ADA, challengeToken: wrong.body.challengeToken })
    expect(one.mails.map((mail) => mail.code)).toEqual([code, code])
    const right = { challengeToken: again.body.challengeToken, code }
    expect((await two.post(right)).status).toBe(200)
    expect((await one.post(right)).body.reason).toBe('no_pending_code')
  })
})

it('with one step skipped, codes of the new secret are none for instances that don’t know it yet', async () => {
  const store = new MemoryStore()
  const [old, fresh] = [
    await tokenApi({ store, ...STEPS.before }),
    await tokenApi({ store, ...STEPS.switched }),
  ]
  const asked = await fresh.asked()
  const refused = await old.post(asked)
  expect([refused.status, refused.body.reason]).toEqual([403, 'no_pending_code'])
  // It cost no attempt and harmed nothing.
  expect((await fresh.post(asked)).status).toBe(200)
})

it('with one step skipped, a code of the old secret still works for those that made it', async () => {
  const clock = stopClock()
  const store = new MemoryStore()
  const old = await tokenApi({ store, ...STEPS.before })
  const fresh = await tokenApi({ store, ...STEPS.switched })
  const { challengeToken, code } = await old.asked()
  clock.pass(30 * SECOND)
  const again = await fresh.post({ email: ADA, challengeToken })
  const right = { challengeToken: again.body.challengeToken, code }
  expect((await old.post(right)).status).toBe(200)
})

it('counts, sends and known devices go through all steps', async () => {
  const store = new MemoryStore()
  const before = await deviceWorld({ store, ...STEPS.before })
  const Cookie = sentBack((await before.signIn()).device)
  const eve = before.client()
  await eve.requestCode(ADA)
  const { code } = before.mails.at(-1) as { code: string }
  for (let n = 1; n <= 5; n++) await eve.enterCode(wrongCode(code, n))
  for (const step of ['announced', 'switched', 'after'] as const) {
    const world = await deviceWorld({ store, ...STEPS[step] })
    const asked = await world.client().requestCode(ADA)
    expect([step, asked.status, asked.body.pending.digits]).toEqual([step, 202, 8])
    await world.client({ Cookie }).requestCode(ADA)
    expect([step, budgetOf(world)]).toEqual([step, 'email-otp/device'])
  }
  const after = await deviceWorld({ store, ...STEPS.after })
  // One of eve's and three of the steps are counted.
  expect((await after.client().requestCode(ADA)).status).toBe(202)
  expect((await after.client().requestCode(ADA)).status).toBe(429)
})

it('a new counterSecret restarts counts and sends, makes devices unknown, and its pending codes are lost', async () => {
  const shared = { store: new MemoryStore(), session: new Sessions().middleware }
  const before = await deviceWorld({ ...shared, secret: OLD, counterSecret: OLD })
  const device = sentBack((await before.signIn()).device)
  const eve = before.client()
  await eve.requestCode(ADA)
  const guessed = before.mails.at(-1)?.code as string
  for (let n = 1; n <= 5; n++) await eve.enterCode(wrongCode(guessed, n))
  const asked = await before.client().requestCode(ADA)
  expect(asked.body.pending.digits).toBe(8)
  const Cookie = sentBack(String(asked.headers['set-cookie']))
  const code = before.mails.at(-1)?.code as string

  const after = await deviceWorld({ ...shared, secret: OLD, counterSecret: NEW })
  const entered = await after.client({ Cookie }).enterCode(code)
  expect([entered.status, entered.body.reason]).toEqual([403, 'no_pending_code'])
  const again = await after.client({ Cookie: device }).requestCode(ADA)
  expect([again.status, again.body.pending.digits]).toEqual([202, 6])
  expect(budgetOf(after)).not.toBe('email-otp/device')
  expect(after.emailOtp.addressHash(ADA)).not.toBe(before.emailOtp.addressHash(ADA))
})

it('a token and its code are tried with the one key that made them, and with no other', async () => {
  const { asked, post } = await tokenApi({ ...STEPS.switched })
  const { challengeToken, code } = await asked()
  const [old, fresh] = [OLD, NEW].map((secret) => deriveCodeKey(Buffer.from(secret))) as [
    ReturnType<typeof deriveCodeKey>,
    ReturnType<typeof deriveCodeKey>,
  ]
  const [decipher, hmac] = [watchCrypto('createDecipheriv'), watchCrypto('createHmac')]
  await post({ challengeToken, code: wrongCode(code) })

  const opened = decipher.mock.calls.map(([, key]) => key as KeyObject)
  expect(opened.length).toBeGreaterThan(0)
  expect(opened.every((key) => key.equals(fresh.tokenKey))).toBe(true)
  const macs = hmac.mock.calls.map(([, key]) => key as KeyObject)
  expect(macs.filter((key) => key.equals(fresh.key))).toHaveLength(1)
  expect(macs.filter((key) => key.equals(old.key))).toHaveLength(0)
})
