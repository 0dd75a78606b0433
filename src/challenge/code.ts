import { createHash, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'

/** All that a code is bound to: change any of it and the code is another one. */
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
 * Computes the code of a challenge instead of storing it: no store, session, log or backup holds one, and a
 * second mail carries the same code as the first.
 *
 * 128 bits of the MAC taken modulo 10^digits: the bias is below 2^-94 for 10 digits. (The 31 bits of
 * RFC 4226 would be biased beyond 6 digits.)
 */
export function deriveCode(key: KeyObject, binding: CodeBinding): string {
  const mac = createHmac('sha256', key)
  for (const field of [
    Buffer.from(binding.name),
    Buffer.from(binding.purpose),
    Buffer.from(binding.subject ?? ''),
    Buffer.from(binding.id, 'base64url'),
    Buffer.of(binding.digits),
    Buffer.from(binding.email),
  ]) {
    // Without the lengths, `name` "a" + `purpose` "bc" and "ab" + "c" would be the same code.
    mac.update(uint32(field.length)).update(field)
  }
  const number = BigInt(`0x${mac.digest('hex').slice(0, 32)}`)
  return String(number % 10n ** BigInt(binding.digits)).padStart(binding.digits, '0')
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Compares in a time that doesn't tell how much of the code was right. */
export function isSameCode(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(code: string): Buffer {
  return createHash('sha256').update(code).digest()
}
