import { createHash } from 'node:crypto'

/**
 * Returns a string as part of a key or field: unchanged if it is plain (as those of the strategy are), otherwise
 * as a hash. Callers may pass any string, and a brace in it would end the hash tag of the key.
 */
export function nameOf(text: string): string {
  return /^[\w-]{1,64}$/.test(text) ? text : `#${hash(text).toString('base64url')}`
}

/**
 * Returns the name of a budget as a hash of 48 bits. It is short because every challenge holds one, and 48 bits
 * are enough because an address has only a few budgets.
 */
export function shortNameOf(text: string): string {
  return hash(text).subarray(0, 6).toString('base64url')
}

/** In UTF-16, because UTF-8 encodes strings that differ in half a surrogate pair alike. */
function hash(text: string): Buffer {
  return createHash('sha256').update(text, 'utf16le').digest()
}
