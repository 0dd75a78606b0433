import type { CodeFieldInfo } from '../info.js'

export type ParsedCode =
  | { readonly code: string; readonly reason: undefined }
  | { readonly reason: CodeFieldInfo['reason']; readonly code: undefined }

/** Far longer than ten digits with a space between any two. A longer input is rejected unread. */
const MAX_TYPED_LENGTH = 64

/**
 * Reads a code as users type and paste it. Spaces, dashes and invisible format characters are dropped, and the
 * decimal digits of any script become ASCII digits. A number is rejected, because its leading zeros are lost.
 */
export function parseCode(typed: unknown): ParsedCode {
  if (typed === undefined || typed === null) return noCode('missing_code')
  if (typeof typed !== 'string' || typed.length > MAX_TYPED_LENGTH) return noCode('malformed_code')
  const kept = typed.replace(/[\s\p{Pd}\p{Cf}]/gu, '')
  if (kept === '') return noCode('missing_code')
  if (!/^\p{Nd}+$/u.test(kept)) return noCode('malformed_code')
  return { code: kept.replace(/\p{Nd}/gu, asciiDigit), reason: undefined }
}

function noCode(reason: CodeFieldInfo['reason']): ParsedCode {
  return { reason, code: undefined }
}

/**
 * In Unicode the ten digits of a script are consecutive and start with zero. Some scripts follow one another
 * without a gap. So the digit is the distance to the start of the run of digits, modulo ten.
 */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0
  let start = codePoint
  while (/^\p{Nd}$/u.test(String.fromCodePoint(start - 1))) start--
  return String((codePoint - start) % 10)
}
