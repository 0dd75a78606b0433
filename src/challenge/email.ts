import { domainToASCII, domainToUnicode } from 'node:url'
import { BLANK, INVISIBLE } from './invisible.js'

/** UTF-16 units, including what is dropped around the address. A longer input is rejected unread. */
const LONGEST_INPUT = 1024

/**
 * Dot-atom, `@`, host name with a dot. The last label has two characters or more and starts with a letter,
 * so that IP addresses are rejected. Maximum lengths: address 254, local part 64, label 63 (RFC 5321,
 * section 4.5.3.1, and RFC 1035). No flags, because `i` and `u` together would accept U+212A as a `k`.
 */
const ADDRESS =
  /^(?=.{3,254}$)(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$/

/** A domain that `domainToASCII` only lower-cases, if the last label begins with a letter. No label is punycode. */
const PLAIN_DOMAIN = /^(?!.*--)[A-Za-z0-9.-]*$/

const UNSEEN = `[${BLANK}${INVISIBLE}]`
const UNSEEN_ANYWHERE = new RegExp(UNSEEN, 'gu')
/** Looks behind, because `x+$` would start at each of a thousand blanks. */
const UNSEEN_AROUND = new RegExp(`^${UNSEEN}+|(?<!${UNSEEN})${UNSEEN}+$`, 'gu')

/**
 * Reads a typed address and returns it lower-cased, its domain in ASCII form.
 *
 * One mailbox must have one spelling, or an attacker could escape the limits of an address with another
 * spelling. Blanks and invisible characters around the address are dropped, because they come along when it
 * is pasted. Any other input that would need a correction is rejected.
 *
 * @returns `undefined` unless the value is one plain address: for lists, display names, comments, quotes,
 *   IP addresses, parts that are too long, and values that are not strings.
 */
export function parseEmail(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST_INPUT) return undefined
  const [, local, domain] = /^([^@]*)@([^@]*)$/.exec(value.replace(UNSEEN_AROUND, '')) ?? []
  if (local === undefined || domain === undefined) return undefined

  const address = `${local}@${asciiDomain(domain)}`
  return ADDRESS.test(address) ? address.toLowerCase() : undefined
}

/**
 * Whether a rejected address is right but for blanks or invisible characters inside it. The user cannot see what
 * is wrong with it.
 */
export function hasUnseenInside(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > LONGEST_INPUT) return false
  const seen = value.replace(UNSEEN_ANYWHERE, '')
  return parseEmail(value) === undefined && parseEmail(seen) !== undefined
}

/**
 * Returns the form of a domain that DNS uses, in either case; empty if only a correction would make it a domain.
 *
 * `domainToASCII` corrects its input: it maps `x．org` to `x.org` and `127.1` to an IP address, and drops
 * zero-width spaces. A mail client does the same later. So the result is converted back and compared.
 */
function asciiDomain(domain: string): string {
  if (PLAIN_DOMAIN.test(domain)) return domain
  const ascii = domainToASCII(domain)
  const unicode = domainToUnicode(ascii)
  // Punycode that does not decode, or decodes to another name. Node.js 20 and 24 differ in what they accept.
  if (/(?:^|\.)xn--/.test(unicode) || domainToASCII(unicode) !== ascii) return ''

  const isAscii = /^[!-~]*$/.test(domain)
  if (isAscii) return ascii === domain.toLowerCase() ? ascii : ''

  // U+212A is the only letter that NFC itself converts to an ASCII letter. U+0130 is the capital `i` of a Turkish
  // keyboard: a user who types `GMA\u0130L.COM` does not mean the domain with an `i` and a second dot.
  if (/[\u0130\u212A]/.test(domain)) return ''
  return unicode === domain.normalize('NFC').toLowerCase() ? ascii : ''
}

/**
 * Masks an address that `parseEmail` returned, for a page that other people may see: `a•••@example.com`.
 * There are always three bullets, so that the length is hidden too.
 */
export function maskEmail(email: string): string {
  return `${email.slice(0, 1)}•••${email.slice(email.lastIndexOf('@'))}`
}
