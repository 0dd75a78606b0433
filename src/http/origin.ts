import type { RequestLike } from '../passport/types.js'
import { headerOf } from './header.js'

/**
 * Whether a page of another site sent this request (login CSRF: it would sign the visitor in to the
 * attacker's account). Browsers say it in `Sec-Fetch-Site`; where that is absent (old browsers, plain
 * http), `Origin` is held against the application's own. Clients that send neither are not browsers.
 */
export function isCrossSite(
  req: RequestLike,
  allowed: { readonly origin: string | undefined; readonly trustedOrigins: readonly string[] },
): boolean {
  const origin = headerOf(req, 'origin')
  if (typeof origin === 'string' && allowed.trustedOrigins.includes(origin)) return false
  const site = headerOf(req, 'sec-fetch-site')
  // A proxy may have doubled the header: one "cross-site" in it is enough.
  if (String(site).includes('cross-site')) return true
  if (site === 'same-origin' || site === 'same-site' || site === 'none') return false
  if (allowed.origin === undefined || origin === undefined) return false
  return origin !== allowed.origin
}
