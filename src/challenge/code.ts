import { createHash, type KeyObject, timingSafeEqual } from 'node:crypto'
import { macOfFields } from './mac.js'

/** Everything that a code is bound to. A change to any field results in a different code. */
export interface CodeBinding {
  /** The strategy's name. */
  readonly name: string
  readonly purpose: string
  readonly subject: string | null
  /** 128 random bits in base64url. */
  readonly id: string
  readonly digits: number
  readonly email: string
}

/**
 * Computes the code of a challenge. Codes are never stored, so no store, session, log or backup holds one,
 * and a second mail carries the same code as the first.
 *
 * The code is 128 bits of the MAC modulo 10^digits, with a bias below 2^-94 for 10 digits. (The 31 bits of
 * RFC 4226 would be biased for more than 6 digits.)
 */
export function deriveCode(key: KeyObject, binding: CodeBinding): string {
  const mac = macOfFields(key, [
    Buffer.from(binding.name),
    Buffer.from(binding.purpose),
    Buffer.from(binding.subject ?? ''),
    Buffer.from(binding.id, 'base64url'),
    Buffer.of(binding.digits),
    Buffer.from(binding.email),
  ])
  const number = BigInt(`0x${mac.toString('hex').slice(0, 32)}`)
  return String(number % 10n ** BigInt(binding.digits)).padStart(binding.digits, '0')
}

/** Compares in constant time, so that the response time does not show how many digits are right. */
export function isSameCode(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(code: string): Buffer {
  return createHash('sha256').update(code).digest()
}
