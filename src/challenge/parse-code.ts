import { BLANK, INVISIBLE } from './invisible.js'

/** UTF-16 units: room for a code and the sentence or subject around it. A longer input is rejected unread. */
const MAX_TYPED_LENGTH = 256

/**
 * Dashes, and what keyboards and input methods write in their place: a minus, the Arabic U+0640, the Korean U+3161,
 * the Japanese U+30FC and others.
 */
const DASH = '\\p{Pd}\\u02D7\\u0640\\u2212\\u2500\\u3161\\u30FC\\uFF5E\\uFF70'
/** Dots at half height, and the signs that divide words in Tibetan (U+0F0B) and Ethiopic (U+1361). */
const MIDDLE_DOT =
  '\\u00B7\\u0387\\u0F0B\\u1361\\u2022\\u2027\\u2043\\u2219\\u22C5\\u2E31\\u30FB\\uFF65'
const PLUS = '+\\u00B1\\u207A\\u2213\\uFB29\\uFE62\\uFF0B'
const THOUSANDS_SIGN =
  ".,'_\\u060C\\u066B\\u066C\\u2019\\u3001\\u3002\\uFF07\\uFF0C\\uFF0E\\uFF3F\\uFF61\\uFF64"

/** Joins digits only as number formats do: the comma of `493027,10 minutes` joins nothing. */
const THOUSANDS = `(?<=(?<![0-9])[0-9]{1,3})[${THOUSANDS_SIGN}](?=[0-9]{3}(?![0-9]))`
/** Digits that no blank divides. */
const GROUP = new RegExp(`[0-9]+(?:(?:[${DASH}${MIDDLE_DOT}]+|${THOUSANDS})[0-9]+)*`, 'gu')
/** Groups with nothing but blanks and dashes between them. */
const CHAIN = new RegExp(`${GROUP.source}(?:[${BLANK}${DASH}${MIDDLE_DOT}]+${GROUP.source})*`, 'gu')

/** These write words without blanks between them, so that a letter beside the code is the next word. */
const UNSPACED_SCRIPTS = [
  'Han',
  'Hira',
  'Kana',
  'Bopo',
  'Hang',
  'Thai',
  'Laoo',
  'Khmr',
  'Mymr',
  'Tibt',
]
  .map((script) => `\\p{scx=${script}}`)
  .join('')
/** Directly beside digits, these make another word of them: `0x493027`, `493027e5`, `493027@qq.com`. */
const WORD = `(?![${UNSPACED_SCRIPTS}])[@\\p{L}\\p{M}\\p{N}]`
/** After a letter a dash is a hyphen, as in `OTP-493027`. */
const SIGN = `(?<![\\p{L}\\p{N}])[${PLUS}${DASH}]`
const BELONGS_BEFORE = new RegExp(`(?:${WORD}|${SIGN})$`, 'u')
const BELONGS_AFTER = new RegExp(`^${WORD}`, 'u')

const ONLY_FILLING = new RegExp(`^[${BLANK}${DASH}${INVISIBLE}]*$`, 'u')
const NO_TEXT = /(?!\s)[\p{Cc}\p{Cs}]/u
const DROPPED = new RegExp(`[${INVISIBLE}]`, 'gu')

/** Whether nothing was typed: no value, or only blanks, dashes and invisible characters. */
export function isMissingCode(typed: unknown): boolean {
  if (typed === undefined || typed === null) return true
  return typeof typed === 'string' && typed.length <= MAX_TYPED_LENGTH && ONLY_FILLING.test(typed)
}

/**
 * Reads a code as users type and paste it, and returns it in ASCII digits. Labels, quotes, bullets and whole
 * sentences beside the code are ignored, and so are blanks and dashes between its digits, which may be those of
 * any script.
 *
 * What may be a slip is rejected, because a wrong code uses up an attempt.
 *
 * @param digits the length of the pending code
 * @returns `undefined` unless the text holds exactly one code of this length: for two different ones, letters
 *   inside, a sign directly before it, any other length, and values that are not strings (a number has lost its
 *   leading zeros).
 */
export function parseCode(typed: unknown, digits: number): string | undefined {
  if (typeof typed !== 'string' || typed.length > MAX_TYPED_LENGTH) return undefined
  if (NO_TEXT.test(typed)) return undefined
  const text = typed.replace(DROPPED, '').replace(/\p{Nd}/gu, asciiDigit)
  const codes = new Set<string>()
  for (const chain of text.matchAll(CHAIN)) {
    for (const { start, end } of placesIn(chain, digits)) {
      if (!standsAlone(text, start, end)) continue
      const place = text.slice(start, end)
      codes.add(onlyDigits(place))
      // `493 027 10` may also be one code of eight digits. In `04:24 493027` the code is one group.
      if ([...place.matchAll(GROUP)].length > 1) codes.add(onlyDigits(chain[0]))
    }
  }
  const [code] = codes
  return codes.size === 1 ? code : undefined
}

/** Where neighbouring groups of a chain have exactly `digits` digits together. */
function placesIn({ 0: chain, index }: RegExpExecArray, digits: number) {
  const groups = [...chain.matchAll(GROUP)]
  return groups.flatMap((first, from) => {
    let count = 0
    const last = groups.slice(from).find(([group]) => {
      count += onlyDigits(group).length
      return count >= digits
    })
    if (last === undefined || count !== digits) return []
    return [{ start: index + first.index, end: index + last.index + last[0].length }]
  })
}

function standsAlone(text: string, start: number, end: number): boolean {
  return !BELONGS_BEFORE.test(text.slice(0, start)) && !BELONGS_AFTER.test(text.slice(end))
}

function onlyDigits(text: string): string {
  return text.replace(/[^0-9]/g, '')
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
