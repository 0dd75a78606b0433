import { createHmac, type KeyObject } from 'node:crypto'

/**
 * HMAC-SHA256 of several fields. Each is preceded by its length. Without the lengths, the fields "a" and "bc" would
 * have the same MAC as "ab" and "c".
 */
export function macOfFields(key: KeyObject, fields: readonly Buffer[]): Buffer {
  const mac = createHmac('sha256', key)
  for (const field of fields) mac.update(uint32(field.length)).update(field)
  return mac.digest()
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
