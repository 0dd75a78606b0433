import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { cookieName, readCookies, setCookie } from '../http/cookies.js'
import { canSetHeaders } from '../http/response.js'
import type { Settings } from '../options/settings.js'
import type { Exchange } from './exchange.js'

/**
 * The cookie that a browser receives once it has proven an address: a random id, the second in which it
 * expires, and their MAC together with the strategy's name and the address's hash. It is valid for one strategy
 * and address, and chooses a send budget. It signs no user in, and makes no code easier to guess.
 */
const LIFETIME_SECONDS = 180 * 24 * 60 * 60

const ID_BYTES = 16
const EXPIRY_BYTES = 6
const MAC_BYTES = 32
const COOKIE = /^[\w-]{72}$/

/** Whether the request comes from a browser that has proven this address before. */
export function isKnownBrowser({ settings, req }: Exchange, addressHash: string): boolean {
  const { knownBrowsers, name } = settings
  if (!knownBrowsers) return false
  return readCookies(req, cookieName(name, 'device')).some((cookie) => {
    if (!COOKIE.test(cookie)) return false
    const bytes = Buffer.from(cookie, 'base64url')
    const signed = bytes.subarray(0, ID_BYTES + EXPIRY_BYTES)
    const isOurs = timingSafeEqual(macOf(settings, signed, addressHash), bytes.subarray(-MAC_BYTES))
    return isOurs && Date.now() < signed.readUIntBE(ID_BYTES, EXPIRY_BYTES) * 1000
  })
}

/** Whether the browser has proven this address before; `undefined` where no cookie could have told. */
export function browserOf(exchange: Exchange, addressHash: string): 'known' | 'new' | undefined {
  if (!exchange.settings.knownBrowsers || !canSetHeaders(exchange.req)) return undefined
  return isKnownBrowser(exchange, addressHash) ? 'known' : 'new'
}

/** Marks the browser as known by setting a cookie, where the host allows it. */
export function setKnownBrowserCookie({ settings, req }: Exchange, addressHash: string): void {
  const { knownBrowsers, name } = settings
  if (!knownBrowsers) return
  const signed = Buffer.alloc(ID_BYTES + EXPIRY_BYTES)
  randomBytes(ID_BYTES).copy(signed)
  signed.writeUIntBE(Math.floor(Date.now() / 1000) + LIFETIME_SECONDS, ID_BYTES, EXPIRY_BYTES)
  const mac = macOf(settings, signed, addressHash)
  const value = Buffer.concat([signed, mac]).toString('base64url')
  setCookie(req, { name: cookieName(name, 'device'), value, lifetimeSeconds: LIFETIME_SECONDS })
}

function macOf({ browserKey, name }: Settings, signed: Buffer, addressHash: string): Buffer {
  // The hash has a fixed length, so no two names and hashes run together to the same text.
  return createHmac('sha256', browserKey).update(signed).update(addressHash).update(name).digest()
}
