import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CodeBinding, deriveCode, isSameCode } from '../../src/challenge/code.js'
import {
  deriveAddressHashKey,
  deriveCodeKey,
  hashAddress,
  hashChallenge,
} from '../../src/challenge/keys.js'

const SECRET = '0123456789abcdef0123456789abcdef'
const ID = Buffer.from(Array.from({ length: 16 }, (_, i) => i)).toString('base64url')

// Computed by a separate program (Python's hmac and hashlib) from the construction's description.
const VECTORS = [
  [SECRET, 'email-otp', 'login', null, 'AAAAAAAAAAAAAAAAAAAAAA', 6, 'a@example.com', '599769'],
  [SECRET, 'email-otp', 'login', null, ID, 8, 'bob@x.org', '06081601'],
  [SECRET, 'admin', 'login', null, ID, 10, 'bob@x.org', '3270986130'],
  [
    SECRET,
    'email-otp',
    'change-email',
    'user-1',
    '_____________________w',
    6,
    'bob@x.org',
    '865429',
  ],
  [
    'ein geheimnis mit umlauten: äöüß und mehr',
    ...(['email-otp', 'login', null, ID, 6, 'u@xn--bcher-kva.example', '407299'] as const),
  ],
  [SECRET, 'email-otp', 'login', null, 'AAAAAAAAAAAAAAAAAAABUg', 6, 'a@example.com', '000118'],
] as const

const key = deriveCodeKey(Buffer.from(SECRET)).key
const BINDING: CodeBinding = {
  name: 'email-otp',
  purpose: 'login',
  subject: null,
  id: ID,
  digits: 6,
  email: 'bob@x.org',
}

describe('a code', () => {
  it.each(VECTORS)(
    'is derived from secret, name, purpose, subject, id, digits and address: vector %#',
    (secret, name, purpose, subject, id, digits, email, code) => {
      const { key } = deriveCodeKey(Buffer.from(secret))
      expect(deriveCode(key, { name, purpose, subject, id, digits, email })).toBe(code)
    },
  )

  it('always has the requested number of digits, and only digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 10 }), fc.string(), (digits, email) => {
        const code = deriveCode(key, { ...BINDING, digits, email })
        expect(code).toMatch(new RegExp(`^[0-9]{${digits}}$`))
      }),
    )
  })

  it('changes with each field that it is bound to', () => {
    const ten = { ...BINDING, digits: 10 }
    const codes = [
      ten,
      { ...ten, name: 'admin' },
      { ...ten, purpose: 'change-email' },
      { ...ten, subject: 'user-1' },
      { ...ten, id: randomBytes(16).toString('base64url') },
      { ...ten, email: 'eve@x.org' },
      { ...ten, digits: 9 },
    ].map((binding) => deriveCode(key, binding).slice(-9))
    expect(new Set(codes).size).toBe(codes.length)
  })

  it('differs for fields that are equal only when concatenated', () => {
    const one = deriveCode(key, { ...BINDING, digits: 10, name: 'ab', purpose: 'c' })
    const other = deriveCode(key, { ...BINDING, digits: 10, name: 'a', purpose: 'bc' })
    expect(one).not.toBe(other)
  })
})

describe('comparing codes', () => {
  it('accepts equal codes and rejects different ones', () => {
    expect(isSameCode('012345', '012345')).toBe(true)
    expect(isSameCode('012345', '012346')).toBe(false)
    expect(isSameCode('012345', '0123456')).toBe(false)
  })
})

describe('the keys', () => {
  it('name a secret with four bytes that do not reveal it', () => {
    expect(deriveCodeKey(Buffer.from(SECRET)).kid).toBe('d1dc51fa')
  })

  it('hash an address so that it can be found again but not read', () => {
    const addressHash = deriveAddressHashKey(Buffer.from(SECRET))
    expect(hashAddress(addressHash, 'a@example.com')).toBe('RfmV9TtrKdqf3c7xyDnB5A')
  })

  it('hash the id of a challenge', () => {
    expect(hashChallenge(ID)).toBe('vkXLJgW_Nr695oSEGijw_Q')
  })
})
