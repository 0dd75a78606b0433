import { domainToASCII, domainToUnicode } from 'node:url'

/** UTF-16 units, blanks around the address included; a longer input is not looked at. */
const LONGEST_INPUT = 1024

/**
 * Dot-atom, `@`, host name with a dot; the last label has two characters or more and starts with a
 * letter, so that no IP address passes. Whole address 254, local part 64, label 63 (RFC 5321
 * section 4.5.3.1, RFC 1035). No flags: `i` and `u` together would let U+212A pass for `k`.
 */
const ADDRESS =
  /^(?=.{3,254}$)(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$/

/**
 * Reads what a person typed as one plain address: lower-cased, its domain in ASCII form.
 *
 * One mailbox must have one spelling, or limits per address mean nothing. So blanks around it (space
 * and tab) are dropped, and whatever else would need mending is refused rather than mended.
 *
 * @returns `undefined` for all that isn't one plain address: lists, display names, comments, quotes,
 *   IP addresses, over-long parts, anything but a string.
 */
export function parseEmail(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST_INPUT) return undefined
  const [, local, domain] = /^[ \t]*([^@ \t]*)@([^@ \t]*)[ \t]*$/.exec(value) ?? []
  if (local === undefined || domain === undefined) return undefined

  const address = `${local}@${asciiDomain(domain)}`
  return ADDRESS.test(address) ? address.toLowerCase() : undefined
}

/**
 * The form of a domain that DNS knows; empty for one that only becomes a domain by being mended.
 *
 * `domainToASCII` maps much that is typed to what is meant: `x．org` to `x.org`, `127.1` to an IP
 * address, and it drops zero-width spaces. A mail client does too, hence the way there and back.
 */
function asciiDomain(domain: string): string {
  const ascii = domainToASCII(domain)
  const unicode = domainToUnicode(ascii)
  // Punycode that stands for nothing, or for another name; Node.js 20 and 24 differ in what they let pass.
  if (/(?:^|\.)xn--/.test(unicode) || domainToASCII(unicode) !== ascii) return ''

  const isAscii = /^[!-~]*$/.test(domain)
  if (isAscii) return ascii === domain.toLowerCase() ? ascii : ''

  // The one letter that NFC itself turns into an ASCII one.
  if (domain.includes('\u212A')) return ''
  return unicode === domain.normalize('NFC').toLowerCase() ? ascii : ''
}

/**
 * Hides an address that `parseEmail` gave, for a page that others may see: `a•••@example.com`.
 * Always three bullets, so that the length isn't told either.
 */
export function maskEmail(email: string): string {
  return `${email.slice(0, 1)}•••${email.slice(email.lastIndexOf('@'))}`
}
