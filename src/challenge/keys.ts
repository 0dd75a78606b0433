import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

/** The key that makes codes, and the short public name by which a pending state finds it again. */
export interface CodeKey {
  readonly kid: string
  readonly key: KeyObject
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
  }
}

/** The key for counters. It comes from the counter secret, so that counts survive a rotation. */
export function addressHashKey(counterSecret: Uint8Array): KeyObject {
  return createSecretKey(deriveBytes(counterSecret, 'address'))
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
