import {
  type ChallengeStore,
  type CodeMail,
  type EmailOtpEvent,
  MemoryStore,
  Strategy,
} from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { drain } from '../devices/device-world.js'
import { stopTimeouts } from '../helpers/clock.js'
import { anybody, SECRET } from '../helpers/mail.js'
import { runAsPassport, visit } from '../helpers/plain-calls.js'
import { expectNamed, messageOf } from '../helpers/rejects-option.js'
import { ADA, createWorld, EVE } from '../helpers/world.js'
import { guess } from '../helpers/wrong-code.js'

/** With the store itself, not one that is watched. */
function strategyOn(store: ChallengeStore, onEvent?: (event: EmailOtpEvent) => void): Strategy {
  return new Strategy({ secret: SECRET, sendCode: () => {}, store, onEvent }, anybody)
}

describe('forget(email)', () => {
  it('lifts every limit of an address, and of no other', async () => {
    const store = new MemoryStore()
    const { client, codeFor } = await createWorld({ store })
    for (const email of [ADA, EVE]) {
      const thief = client()
      await guess(thief, await codeFor(thief, email), 5)
      await drain({ client }, email)
    }
    await strategyOn(store).forget(' Ada@Example.com ')
    expect((await client().requestCode(ADA)).body.pending).toMatchObject({ digits: 6 })
    expect((await client().requestCode(EVE)).status).toBe(429)
  })

  it('ends what could make a deleted account anew', async () => {
    const users = new Map<string, { id: number }>()
    let ids = 0
    const findOrCreate = async (email: string) => {
      const user = users.get(email) ?? { id: ++ids }
      users.set(email, user)
      return user
    }
    const codes: string[] = []
    const sendCode = ({ code }: CodeMail) => void codes.push(code)
    const emailOtp = new Strategy(
      { secret: SECRET, store: new MemoryStore(), sendCode },
      findOrCreate,
    )
    const visits = [1, 2, 3].map(() => ({ headers: {}, session: { regenerate() {} } }))
    for (const req of visits) await emailOtp.requestCode(req, ADA)
    const enter = (n: number) => runAsPassport(emailOtp, { ...visits[n], body: { code: codes[n] } })
    expect(await enter(0)).toMatchObject({ call: 'success', value: { id: 1 } })
    users.delete(ADA)
    // Before `forget`, the code of a deleted user makes an account with another id.
    expect(await enter(1)).toMatchObject({ call: 'success', value: { id: 2 } })
    await emailOtp.forget(ADA)
    users.delete(ADA)
    expect(await enter(2)).toMatchObject({ call: 'fail', value: { reason: 'no_pending_code' } })
    expect(users.size).toBe(0)
  })

  it('ends what is pending for it: the code is none any more, and a new one can be asked for', async () => {
    const store = new MemoryStore()
    const { client, codeFor } = await createWorld({ store })
    const [ada, other, eve] = [client(), client(), client()]
    const codes = [await codeFor(ada), await codeFor(other), await codeFor(eve, EVE)]
    await strategyOn(store).forget(ADA)
    for (const [n, browser] of [ada, other].entries()) {
      const { body } = await browser.enterCode(codes[n])
      expect(body).toMatchObject({ reason: 'no_pending_code', next: 'request_code' })
    }
    expect((await eve.enterCode(codes[2])).status).toBe(200)
    expect((await ada.enterCode(await codeFor(ada))).status).toBe(200)
  })

  it('leaves nothing of it in the memory store', async () => {
    const store = new MemoryStore()
    const emailOtp = strategyOn(store)
    for (let n = 0; n < 3; n++) await emailOtp.requestCode(visit(), ADA)
    expect(store.size).toEqual({ challenges: 3, addresses: 1 })
    await emailOtp.forget(ADA)
    expect(store.size).toEqual({ challenges: 0, addresses: 0 })
    // And there is nothing to do for an address that nobody knows.
    expect(await emailOtp.forget('nobody@example.com')).toBeUndefined()
  })

  it.each([
    ['nobody', 'a string of 6 bytes'],
    ['', 'a string of 0 bytes'],
    [`${ADA}, ${EVE}`, 'a string of 37 bytes'],
    [undefined, 'undefined'],
    [null, 'null'],
    [[ADA], 'an array of 1'],
    [{ email: ADA }, 'an object'],
    [7, 'a number'],
  ])('takes one address, and not %o, which it doesn’t repeat', async (email, got) => {
    const emailOtp = strategyOn(new MemoryStore())
    const help = 'docs/operations/support-desk.md'
    await expect(emailOtp.forget(email as string)).rejects.toMatchObject({ help })
    const refused = () => emailOtp.addressHash(email as string)
    expect(refused).toThrow(TypeError)
    expectNamed(messageOf(refused), `got ${got}`)
  })

  it('says where the store can’t', async () => {
    const { open, attempt, cancel } = new MemoryStore()
    const store = { open, attempt, cancel } as ChallengeStore
    const emailOtp = strategyOn(store)
    await expect(emailOtp.forget(ADA)).rejects.toThrow('forget')
  })

  it('is `store_failed` where the store fails, or takes too long', async () => {
    const failed = { code: 'store_failed', status: 503 }
    const broken = Object.assign(new MemoryStore(), {
      forget: () => Promise.reject(new Error('no')),
    })
    const emailOtp = strategyOn(broken)
    await expect(emailOtp.forget(ADA)).rejects.toMatchObject({ ...failed, cause: new Error('no') })

    const slow = Object.assign(new MemoryStore(), { forget: () => new Promise<void>(() => {}) })
    const timers = stopTimeouts()
    const outcome = expect(strategyOn(slow).forget(ADA)).rejects.toMatchObject(failed)
    await timers.pass(2000)
    await outcome
  })

  it('takes the store’s own `this` along, and the hash by which events name an address', async () => {
    const forgotten: string[] = []
    class Store extends MemoryStore {
      readonly forgotten = forgotten
      override async forget({ address }: { address: string }) {
        this.forgotten.push(address)
      }
    }
    const events: EmailOtpEvent[] = []
    const emailOtp = strategyOn(new Store(), (event) => events.push(event))
    await emailOtp.requestCode(visit(), 'Ada@Example.com')
    await emailOtp.forget(ADA)
    const hash = emailOtp.addressHash('ADA@example.com')
    expect(hash).toMatch(/^[\w-]{22}$/)
    expect(forgotten).toEqual([hash])
    expect(new Set(events.map(({ addressHash }) => addressHash))).toEqual(new Set([hash]))
    expect(emailOtp.addressHash(EVE)).not.toBe(hash)
  })
})
