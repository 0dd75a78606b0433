import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SECRET } from '../helpers/mail.js'
import { wrongCode } from '../helpers/wrong-code.js'
import { tokenApi } from '../tokens/token-api.js'
import { actionsOf, anything, garbled, outcomesOf, spoilt } from './requests.js'

const RUNS = 300
const JSON_TYPE = { 'content-type': 'application/json' }

test('no body and no token but the real one, with its code, signs in, throws, hangs or counts twice', async () => {
  const world = await tokenApi()
  const others = [
    await tokenApi({ name: 'other' }),
    await tokenApi({ secret: 'another secret, 0123456789 and more of it' }),
  ]
  const { challengeToken: real, code } = await world.asked()
  const foreign = []
  for (const other of others) foreign.push(await other.asked())
  const token = fc.oneof(
    anything,
    garbled(real),
    garbled(`${real.split('.')[0]}.${'A'.repeat(200)}`),
    fc.constantFrom(real, ...foreign.map(({ challengeToken }) => challengeToken)),
  )
  const guess = fc.oneof(
    anything,
    fc.constantFrom(wrongCode(code), '000000', '', ...foreign.map((one) => one.code)),
  )
  const body = fc.oneof(
    spoilt({ challengeToken: real, code: wrongCode(code) }),
    fc.record({ challengeToken: token, code: guess }),
    fc.record({ challengeToken: token, email: fc.oneof(anything, fc.constant('a@x.org')) }),
    anything,
  )
  const type = fc.constantFrom(JSON_TYPE, JSON_TYPE, { 'content-type': 'text/plain' }, {})
  await fc.assert(
    fc.asyncProperty(body, type, async (sent, headers) => {
      const given = Object(sent)
      fc.pre(!(given.code === code && given.challengeToken === real))
      const before = world.calls.length
      const called = await actionsOf(world.emailOtp, { method: 'POST', headers, body: sent })
      expect(called).toHaveLength(1)
      const [[name, value] = []] = called
      if (name === 'error') expect(value?.code).toBe('body_required')
      else expect(name).toBe('fail')
      const calls = world.calls.slice(before)
      expect(calls.length).toBeLessThanOrEqual(1)
      expect(outcomesOf(calls)).not.toContain('accepted')
      // A guess is judged only with the one token that was given out here.
      if (calls[0]?.verb === 'attempt') expect(given.challengeToken).toBe(real)
    }),
    { numRuns: RUNS },
  )
  // Something of it did reach the store, and the code still works where guesses have left it alone.
  expect(new Set(world.calls.map(({ verb }) => verb))).toEqual(new Set(['open', 'attempt']))
  const fresh = await world.asked('fresh@example.com')
  expect((await world.post(fresh)).status).toBe(200)
})

test('no garbled token is taken for pending, by any key that it may name', async () => {
  const { asked, emailOtp } = await tokenApi({
    secret: [SECRET, 'an older secret, 0123456789 and more of it'],
    counterSecret: SECRET,
  })
  const { challengeToken } = await asked()
  const pendingOf = (token: unknown) =>
    emailOtp.pending({ headers: JSON_TYPE, body: { challengeToken: token } })
  expect(pendingOf(challengeToken)).toBeDefined()
  fc.assert(
    fc.property(fc.oneof(garbled(challengeToken), anything), (token) => {
      fc.pre(token !== challengeToken)
      expect(pendingOf(token)).toBeUndefined()
    }),
    { numRuns: 5 * RUNS },
  )
})
