/**
 * A text with its escapes decoded, as bytes: each character of `bytes` is one byte of UTF-8. Letters are
 * lower-cased.
 */
export interface DecodedView {
  readonly bytes: string
  /** Where the source of a byte begins; for `bytes.length`, where the text ends. */
  sourceOf(index: number): number
}

interface Encoding {
  /** A text without it has no escape of this encoding. */
  readonly sign: string
  /** One escape. */
  readonly pattern: RegExp
  /** The bytes that an escape stands for. */
  decode(groups: Readonly<Record<string, string | undefined>>): string
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ...([
    ['n', '\n'],
    ['r', '\r'],
    ['t', '\t'],
    ['b', '\b'],
    ['f', '\f'],
  ] as const),
  ...([
    ['amp', '&'],
    ['quot', '"'],
    ['apos', "'"],
    ['lt', '<'],
    ['gt', '>'],
  ] as const),
  ...([
    ['nbsp', '\u00a0'],
    ['commat', '@'],
    ['plus', '+'],
  ] as const),
])

const BYTE = '(?<hex>[0-9a-f]{2})'
/** A byte that is a sign in ASCII. The letters of `=adam` are not an escape then. */
const SIGN_BYTE = '(?<hex>2[0-9a-f]|3[a-f]|40|5[b-f]|60|7[b-e])'

/**
 * How programs write the characters of an address or a code in a text. What looks like an escape may also be the
 * text itself, as in `list-17=adam.example@acme.example`, so each encoding gives a view of its own.
 */
const ENCODINGS: readonly Encoding[] = [
  // URLs, encoded once and twice.
  { sign: '%', pattern: new RegExp(`%${BYTE}`, 'gi'), decode: byteOf },
  { sign: '%25', pattern: new RegExp(`%25${BYTE}`, 'gi'), decode: byteOf },
  // Quoted-printable, in mails and encoded words (RFC 2045 and 2047). A line may break anywhere.
  { sign: '=', pattern: new RegExp(`=(?:${BYTE}|\\r?\\n)`, 'gi'), decode: byteOf },
  { sign: '=', pattern: new RegExp(`=(?:${SIGN_BYTE}|\\r?\\n)`, 'gi'), decode: byteOf },
  // xtext, in delivery status notifications (RFC 3461).
  { sign: '+', pattern: new RegExp(`\\+${SIGN_BYTE}`, 'gi'), decode: byteOf },
  // Quoted local parts, JSON, and strings of programs.
  {
    sign: '\\',
    pattern:
      /\\(?:x(?<hex>[0-9a-f]{2})|u(?<unit>[0-9a-f]{4})|u\{(?<point>[0-9a-f]{1,6})\}|(?<char>.))/giu,
    decode: ({ hex, unit, point, char = '' }) => {
      const digits = hex ?? unit ?? point
      return digits === undefined
        ? bytesOf(NAMED.get(char) ?? char.toLowerCase())
        : pointOf(digits, 16)
    },
  },
  {
    sign: '&',
    pattern: /&(?:#(?<dec>\d{1,7})|#x(?<hex>[0-9a-f]{1,6})|(?<name>[a-z]+));/giu,
    decode: ({ dec, hex, name = '' }) => {
      if (dec !== undefined) return pointOf(dec, 10)
      return hex === undefined ? bytesOf(NAMED.get(name) ?? '?') : pointOf(hex, 16)
    },
  },
]

/** Views of a text: as it is, and for each encoding whose sign it has, with that encoding's escapes decoded. */
export function decodedViews(text: string): readonly DecodedView[] {
  const present = ENCODINGS.filter(({ sign }) => text.includes(sign))
  return [undefined, ...present].map((encoding) => viewOf(text, encoding))
}

function viewOf(text: string, encoding: Encoding | undefined): DecodedView {
  const pieces: string[] = []
  const sources: number[] = []
  const add = (bytes: string, source: number) => {
    pieces.push(bytes)
    for (let n = 0; n < bytes.length; n += 1) sources.push(source)
  }
  let done = 0
  const addAsItIs = (end: number) => {
    for (const character of text.slice(done, end)) {
      add(bytesOf(character.toLowerCase()), done)
      done += character.length
    }
  }
  for (const found of encoding ? text.matchAll(encoding.pattern) : []) {
    addAsItIs(found.index)
    add(encoding?.decode(found.groups ?? {}) ?? '', done)
    done += found[0].length
  }
  addAsItIs(text.length)
  return { bytes: pieces.join(''), sourceOf: (index) => sources[index] ?? text.length }
}

/** A text as bytes of UTF-8, each written as one character. */
export function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** A line break that is encoded stands for nothing. */
function byteOf({ hex }: { readonly hex?: string | undefined }): string {
  return hex === undefined ? '' : String.fromCharCode(Number.parseInt(hex, 16))
}

function pointOf(digits: string, radix: number): string {
  const point = Number.parseInt(digits, radix)
  return bytesOf(point <= 0x10ffff ? String.fromCodePoint(point).toLowerCase() : '?')
}
