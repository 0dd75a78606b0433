/**
 * Reads an SMTP URL; `undefined` where it isn't one. A password with an unencoded `/`, `?` or `#` cuts the
 * host short, and what is taken for the host is the user's name then: something follows the host, and such
 * a URL is none, before anybody connects.
 */
export function parseSmtpUrl(value: unknown): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const url = new URL(value)
  const isSmtp = /^smtps?:$/.test(url.protocol) && url.hostname !== ''
  const isCutShort = url.pathname.length > 1 || url.hash !== '' || url.search.includes('@')
  return isSmtp && !isCutShort ? url : undefined
}
