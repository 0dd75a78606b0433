import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** The keys of one secret, and the short public name by which a pending state finds them again. */
export interface CodeKey {
  readonly kid: string
  /** Makes codes. */
  readonly key: KeyObject
  /** Seals pending states that wait with the client. */
  readonly tokenKey: KeyObject
}

/**
 * One key for each use, derived from the secret with HKDF-SHA256 (RFC 5869), so that no two uses can
 * ever be confused. A `KeyObject` keeps the bytes out of logs and `util.inspect`.
 */
function deriveBytes(secret: Uint8Array, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `passport-email-otp/v1/${label}`, 32))
}

export function codeKey(secret: Uint8Array): CodeKey {
  return {
    kid: deriveBytes(secret, 'kid').subarray(0, 4).toString('hex'),
    key: createSecretKey(deriveBytes(secret, 'code')),
    tokenKey: createSecretKey(deriveBytes(secret, 'token')),
  }
}

/** The key for counters. It comes from the counter secret, so that counts survive a rotation. */
export function addressHashKey(counterSecret: Uint8Array): KeyObject {
  return createSecretKey(deriveBytes(counterSecret, 'address'))
}

/** The key for the cookies of known devices. It outlives a rotation, as counts do. */
export function deviceKey(counterSecret: Uint8Array): KeyObject {
  return createSecretKey(deriveBytes(counterSecret, 'device'))
}

/**
 * What the store and the logs know an address by: 128 bits of an HMAC, so that neither can be searched for
 * addresses without the secret.
 */
export function hashAddress(key: KeyObject, email: string): string {
  return createHmac('sha256', key).update(email).digest().subarray(0, 16).toString('base64url')
}

/** What the store knows a challenge by: a copy of the store names no challenge that a code belongs to. */
export function hashChallenge(id: string): string {
  return createHash('sha256')
    .update(Buffer.from(id, 'base64url'))
    .digest()
    .subarray(0, 16)
    .toString('base64url')
}
