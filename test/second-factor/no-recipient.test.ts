import type { RequestLike } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/languages/en.js'
import { describe as shown } from '../../src/util/describe.js'
import { plainCalls, visit } from '../helpers/plain-calls.js'
import { expectRejection } from '../helpers/rejects-option.js'
import { ADA, EVE } from '../helpers/world.js'
import { reasonsIn, SECOND_FACTOR, twoFactorApp, type User, userOf } from './two-factor-app.js'

/** A second factor in plain calls, and its answer for a user of the request. */
function secondFactor(options: object = SECOND_FACTOR) {
  const { emailOtp, mails, events, calls } = plainCalls(options)
  const requestCode = (user?: User, email?: string) =>
    emailOtp.requestCode({ ...visit(), user } as RequestLike, email)
  return { requestCode, mails, events, calls }
}

const NOT_SIGNED_IN = {
  reason: 'not_signed_in',
  message: en.reasons.not_signed_in,
  next: 'sign_in',
}

describe('where no user is known', () => {
  it.each([undefined, null, ''])('a user whose id is %j gets no code', async (id) => {
    const { requestCode, mails } = secondFactor()
    expect(await requestCode({ id, email: ADA })).toEqual(NOT_SIGNED_IN)
    expect(mails).toEqual([])
  })

  it('a request without a user gets none, and no code is asked from a body', async () => {
    const { smtp, events, newBrowser } = await twoFactorApp({})
    const { agent } = newBrowser()
    for (const body of [{}, { email: EVE }, { email: EVE, user: { email: EVE, id: '17' } }]) {
      expect((await agent.post('/unpinned').send(body)).status).toBe(401)
      expect((await agent.post('/unpinned?email=eve@attacker.example').send(body)).status).toBe(401)
    }
    expect(reasonsIn(events)).toEqual(Array(6).fill('not_signed_in'))
    expect(smtp.mails).toEqual([])
  })

  it('a plain call answers the same, though it names an address', async () => {
    const { requestCode, mails } = secondFactor({
      ...SECOND_FACTOR,
      subjectFromRequest: async (req: object) => userOf(req)?.id,
    })
    expect(await requestCode(undefined, EVE)).toEqual(NOT_SIGNED_IN)
    expect(await requestCode({ id: '17', email: 'Ada@Example.com' }, EVE)).toMatchObject({
      reason: 'code_sent',
      // An attacker who has the password need not learn where the code goes.
      pending: { email: 'a•••@example.com', maskedEmail: 'a•••@example.com' },
    })
    expect(mails.map(({ to }) => to)).toEqual([ADA])
  })
})

describe('a user whose stored address cannot be used', () => {
  it.each([
    undefined,
    null,
    '',
    ' ',
    'Ada <ada@example.com>',
    'ada@example.com, eve@attacker.example',
    'ada@example.com;eve@attacker.example',
    'ada@example.com\nBcc: eve@attacker.example',
    '"eve@attacker.example, ada"@example.com',
    [ADA, EVE],
    { address: EVE },
    true,
    17,
  ])('%j: gets no code, wherever a call wants it', async (email) => {
    const { requestCode, mails, events, calls } = secondFactor()
    expect(await requestCode({ id: '17', email }, EVE)).toEqual({
      reason: 'no_address',
      message: en.reasons.no_address,
      next: 'sign_in',
    })
    expect(events).toEqual([{ type: 'no_address', addressHash: undefined, subject: '17' }])
    expect([mails, calls]).toEqual([[], []])
  })

  it('gets none on a route either, until the address is corrected', async () => {
    const ada: User = { id: '17', email: 'Ada <ada@example.com>' }
    const { smtp, events, sessions, newBrowser } = await twoFactorApp({ ada })
    const { password, enter } = newBrowser()
    expect((await password('ada', undefined, { email: EVE })).status).toBe(403)
    expect(events).toMatchObject([{ type: 'no_address', subject: '17' }])
    expect(smtp.mails).toEqual([])
    expect(await sessions.only()).not.toHaveProperty('second-factor')
    ada.email = ADA
    await password('ada')
    expect((await enter((await smtp.next()).code)).body).toMatchObject({ id: '17' })
  })

  it('is named by no_address where users have no ids, and a missing address is not', async () => {
    const { emailFromRequest } = SECOND_FACTOR
    const { requestCode, events } = secondFactor({ emailFromRequest })
    expect((await requestCode({ id: '17', email: 'Ada <ada@example.com>' })).reason).toBe(
      'no_address',
    )
    // Without an id, a missing address is all that tells that no user is signed in.
    expect((await requestCode()).reason).toBe('not_signed_in')
    expect(events).toMatchObject([
      { type: 'no_address', subject: null },
      { type: 'rejected', reason: 'not_signed_in' },
    ])
  })
})

it.each([
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [2 ** 53, '9007199254740992'],
  [1.5, '1.5'],
  [true, 'true'],
  [Symbol('id'), 'Symbol(id)'],
  [{ $oid: '17' }, shown({})],
  [['17'], shown(['17'])],
  ['x'.repeat(256), shown('x'.repeat(256))],
  [10n ** 255n, String(10n ** 255n)],
])('the id %o is a clear error, before any mail', async (id, got) => {
  const { requestCode, mails } = secondFactor()
  const asked = requestCode({ id, email: ADA })
  await expectRejection(asked, 'subjectFromRequest', 255, got)
  expect(mails).toEqual([])
})
