import type { RequestLike } from '../passport/types.js'
import { member } from '../util/own.js'
import { headerOf } from './header.js'
import { appendHeader } from './response.js'

/** The name of a strategy's cookie. It allows fewer characters (RFC 6265) than a strategy's name. */
export function cookieName(strategyName: string, kind: 'device' | 'trusted'): string {
  return `${encodeURIComponent(strategyName).replace(/[()*']/g, '_')}.${kind}`
}

/** Every value of that name: a page of a subdomain may have set a second cookie of the same name. */
export function readCookies(req: RequestLike, name: string): string[] {
  return String(headerOf(req, 'cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
}

/** Sets a cookie that scripts cannot read, where the host sets its response on the request. */
export function setCookie(
  req: RequestLike,
  { name, value, lifetimeSeconds }: { name: string; value: string; lifetimeSeconds: number },
): void {
  const attributes = ['Path=/', `Max-Age=${lifetimeSeconds}`, 'HttpOnly', 'SameSite=Lax']
  if (isSecure(req)) attributes.push('Secure')
  appendHeader(req, 'Set-Cookie', `${name}=${value}; ${attributes.join('; ')}`)
}

/** By Express's properties, which respect its proxy settings; otherwise by the connection. */
function isSecure(req: RequestLike): boolean {
  if (member(req, 'secure') === true || member(req, 'protocol') === 'https') return true
  // The `socket` of a request over HTTP/2 is a proxy that does not show it.
  const connections = [member(req, 'socket'), member(member(req, 'stream'), 'session')]
  return connections.some((connection) => member(connection, 'encrypted') === true)
}
