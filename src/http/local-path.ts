/** Stands for this site while a path is parsed. The domain cannot be registered (RFC 2606). */
const HERE = 'http://here.invalid'

/**
 * Returns a path on this site unchanged, and `undefined` for anything that would lead to another site:
 * `//evil.example`, `/\evil.example`, `https://…`, a path with control characters. Use it for a return path
 * that came from a request.
 */
export function localPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\/[!-~]*$/.test(value) || value.includes('\\')) {
    return undefined
  }
  // The URL parser interprets a path as browsers do. A pattern of our own might not.
  if (!URL.canParse(value, HERE)) return undefined
  const { origin, pathname } = new URL(value, HERE)
  // `/.//evil.example` is a path of this site, but a proxy may normalize it to `//evil.example`.
  return origin === HERE && !pathname.startsWith('//') ? value : undefined
}
