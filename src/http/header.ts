import type { RequestLike } from '../passport/types.js'

/**
 * Reads one header of a request by its lower-case name. Web-style requests have a `Headers` object. Without
 * this distinction it would seem to be empty, and a cross-site request would not be recognized.
 */
export function headerOf({ headers }: RequestLike, name: string): unknown {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined
  return (headers as Record<string, unknown>)[name]
}
