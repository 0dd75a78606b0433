import { expect, it } from 'vitest'
import { MINUTE } from '../helpers/clock.js'
import { createWorld, EVE } from '../helpers/world.js'
import { eachStore } from './each-store.js'

eachStore(({ clocked, newStore }) => {
  it('REP-01: a code signs in once; the second time nothing is pending', async () => {
    const { client, codeFor, calls } = await createWorld({ store: await newStore() })
    const ada = client()
    const code = await codeFor(ada)
    expect((await ada.enterCode(code)).status).toBe(200)
    for (let n = 0; n < 3; n++) {
      const again = await ada.enterCode(code)
      expect(again.status).toBe(403)
      expect(again.body).toMatchObject({ reason: 'no_pending_code', next: 'request_code' })
    }
    expect(calls.filter(({ verb }) => verb === 'attempt')).toHaveLength(1)
  })

  it('REP-03: after a sign-in the same session and address get another challenge and code', async () => {
    const { client, codeFor, sessions } = await createWorld({ store: await newStore() })
    const ada = client()
    const seen = new Set<string>()
    const ids = new Set<unknown>()
    for (let n = 0; n < 6; n++) {
      const code = await codeFor(ada)
      seen.add(code)
      ids.add((await sessions.pending()).id)
      expect((await ada.enterCode(code)).status).toBe(200)
    }
    expect(ids.size).toBe(6)
    // Two of six may be equal once in 66,000 runs; not all of them, ever.
    expect(seen.size).toBeGreaterThan(4)
  })

  it('REP-04: an older challenge put back works only while it is live and unspent, and once', async () => {
    const { store, clock } = await clocked()
    const { client, codeFor, sessions } = await createWorld({ store })
    const ada = client()
    const first = await codeFor(ada)
    const old = await sessions.pending()
    await codeFor(ada, EVE)
    const newer = await sessions.pending()
    await sessions.plant(old)
    expect((await ada.enterCode(first)).status).toBe(200)
    await sessions.plant(old)
    expect((await ada.enterCode(first)).body.reason).toBe('no_pending_code')
    await sessions.plant(newer)
    await clock.pass(10 * MINUTE)
    expect((await ada.enterCode(first)).body.reason).toBe('expired_code')
  })
})
