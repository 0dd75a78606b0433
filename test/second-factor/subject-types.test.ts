import { Strategy, type SubjectId } from 'passport-email-otp'
import { describe, expect, it } from 'vitest'
import { isSameSubject } from '../../src/flow/recipient.js'
import { SECRET } from '../helpers/mail.js'
import { runAsPassport, visit } from '../helpers/plain-calls.js'
import { ADA } from '../helpers/world.js'

/** A strategy whose users have ids of any type, with the second factor's code in a session or a token. */
function secondFactor(id: SubjectId, pendingIn: 'session' | 'token') {
  const user = { id, email: ADA }
  const seen: unknown[] = []
  const codes: string[] = []
  const emailOtp: Strategy<SubjectId> = new Strategy<SubjectId>(
    {
      secret: SECRET,
      sendCode: ({ code }) => void codes.push(code),
      pendingIn,
      emailFromRequest: () => user.email,
      subjectFromRequest: () => user.id,
      passReqToCallback: true,
    },
    async (req, subject) => {
      seen.push(subject, emailOtp.proven(req)?.subject)
      // What most applications write: it finds the user only by the same type.
      return [user].find((one) => one.id === subject) && { name: 'Ada' }
    },
  )
  const { session } = visit()
  Object.defineProperty(session, 'regenerate', { value: () => {} })
  const headers = { 'content-type': 'application/json' }
  /** What the strategy tells of a request with this body, in the session of one visitor. */
  const post = async (body: object = {}) =>
    (await runAsPassport(emailOtp as never, { headers, session, body })).value as {
      reason: string
      challengeToken?: string
    }
  return { post, codes, seen, user }
}

const IDS = [
  ...[7, 0, -3, 2 ** 53 - 1, 7n, -(2n ** 80n), '7', 'u_9f', '{"bigint":"7"}'],
  ...['a\0b', '__proto__', 'x'.repeat(255), 10n ** 254n],
]

it.each([
  [7, '7', true],
  [7n, 7, true],
  ['7', '8', false],
  [null, null, true],
  [null, 'null', false],
  ['null', null, false],
])('the ids %o and %o are the same user: %o', (one, other, isSame) => {
  expect(isSameSubject(one, other)).toBe(isSame)
})

describe.each(['session', 'token'] as const)('with the pending state in the %s', (pendingIn) => {
  it.each(IDS)('the verify function and proven() receive the id %o as it was given', async (id) => {
    const { post, codes, seen } = secondFactor(id, pendingIn)
    const { challengeToken } = await post()
    expect(await post({ code: codes[0], challengeToken })).toEqual({ name: 'Ada' })
    expect(seen).toEqual([id, id])
  })

  it('the same id as text and as a number is the same user', async () => {
    const { post, codes, user } = secondFactor(7, pendingIn)
    const { challengeToken } = await post()
    user.id = '7'
    expect(await post({ challengeToken })).toMatchObject({ reason: 'code_sent' })
    expect(codes).toHaveLength(1) // within 30 seconds the first code is still valid
    user.id = '8'
    const other = await post({ code: codes[0], challengeToken })
    expect(other.reason).toBe('no_pending_code')
  })
})
