import type { RequestLike } from '../passport/types.js'
import { headerOf } from './header.js'

/** One language of an `Accept-Language` header (RFC 9110, 12.5.4). */
export interface LanguageRange {
  /** A language tag, or `*` for any other language. */
  readonly tag: string
  /** How much the reader wants it, above 0 to 1; 0 for a language that the reader does not want. */
  readonly quality: number
}

/** Characters. Browsers send less than 100. The rest of a longer header is ignored, because any client can send it. */
const MAX_LENGTH = 1000
const MAX_RANGES = 32

const RANGE = /^([a-z0-9*-]{1,64})(?:\s*;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i

/** Reads the languages that a request accepts, the most wanted first. What is not a language is skipped. */
export function acceptedLanguages(req: RequestLike): LanguageRange[] {
  const header = headerOf(req, 'accept-language')
  const text = Array.isArray(header) ? header.join() : typeof header === 'string' ? header : ''
  return text
    .slice(0, MAX_LENGTH)
    .split(',', MAX_RANGES)
    .flatMap((range) => {
      const [, tag, quality = '1'] = RANGE.exec(range.trim()) ?? []
      return tag === undefined ? [] : [{ tag, quality: Number(quality) }]
    })
    .sort((a, b) => b.quality - a.quality)
}
