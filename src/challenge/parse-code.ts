import type { CodeFieldInfo } from '../info.js'

export type ParsedCode =
  | { readonly code: string; readonly reason?: undefined }
  | { readonly reason: CodeFieldInfo['reason']; readonly code?: undefined }

/** Far beyond ten digits with a space between any two; what is longer is not looked at. */
const MAX_TYPED_LENGTH = 64

/**
 * Reads a code as people type and paste it: spaces, dashes and invisible format characters are dropped, and
 * any script's decimal digits become ASCII digits. A number is refused: its leading zeros are lost.
 */
export function parseCode(typed: unknown): ParsedCode {
  if (typed === undefined || typed === null) return { reason: 'missing_code' }
  if (typeof typed !== 'string' || typed.length > MAX_TYPED_LENGTH) {
    return { reason: 'malformed_code' }
  }
  const kept = typed.replace(/[\s\p{Pd}\p{Cf}]/gu, '')
  if (kept === '') return { reason: 'missing_code' }
  if (!/^\p{Nd}+$/u.test(kept)) return { reason: 'malformed_code' }
  return { code: kept.replace(/\p{Nd}/gu, asciiDigit) }
}

/**
 * Unicode keeps the ten digits of a script in a row, zero first, and a few rows touch: the distance to
 * where the run of digits starts, modulo ten, is the digit.
 */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0
  let start = codePoint
  while (/^\p{Nd}$/u.test(String.fromCodePoint(start - 1))) start--
  return String((codePoint - start) % 10)
}
