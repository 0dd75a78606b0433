import type { Reader } from './reader.js'

/**
 * The origin of a page in an application's shell or in an extension, as a browser sends it: a scheme, a host and
 * perhaps a port. Such schemes have no rules of their own, so it is compared as a whole string.
 */
const SHELL_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[\w.-]+(?::\d+)?$/

/** Schemes whose pages send `null`, which every sandboxed page of every site sends too. */
const OPAQUE_SCHEMES = ['file:', 'data:', 'blob:', 'about:', 'javascript:']

/** Reads the application's own origin, and those of other pages that may post to it. @throws TypeError */
export function readOrigins(read: Reader) {
  const origin = read.value('origin')
  const bare = '(no path, no slash at the end)'
  if (origin !== undefined && !isWebOrigin(origin)) {
    const expected = `a bare origin, such as "https://app.example.com" ${bare}`
    throw read.wrong('origin', origin, expected)
  }
  const expected =
    'an array of bare origins, each such as "https://app.example.com" or ' +
    `"capacitor://localhost" ${bare}`
  return {
    origin: origin as string | undefined,
    trustedOrigins: read.arrayOf('trustedOrigins', isTrustedOrigin, expected),
  }
}

function isTrustedOrigin(value: unknown): value is string {
  if (isWebOrigin(value)) return true
  if (typeof value !== 'string' || !SHELL_ORIGIN.test(value) || !URL.canParse(value)) return false
  // The parser knows the rules of these: a browser would send another spelling, or none at all.
  const { protocol, origin } = new URL(value)
  return origin === 'null' && !OPAQUE_SCHEMES.includes(protocol)
}

function isWebOrigin(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  // No browser sends a `*`. An application that writes one expects it to match hosts, and it would match none.
  return /^https?:[^*]+$/.test(value) && new URL(value).origin === value
}
