import { expect, it } from 'vitest'
import { codeKey } from '../../src/challenge/keys.js'
import { isPendingState } from '../../src/pending/state.js'

const [current, former] = ['first', 'second'].map((name) =>
  codeKey(Buffer.from(`the ${name} secret of a test, 0123456789`)),
) as [ReturnType<typeof codeKey>, ReturnType<typeof codeKey>]
const settings = { codeKeys: [current, former], digits: 6 }

const GOOD = {
  id: 'AAAAAAAAAAAAAAAAAAAAAA',
  kid: current.kid,
  email: 'ada@example.com',
  digits: 6,
  purpose: 'login',
  subject: null,
  budget: 'email-otp/stranger',
  sentAt: 1,
  expiresAt: 2,
  resendAt: 3,
  ended: false,
  remembered: null,
}

it.each([
  ['as it is written', {}],
  ['of the longest code', { digits: 10 }],
  ['of an older key', { kid: former.kid }],
  ['of a user', { subject: '17' }],
  ['with something remembered', { remembered: { invite: 'x' } }],
])('a pending state is one %s', (_, changes) => {
  expect(isPendingState({ ...GOOD, ...changes }, settings)).toBe(true)
})

it.each(Object.keys(GOOD).filter((name) => name !== 'remembered'))(
  'without its %s it is none',
  (name) => {
    expect(isPendingState({ ...GOOD, [name]: undefined }, settings)).toBe(false)
  },
)

it.each([
  ['a longer id', { id: `x${GOOD.id}` }],
  ['an id in an array', { id: [GOOD.id] }],
  ['an address in an array', { email: [GOOD.email] }],
  ['an address that parsing would change', { email: 'Ada@example.com' }],
  ['a key that is gone', { kid: '00000000' }],
  ['a code that is too short', { digits: 5 }],
  ['a code that is too long', { digits: 11 }],
  ['a part of a digit', { digits: 6.5 }],
  ['a subject that is a number', { subject: 17 }],
  ['an end in words', { expiresAt: '2' }],
])('with %s it is none', (_, changes) => {
  expect(isPendingState({ ...GOOD, ...changes }, settings)).toBe(false)
})

it.each([[undefined], [null], ['text'], [7], [[]]])('%j is none', (value) => {
  expect(isPendingState(value, settings)).toBe(false)
})
