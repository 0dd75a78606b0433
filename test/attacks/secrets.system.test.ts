import type { ChallengeStore } from 'passport-email-otp'
import { expect, it } from 'vitest'
import { type CodeBinding, deriveCode } from '../../src/challenge/code.js'
import { deriveCodeKey } from '../../src/challenge/keys.js'
import type { PendingState } from '../../src/pending/state.js'
import { Sessions } from '../helpers/sessions.js'
import { ADA, type Client, createWorld, type WorldOptions } from '../helpers/world.js'
import { guess } from '../helpers/wrong-code.js'
import { eachStore, inMemory } from './each-store.js'

const OLD = 'the secret of last year, 0123456789'
const NEW = 'the secret of this year, 9876543210'
const COUNTER = 'the secret of counters, 0123456789'

/** Applications that share store and sessions, as one has before and after a deployment. */
function deploymentsOn(store: ChallengeStore) {
  const sessions = new Sessions()
  return {
    sessions,
    deploy: (options: WorldOptions) =>
      createWorld({ counterSecret: COUNTER, store, session: sessions.middleware, ...options }),
  }
}

/** What the code of a pending state is bound to, where it belongs to no user. */
function bindingOf(state: PendingState): CodeBinding {
  expect(state.subject).toBeNull()
  return { ...state, name: 'email-otp', subject: null }
}

/** Asks, and gives the browser's cookie too. */
async function asked(client: Client, email = ADA): Promise<{ cookie: string }> {
  const answer = await client.requestCode(email)
  return { cookie: String(answer.headers['set-cookie']).split(';')[0] as string }
}

eachStore(({ newStore }) => {
  it('SEC-02: a code from before a rotation works after it; new ones use the new secret alone', async () => {
    const { deploy, sessions } = deploymentsOn(await newStore())
    const before = await deploy({ secret: OLD })
    const cookie = await asked(before.client())
    const { code } = await before.smtp.next()
    const old = (await sessions.pending()) as unknown as PendingState

    const after = await deploy({ secret: [NEW, OLD] })
    const browser = after.client(cookie)
    const { pending } = (await browser.home()).body
    expect(pending).toMatchObject({ email: ADA })
    expect(pending).not.toHaveProperty('ended')
    expect((await browser.enterCode(code)).status).toBe(200)

    await sessions.clear()
    await after.client().requestCode(ADA)
    const fresh = (await sessions.pending()) as unknown as PendingState
    expect(fresh.kid).not.toBe(old.kid)
    const mailed = (await after.smtp.next()).code
    const byKey = (secret: string) =>
      deriveCode(deriveCodeKey(Buffer.from(secret)).key, bindingOf(fresh))
    expect(mailed).toBe(byKey(NEW))
    expect(mailed).not.toBe(byKey(OLD))
  })

  it('SEC-03: once the old secret is gone its codes are none, and the counters live on', async () => {
    const { deploy, sessions } = deploymentsOn(await newStore())
    const before = await deploy({ secret: OLD })
    const eve = before.client()
    await guess(eve, await before.codeFor(eve), 5)
    await sessions.clear()
    const cookie = await asked(before.client())
    const { code } = await before.smtp.next()
    expect(code).toHaveLength(8)

    const after = await deploy({ secret: NEW })
    const refused = await after.client(cookie).enterCode(code)
    expect(refused.status).toBe(403)
    expect(refused.body).toMatchObject({ reason: 'no_pending_code', next: 'request_code' })
    expect(refused.body).not.toHaveProperty('pending')
    expect(await sessions.only()).not.toHaveProperty('email-otp')
    expect((await after.client(cookie).home()).body).toEqual({ pending: null })
    // Five failures and two sends are remembered.
    const again = after.client()
    expect(await after.codeFor(again)).toHaveLength(8)
    for (const status of [202, 202, 429])
      expect((await after.client().requestCode(ADA)).status).toBe(status)
  })

  it('SEC-05: under one secret a code of one name is none for another', async () => {
    const { deploy, sessions } = deploymentsOn(await newStore())
    const users = await deploy({ secret: OLD, name: 'user', sessionKey: 'otp' })
    const admins = await deploy({ secret: OLD, name: 'admin', sessionKey: 'otp' })
    const cookie = await asked(users.client())
    const { code } = await users.smtp.next()
    // Even in a session that both read under one key, or one that was edited to look so.
    expect((await admins.client(cookie).enterCode(code)).body.reason).toBe('invalid_code')
    await sessions.plant({ budget: 'admin/stranger' }, 'otp')
    expect((await admins.client(cookie).enterCode(code)).body.reason).toBe('invalid_code')
    expect((await admins.client(cookie).home()).status).toBe(401)
  })
})

// The rules of the store in these are tried on every store by its contract.
inMemory(({ newStore }) => {
  it('SEC-02: exactly one secret is tried on a code, so that two don’t double the chance', async () => {
    const { deploy, sessions } = deploymentsOn(await newStore())
    const before = await deploy({ secret: OLD })
    const cookie = await asked(before.client())
    const { code } = await before.smtp.next()
    const after = await deploy({ secret: [NEW, OLD] })
    const state = (await sessions.pending()) as unknown as PendingState
    const other = deriveCode(deriveCodeKey(Buffer.from(NEW)).key, bindingOf(state))
    expect(other).not.toBe(code)
    expect((await after.client(cookie).enterCode(other)).body.reason).toBe('invalid_code')
    // Nor does naming the other key make the mailed code right.
    await sessions.plant({ kid: deriveCodeKey(Buffer.from(NEW)).kid })
    expect((await after.client(cookie).enterCode(code)).body.reason).toBe('invalid_code')
  })
})
