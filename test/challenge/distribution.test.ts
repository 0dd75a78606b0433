import { expect, it } from 'vitest'
import { deriveCode } from '../../src/challenge/code.js'
import { deriveCodeKey } from '../../src/challenge/keys.js'

it('10^6 derived codes are evenly distributed: their first three digits pass a chi-square test', () => {
  const { key } = deriveCodeKey(Buffer.from('0123456789abcdef0123456789abcdef'))
  const binding = {
    name: 'email-otp',
    purpose: 'login',
    subject: null,
    digits: 6,
    email: 'a@x.org',
  }
  const cells = new Uint32Array(1000)
  const id = Buffer.alloc(16)
  const count = 1_000_000
  for (let i = 0; i < count; i++) {
    id.writeUInt32BE(i)
    const code = deriveCode(key, { ...binding, id: id.toString('base64url') })
    const cell = Number(code.slice(0, 3))
    cells[cell] = (cells[cell] ?? 0) + 1
  }
  const expected = count / cells.length
  const chiSquare = cells.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0)
  // 99.9 % of even distributions are between these bounds, with 999 degrees of freedom.
  expect(chiSquare).toBeLessThan(1143.9)
  expect(chiSquare).toBeGreaterThan(866)
}, 60_000)
