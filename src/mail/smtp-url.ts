/**
 * Reads an SMTP URL. Returns `undefined` if it is not one.
 *
 * An unencoded `/`, `?` or `#` in the password ends the host early: the URL parser takes the user name for
 * the host, and the rest of the login follows it. Such a URL is rejected before anything connects.
 */
export function parseSmtpUrl(value: unknown): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const url = new URL(value)
  const isSmtp = /^smtps?:$/.test(url.protocol) && url.hostname !== ''
  const isCutShort = url.pathname.length > 1 || url.hash !== '' || url.search.includes('@')
  return isSmtp && !isCutShort ? url : undefined
}
