import type { RequestLike } from '../passport/types.js'
import { headerOf } from './header.js'

/**
 * Whether a page of another site sent this request. In a login CSRF, such a page would sign the user in to the
 * attacker's account. Browsers send `Sec-Fetch-Site`. Without it (old browsers, plain http), `Origin` is
 * compared with the application's own origin. Clients that send neither are not browsers.
 */
export function isCrossSite(
  req: RequestLike,
  allowed: { readonly origin: string | undefined; readonly trustedOrigins: readonly string[] },
): boolean {
  const origin = headerOf(req, 'origin')
  if (typeof origin === 'string' && allowed.trustedOrigins.includes(origin)) return false
  const site = headerOf(req, 'sec-fetch-site')
  // A proxy may have repeated the header: one "cross-site" in it is enough.
  if (String(site).includes('cross-site')) return true
  if (site === 'same-origin' || site === 'same-site' || site === 'none') return false
  if (allowed.origin === undefined || origin === undefined) return false
  return origin !== allowed.origin
}
