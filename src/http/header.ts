import type { RequestLike } from '../passport/types.js'

/**
 * One header of a request, by its lower-case name. Web-style requests have a `Headers` object; read like
 * Node's, it would seem to have none, and no request would ever look cross-site.
 */
export function headerOf({ headers }: RequestLike, name: string): unknown {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined
  return (headers as Record<string, unknown>)[name]
}
