import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** The keys of one secret, and the short public id with which a pending state names them. */
export interface CodeKey {
  readonly kid: string
  /** Makes codes. */
  readonly key: KeyObject
  /** Encrypts pending states that are kept with the client. */
  readonly tokenKey: KeyObject
  /** Makes the public ids of challenges. */
  readonly publicIdKey: KeyObject
  /** Makes the ids of challenges from what two clicks have in common. */
  readonly wishKey: KeyObject
  /** Makes the cookies of trusted browsers. */
  readonly trustKey: KeyObject
}

/**
 * Derives one key for each use with HKDF-SHA256 (RFC 5869), so that a value made for one use is never valid
 * for another. Callers keep the bytes in a `KeyObject`, which logs and `util.inspect` do not show.
 */
function deriveBytes(secret: Uint8Array, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `passport-email-otp/v1/${label}`, 32))
}

export function deriveCodeKey(secret: Uint8Array): CodeKey {
  return {
    kid: deriveBytes(secret, 'kid').subarray(0, 4).toString('hex'),
    key: createSecretKey(deriveBytes(secret, 'code')),
    tokenKey: createSecretKey(deriveBytes(secret, 'token')),
    publicIdKey: createSecretKey(deriveBytes(secret, 'public-id')),
    wishKey: createSecretKey(deriveBytes(secret, 'wish')),
    trustKey: createSecretKey(deriveBytes(secret, 'trusted-browser')),
  }
}

/** Derives the key of the address hashes from the counter secret, so that counts survive a rotation. */
export function deriveAddressHashKey(counterSecret: Uint8Array): KeyObject {
  return createSecretKey(deriveBytes(counterSecret, 'address'))
}

/** Derives the key of the known browsers' cookies from the counter secret: they survive a rotation too. */
export function deriveBrowserKey(counterSecret: Uint8Array): KeyObject {
  return createSecretKey(deriveBytes(counterSecret, 'device'))
}

/**
 * Returns the name of an address in the store and in events: 128 bits of an HMAC. Without the secret, an
 * attacker with a copy of the store or the logs cannot search them for addresses.
 */
export function hashAddress(key: KeyObject, email: string): string {
  return createHmac('sha256', key).update(email).digest().subarray(0, 16).toString('base64url')
}

/** Returns the name of a challenge in the store. A copy of the store does not contain the ids of challenges. */
export function hashChallenge(id: string): string {
  return createHash('sha256')
    .update(Buffer.from(id, 'base64url'))
    .digest()
    .subarray(0, 16)
    .toString('base64url')
}

/** One letter for each hexadecimal digit. Consonants only, because with vowels an id could be a word. */
const PUBLIC_ID_LETTERS = 'bcdfghjkmnpqrstv'

/**
 * Returns the id by which a page knows a challenge: 64 bits of an HMAC, as letters. Neither the challenge's id nor
 * its code follows from it. With digits in it, a phone could offer to fill it in as a code.
 */
export function publicIdOf(key: KeyObject, id: string): string {
  const mac = createHmac('sha256', key).update(Buffer.from(id, 'base64url')).digest('hex')
  return mac.slice(0, 16).replace(/./g, (digit) => PUBLIC_ID_LETTERS.charAt(parseInt(digit, 16)))
}
