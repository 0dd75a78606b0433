import { expect, it } from 'vitest'
import { MINUTE, SECOND } from '../helpers/clock.js'
import { createWorld } from '../helpers/world.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { eachStore } from './each-store.js'

eachStore(({ clocked }) => {
  it('EXP-02: wrong guesses, reloads and malformed codes prolong nothing', async () => {
    const { store, clock } = await clocked()
    const { client, codeFor } = await createWorld({ store })
    const ada = client()
    const start = Date.now()
    const code = await codeFor(ada)
    await clock.at(start + 10 * MINUTE - SECOND)
    const wrong = await ada.enterCode(wrongCode(code))
    expect(wrong.body.pending.expiresInSeconds).toBe(1)
    await ada.enterCode('123')
    expect((await ada.home()).body.pending.expiresInSeconds).toBe(1)
    await clock.at(start + 10 * MINUTE)
    const late = await ada.enterCode(code)
    expect(late.status).toBe(401)
    expect(late.body).toMatchObject({ reason: 'expired_code', next: 'request_code' })
    expect(late.body.pending).toMatchObject({ ended: 'expired', expiresInSeconds: 0 })
  })

  it('EXP-03: a resend mails the same code with the same expiry and the same attempts', async () => {
    const { store, clock } = await clocked()
    const { client, codeFor } = await createWorld({ store })
    const ada = client()
    const start = Date.now()
    const code = await codeFor(ada)
    await ada.enterCode(wrongCode(code, 1))
    await ada.enterCode(wrongCode(code, 2))
    await clock.at(start + 7 * MINUTE)
    expect(await codeFor(ada)).toBe(code)
    expect((await ada.home()).body.pending.expiresInSeconds).toBe(3 * 60)
    expect((await ada.enterCode(wrongCode(code, 3))).body.attemptsLeft).toBe(2)
    await clock.at(start + 10 * MINUTE)
    expect((await ada.enterCode(code)).body.reason).toBe('expired_code')
  })

  it('EXP-03: with less than a fifth of its life left it is replaced, and the old code is dead', async () => {
    const { store, clock } = await clocked()
    const { client, codeFor, sessions } = await createWorld({ store })
    const ada = client()
    const start = Date.now()
    const code = await codeFor(ada)
    const old = await sessions.pending()
    await clock.at(start + 8 * MINUTE - 1)
    expect(await codeFor(ada)).toBe(code)
    await clock.at(start + 8.5 * MINUTE)
    await codeFor(ada)
    const fresh = await sessions.pending()
    expect(fresh.id).not.toBe(old.id)
    expect((await ada.home()).body.pending.expiresInSeconds).toBe(600)
    await sessions.plant(old)
    expect((await ada.enterCode(code)).body.reason).toBe('no_pending_code')
  })
})
