import { expect, it } from 'vitest'
import { readPendingState } from '../../src/pending/state.js'
import { CURRENT_KEY, FORMER_KEY, STATE } from './a-pending-state.js'

const settings = { codeKeys: [CURRENT_KEY, FORMER_KEY], digits: 6 }

it.each([
  ['as the strategy writes it', {}],
  ['with the longest code', { digits: 10 }],
  ['with an older key', { kid: FORMER_KEY.kid }],
  ['whose recipient a request has named', { namedAt: 1 }],
  ['with a user', { subject: '17' }],
  ['with a numeric user id', { subject: 17 }],
  ['with a negative user id', { subject: -17 }],
  ['with a bigint user id', { subject: { bigint: '9007199254740993' } }],
  ['with a negative bigint user id', { subject: { bigint: '-17' } }],
  ['whose mail was not sent', { ended: 'not_sent' }],
  ['whose attempts are spent', { ended: 'spent' }],
  ['that has expired', { ended: 'expired' }],
  ['whose code has become too short', { ended: 'too_short' }],
  ['that the store no longer knows', { ended: 'gone' }],
  ['with a remembered value', { remembered: { invite: 'x' } }],
  ['with the languages of the page and the mail', { locale: 'pt-BR', mailLocale: 'x'.repeat(40) }],
  ['whose address has no send left', { limitedMs: 1000 }],
])('accepts a pending state %s', (_, changes) => {
  expect(readPendingState({ ...STATE, ...changes }, settings)).toBeDefined()
})

it.each(Object.keys(STATE).filter((name) => name !== 'remembered'))(
  'rejects a pending state without its %s',
  (name) => {
    expect(readPendingState({ ...STATE, [name]: undefined }, settings)).toBeUndefined()
  },
)

it.each([
  ['a longer id', { id: `x${STATE.id}` }],
  ['an id in an array', { id: [STATE.id] }],
  ['an id with a line end', { id: `${STATE.id}\n` }],
  ['an address in an array', { email: [STATE.email] }],
  ['an address that parsing would change', { email: 'Ada@example.com' }],
  ['a key that is no longer configured', { kid: '00000000' }],
  ['a key that is a property of all objects', { kid: '__proto__' }],
  ['a key in an array', { kid: [STATE.kid] }],
  ['a text as the number of digits', { digits: '6' }],
  ['262 digits, which are 6 in one byte', { digits: 262 }],
  ['a code that is too short', { digits: 5 }],
  ['a code that is too long', { digits: 11 }],
  ['a fraction of a digit', { digits: 6.5 }],
  ['a subject that is not a whole number', { subject: 1.5 }],
  ['a subject that stands for two numbers', { subject: 2 ** 53 }],
  ['a subject that is a bigint, which JSON cannot hold', { subject: 17n }],
  ['a subject in an array', { subject: ['17'] }],
  ['a subject without its bigint', { subject: {} }],
  ['a subject under another tag', { subject: { number: '17' } }],
  ['a bigint that is a number', { subject: { bigint: 17 } }],
  ['a bigint that is inherited', { subject: Object.create({ bigint: '17' }) }],
  ['a bigint that is not a whole number', { subject: { bigint: '1.5' } }],
  ['a bigint that is not the text of a number', { subject: { bigint: 'x' } }],
  ['a bigint in hexadecimal', { subject: { bigint: '0x11' } }],
  ['a bigint in a list', { subject: [{ bigint: '17' }] }],
  ['an empty bigint', { subject: { bigint: '' } }],
  ['a bigint with a space', { subject: { bigint: ' 17' } }],
  ['a bigint with a line end', { subject: { bigint: '17\n' } }],
  ['an unknown value of ended', { ended: 'no' }],
  ['a value of ended that is a property of all objects', { ended: 'toString' }],
  ['ended: true', { ended: true }],
  ['ended: false', { ended: false }],
  ['ended: null', { ended: null }],
  ['a value of ended in an array', { ended: ['spent'] }],
  ['an expiry that is a string', { expiresAt: '2' }],
  ['an instant that is a string', { namedAt: '1' }],
  ['a wait that is a string', { limitedMs: '1000' }],
  ['a fraction of a wait', { limitedMs: 0.5 }],
  ['a language that is a number', { locale: 17 }],
  ['a language in an array', { mailLocale: ['en'] }],
  ['a language without a character', { locale: '' }],
  ['a language that is too long', { mailLocale: 'x'.repeat(41) }],
  ['a language with a character before it', { locale: ' en' }],
  ['a language with a character behind it', { mailLocale: 'en"' }],
])('rejects a pending state with %s', (_, changes) => {
  expect(readPendingState({ ...STATE, ...changes }, settings)).toBeUndefined()
})

it('keeps no field without a value, which would be another state when it is written again', () => {
  expect(readPendingState({ ...STATE, locale: undefined }, settings)).not.toHaveProperty('locale')
})

it.each([[undefined], [null], ['text'], [7], [[]]])('rejects %j', (value) => {
  expect(readPendingState(value, settings)).toBeUndefined()
})
