import type { RequestLike } from '../passport/types.js'
import { member, own } from '../util/own.js'

/**
 * Reads one header of a request by its lower-case name. Web-style requests have a `Headers` object. Without
 * this distinction it would seem to be empty, and a cross-site request would not be recognized.
 */
export function headerOf(req: RequestLike, name: string): unknown {
  const headers = member(req, 'headers')
  const get = member(headers, 'get')
  return typeof get === 'function' ? (get.call(headers, name) ?? undefined) : own(headers, name)
}
