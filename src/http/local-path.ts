/** Stands for this site while a path is looked at. Nobody can have it (RFC 2606). */
const HERE = 'http://here.invalid'

/**
 * A path on this site, as it is, or `undefined` for anything that would lead elsewhere: `//evil.example`,
 * `/\evil.example`, `https://…`, a path with control characters. For ways back that came from a request.
 */
export function localPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\/[!-~]*$/.test(value) || value.includes('\\')) {
    return undefined
  }
  // Browsers and URL parsers agree on what a path means; a pattern of our own might not.
  if (!URL.canParse(value, HERE)) return undefined
  const { origin, pathname } = new URL(value, HERE)
  // `/.//evil.example` stays here until something between tidies it up to `//evil.example`.
  return origin === HERE && !pathname.startsWith('//') ? value : undefined
}
