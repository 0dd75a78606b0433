import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { headerOf } from '../http/header.js'
import { appendHeader } from '../http/response.js'
import type { Settings } from '../options/settings.js'
import type { RequestLike } from '../passport/types.js'

/**
 * The cookie that a browser gets once it has proven an address: a random id, the second in which it ends,
 * and their MAC together with the address's key. It is good for one address, and chooses a send budget:
 * it signs nobody in, and no code is easier to guess with it.
 */
const LIFE_SECONDS = 180 * 24 * 60 * 60

const ID_BYTES = 16
const END_BYTES = 6
const MAC_BYTES = 32
const COOKIE = /^[\w-]{72}$/

/** Whether the request comes from a browser that has proven this address before. */
export function isKnownDevice(settings: Settings, req: RequestLike, addressKey: string): boolean {
  if (!settings.knownDevices) return false
  return readCookies(req, cookieName(settings)).some((cookie) => {
    if (!COOKIE.test(cookie)) return false
    const bytes = Buffer.from(cookie, 'base64url')
    const signed = bytes.subarray(0, ID_BYTES + END_BYTES)
    const isOurs = timingSafeEqual(macOf(settings, signed, addressKey), bytes.subarray(-MAC_BYTES))
    return isOurs && Date.now() < signed.readUIntBE(ID_BYTES, END_BYTES) * 1000
  })
}

/** Lets the browser be known from now on. Where the host's response can't carry a cookie, it stays a stranger. */
export function rememberDevice(settings: Settings, req: RequestLike, addressKey: string): void {
  if (!settings.knownDevices) return
  const signed = Buffer.alloc(ID_BYTES + END_BYTES)
  randomBytes(ID_BYTES).copy(signed)
  signed.writeUIntBE(Math.floor(Date.now() / 1000) + LIFE_SECONDS, ID_BYTES, END_BYTES)
  const value = Buffer.concat([signed, macOf(settings, signed, addressKey)]).toString('base64url')
  const attributes = ['Path=/', `Max-Age=${LIFE_SECONDS}`, 'HttpOnly', 'SameSite=Lax']
  if (isSecure(req)) attributes.push('Secure')
  appendHeader(req, 'Set-Cookie', `${cookieName(settings)}=${value}; ${attributes.join('; ')}`)
}

function macOf({ deviceKey }: Settings, signed: Buffer, addressKey: string): Buffer {
  return createHmac('sha256', deviceKey).update(signed).update(addressKey).digest()
}

/** A cookie's name takes fewer characters (RFC 6265) than a strategy's. */
export function cookieName({ name }: Pick<Settings, 'name'>): string {
  return `${encodeURIComponent(name).replace(/[()*']/g, '_')}.device`
}

/** Every value of that name: a page of a subdomain may have put another one beside it. */
function readCookies(req: RequestLike, name: string): string[] {
  return String(headerOf(req, 'cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
}

/** As Express says it, which knows about proxies; else by the connection. */
function isSecure(req: RequestLike): boolean {
  const { secure, protocol, socket } = req as {
    readonly secure?: unknown
    readonly protocol?: unknown
    readonly socket?: { readonly encrypted?: unknown } | undefined
  }
  return secure === true || protocol === 'https' || socket?.encrypted === true
}
