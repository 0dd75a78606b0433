import { KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deriveCodeKey, publicIdOf } from '../../src/challenge/keys.js'
import { tell } from '../../src/flow/tell.js'
import { infoFor } from '../../src/info.js'
import { en } from '../../src/languages/en.js'
import { MINUTE, SECOND, stopClock } from '../helpers/clock.js'
import { SECRET } from '../helpers/mail.js'
import { plainCalls, visit } from '../helpers/plain-calls.js'
import { watchCrypto } from '../helpers/watch-crypto.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { redirectingApp } from './redirecting-app.js'

const ADA = 'ada@example.com'
const BEN = 'ben@example.com'

describe('pending.id', () => {
  // Computed by a separate program (Python's hmac) from the construction's description.
  it('follows from the secret and the id of the challenge', () => {
    const { publicIdKey } = deriveCodeKey(Buffer.from('0123456789abcdef0123456789abcdef'))
    expect(publicIdOf(publicIdKey, 'AAAAAAAAAAAAAAAAAAAAAA')).toBe('smfchkvvqgndtfts')
  })

  it('is 16 letters, so that no phone takes it for a code', async () => {
    const { emailOtp } = plainCalls()
    for (let n = 0; n < 20; n++) {
      const { pending } = await emailOtp.requestCode(visit(), `user${n}@example.com`)
      expect(pending?.id).toMatch(/^[a-z]{16}$/)
    }
  })

  it('stays the same for a resend, and is another one for another code', async () => {
    const clock = stopClock()
    const { emailOtp, req } = plainCalls()
    const idFor = async (email: string) => (await emailOtp.requestCode(req, email)).pending?.id
    const first = await idFor(ADA)
    clock.pass(30 * SECOND)
    expect(await idFor(ADA)).toBe(first)
    expect(await idFor(BEN)).not.toBe(first)
    clock.pass(10 * MINUTE)
    expect(await idFor(ADA)).not.toBe(first)
  })
})

describe('a code on the page of an earlier request', () => {
  /** Two tabs of one browser: the first waits for Ada's code, the second has requested Ben's since. */
  async function twoTabs() {
    const app = await redirectingApp()
    const ada = { code: await app.codeFor(ADA), pendingId: (await app.page()).pending.id as string }
    const ben = { code: await app.codeFor(BEN), pendingId: (await app.page()).pending.id as string }
    return { ...app, ada, ben }
  }

  it('is judged before its code is derived', async () => {
    const { plain, ada, ben } = await twoTabs()
    const { key: codeKey } = deriveCodeKey(Buffer.from(SECRET))
    const hmacs = watchCrypto('createHmac')
    const derivedFor = async (typed: object) => {
      hmacs.mockClear()
      const { reason } = (await plain(typed)).body
      const derived = hmacs.mock.calls.filter(
        ([, key]) => key instanceof KeyObject && key.equals(codeKey),
      )
      return [reason, derived.length]
    }
    expect(await derivedFor(ada)).toEqual(['earlier_request', 0])
    expect(await derivedFor({ ...ben, code: wrongCode(ben.code) })).toEqual(['invalid_code', 1])
  })

  it('is rejected without using up a try, and the page of the later request still works', async () => {
    const { plain, submit, home, page, ada, ben, events } = await twoTabs()
    const refused = await plain(ada)
    expect(refused.body).toEqual({
      ...tell(en.reasons, infoFor('earlier_request')),
      pending: expect.objectContaining({ email: BEN }),
    })
    expect(events.at(-1)).toMatchObject({ type: 'rejected', reason: 'earlier_request' })
    expect(events.at(-1)).not.toHaveProperty('failures', expect.any(Number))
    await submit(ada)
    expect((await page()).outcome).toMatchObject({ reason: 'earlier_request', next: 'enter_code' })
    const wrong = await plain({ ...ben, code: wrongCode(ben.code) })
    expect(wrong.body.attemptsLeft).toBe(4)
    await submit(ben)
    expect((await home()).user).toEqual({ email: BEN })
  })

  it('is rejected though it is the code of the later request', async () => {
    const { submit, page, home, ada, ben } = await twoTabs()
    await submit({ code: ben.code, pendingId: ada.pendingId })
    expect((await page()).outcome.reason).toBe('earlier_request')
    expect((await home()).user).toBeNull()
  })

  it('is checked as before where the page does not say which request it shows', async () => {
    const { plain, ada, ben } = await twoTabs()
    expect((await plain({ code: ada.code })).body).toMatchObject({
      reason: 'invalid_code',
      attemptsLeft: 4,
    })
    for (const pendingId of ['', null]) {
      const { body } = await plain({ code: wrongCode(ben.code), pendingId })
      expect(body.reason).toBe('invalid_code')
    }
    expect((await plain({ code: ben.code })).body.reason).toBe('accepted')
  })

  it('is rejected with an id that is none, and is no code where nothing is pending', async () => {
    const { plain, newBrowser, ada, ben } = await twoTabs()
    for (const pendingId of [['x'], {}, 7, 'x', true]) {
      expect((await plain({ ...ben, pendingId })).body.reason).toBe('earlier_request')
    }
    expect((await newBrowser().plain(ada)).body.reason).toBe('no_pending_code')
  })

  it('is judged before what was typed, unless nothing was', async () => {
    const { plain, ada } = await twoTabs()
    const { body } = await plain({ code: 'abcdef', pendingId: ada.pendingId })
    expect(body.reason).toBe('earlier_request')
    expect((await plain({ code: ' ', pendingId: ada.pendingId })).body.reason).toBe('missing_code')
  })
})
