import fc from 'fast-check'
import { MemoryStore, Strategy } from 'passport-email-otp'
import { expect, test } from 'vitest'
import { SECRET } from '../helpers/mail.js'
import { anything, endsOf, spoilt } from './requests.js'

const RUNS = 1_500
const USER = '17'
const SESSION = 'the id of this session'
const MAX_AGE_SECONDS = 300

test('requireOtp lets through only who has a proof of this purpose, user, session and age, whatever lies there', async () => {
  const emailOtp = new Strategy(
    {
      secret: SECRET,
      store: new MemoryStore(),
      sendCode: () => {},
      purposes: { pay: 'pay a bill' },
      emailFromRequest: () => 'ada@example.com',
      subjectFromRequest: () => USER,
    },
    async () => ({}),
  )
  const guard = emailOtp.requireOtp({ purpose: 'pay', maxAgeSeconds: MAX_AGE_SECONDS })
  const isGood = (proof: unknown) => {
    const { subject, sessionId, at } = Object(proof)
    const age = typeof at === 'number' ? Date.now() - at : Number.NaN
    return subject === USER && sessionId === SESSION && age >= 0 && age < MAX_AGE_SECONDS * 1000
  }
  const at = fc.oneof(
    anything,
    fc.integer({ min: -400, max: 30 }).map((seconds) => Date.now() + seconds * 1000),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, null, true, '', `${Date.now()}`),
    fc.constantFrom(BigInt(Date.now()), Symbol('at'), new Date(), [Date.now()]),
  )
  const proof = fc.oneof(
    anything,
    at.map((when) => ({ subject: USER, sessionId: SESSION, at: when })),
    spoilt({ subject: USER, sessionId: SESSION, at: Date.now() - 1000 }),
  )
  const names = fc.constantFrom('pay', 'pay', 'login', '__proto__', 'constructor')
  const proofs = fc.oneof(
    anything,
    { weight: 5, arbitrary: fc.dictionary(names, proof, { minKeys: 1, maxKeys: 2 }) },
    proof.map((inherited) => Object.create({ pay: inherited })),
  )
  let passed = 0
  await fc.assert(
    fc.asyncProperty(proofs, async (kept) => {
      const req = {
        ...{ method: 'GET', url: '/pay', headers: {}, sessionID: SESSION },
        session: { 'email-otp:proofs': kept },
      }
      const ends = await endsOf(guard, req)
      expect(ends).toHaveLength(1)
      const own = Object.hasOwn(Object(kept), 'pay') ? (kept as { pay: unknown }).pay : undefined
      if (isGood(own)) {
        passed += 1
        expect(ends).toEqual([{ how: 'passed on', error: undefined }])
      } else {
        expect(ends).toMatchObject([
          { how: 'answered', status: 401, body: { reason: 'otp_required' } },
        ])
      }
    }),
    { numRuns: RUNS },
  )
  // Proofs as they should be are among them.
  expect(passed).toBeGreaterThan(10)
})
