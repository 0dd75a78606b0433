import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { root } from '../helpers/package.js'
import { createWorld } from '../helpers/world.js'

const SOURCE = join(root, 'src/')

/** What the strategy computes. A count is not disturbed by what else the machine does, as a time is. */
interface Computed {
  createHmac: number
  createHash: number
  randomBytes: number
}

/** Counts the calls that come from this package's source. */
function countCrypto(): { take(): Computed } {
  const counts = { createHmac: 0, createHash: 0, randomBytes: 0 }
  const { createHmac, createHash, randomBytes } = crypto
  const counted = (name: keyof Computed, original: (...args: never[]) => unknown) =>
    ((...args: never[]) => {
      const caller = String(new Error().stack).split('\n')[2] ?? ''
      if (caller.includes(SOURCE)) counts[name] += 1
      return original(...args)
    }) as never
  crypto.createHmac = counted('createHmac', createHmac as never)
  crypto.createHash = counted('createHash', createHash as never)
  crypto.randomBytes = counted('randomBytes', randomBytes as never)
  syncBuiltinESMExports()
  onTestFinished(() => {
    Object.assign(crypto, { createHmac, createHash, randomBytes })
    syncBuiltinESMExports()
  })
  return {
    take() {
      const taken = { ...counts }
      Object.assign(counts, { createHmac: 0, createHash: 0, randomBytes: 0 })
      return taken
    },
  }
}

/** The sessions that were written since the last call. */
function countWrites(store: { set: (...args: never[]) => unknown }): () => number {
  const set = store.set.bind(store)
  let writes = 0
  store.set = (...args) => {
    writes += 1
    return set(...args)
  }
  return () => {
    const taken = writes
    writes = 0
    return taken
  }
}

describe('one login costs', () => {
  it('these HMACs, calls of the store and writes of the session, and no more', async () => {
    const { client, codeFor, calls, sessions, smtp } = await createWorld()
    const written = countWrites(sessions.store)
    const computed = countCrypto()
    const ada = client()

    const code = await codeFor(ada)
    expect({ ...computed.take(), writes: written(), calls: verbs(calls) }).toEqual({
      // The hash of the address, the code, and the id of the challenge, which the mail and the page have.
      createHmac: 3,
      // The name of the challenge in the store.
      createHash: 1,
      randomBytes: 1,
      calls: ['open'],
      writes: 1,
    })

    await ada.enterCode(code).expect(200)
    expect({ ...computed.take(), writes: written(), calls: verbs(calls) }).toEqual({
      // The hash of the address, the code, and the cookie of a known browser.
      createHmac: 3,
      // The name of the challenge in the store, and the two codes that are compared.
      createHash: 3,
      // For the cookie.
      randomBytes: 1,
      calls: ['attempt'],
      // Passport renews the session, and keeps the user in it.
      writes: 2,
    })
    // In bytes. It has 3400 at present, most of them in the HTML part.
    expect(smtp.mails[0]?.raw.length).toBeLessThan(3600)
  })

  it('one HMAC for a page that reads the pending challenge several times', async () => {
    const { emailOtp } = await createWorld()
    const session = {}
    await emailOtp.requestCode({ headers: {}, session }, 'ada@example.com')
    const computed = countCrypto()
    const req = { headers: {}, session }
    const ids = [emailOtp.pending(req)?.id, emailOtp.pageState(req).pending?.id]
    expect([emailOtp.pending(req)?.id, emailOtp.pageState(req).pending?.id]).toEqual(ids)
    expect(ids[0]).toMatch(/^[a-z]{16}$/)
    expect(computed.take().createHmac).toBe(1)
    // Another request computes its own.
    emailOtp.pending({ headers: {}, session })
    expect(computed.take().createHmac).toBe(1)
  })
})

const verbs = (calls: { verb: string }[]) => calls.splice(0).map(({ verb }) => verb)
