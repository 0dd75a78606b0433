import { createHash } from 'node:crypto'

/**
 * A string as part of a key or field: as it is where it is plain (the strategy's are), else as a hash.
 * Any string may come, and none may hold what Redis Cluster reads as the end of a hash tag.
 */
export function nameOf(text: string): string {
  return /^[\w-]{1,64}$/.test(text) ? text : `#${hash(text).toString('base64url')}`
}

/**
 * A budget's name, in 48 bits: an address has a handful of budgets, and each of its challenges names one.
 */
export function shortNameOf(text: string): string {
  return hash(text).subarray(0, 6).toString('base64url')
}

/** UTF-16 tells any two strings apart, and UTF-8 not those with half a surrogate pair. */
function hash(text: string): Buffer {
  return createHash('sha256').update(text, 'utf16le').digest()
}
