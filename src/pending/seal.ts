import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { CodeKey } from '../challenge/keys.js'
import { type PendingState, readPendingState } from './state.js'

/** Characters. A pending state with the longest address, subject and `remembered` is well below this. */
const MAX_TOKEN_LENGTH = 8192

// AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D, 8.2.2): safe for 2^32 tokens of one key.
const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

export interface SealSettings {
  readonly name: string
  readonly codeKeys: readonly [CodeKey, ...CodeKey[]]
  readonly digits: number
}

/** `kid.nonce‖ciphertext‖tag`: the key's name is in clear, so that exactly one key is tried. */
export function seal({ name, codeKeys }: SealSettings, state: PendingState): string {
  const codeKey = codeKeys.find(({ kid }) => kid === state.kid) ?? codeKeys[0]
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, codeKey.tokenKey, nonce).setAAD(Buffer.from(name))
  const sealed = [nonce, cipher.update(JSON.stringify(state)), cipher.final(), cipher.getAuthTag()]
  return `${codeKey.kid}.${Buffer.concat(sealed).toString('base64url')}`
}

/** Returns `undefined` if the token was changed, belongs to another strategy or names an unknown key. */
export function unseal(settings: SealSettings, token: string): PendingState | undefined {
  if (token.length > MAX_TOKEN_LENGTH) return undefined
  const [kid, encoded = '', ...rest] = token.split('.')
  const codeKey = settings.codeKeys.find((candidate) => candidate.kid === kid)
  const sealed = Buffer.from(encoded, 'base64url')
  // Node skips characters that are not base64url; one token must have one spelling.
  if (rest.length > 0 || sealed.toString('base64url') !== encoded) return undefined
  if (!codeKey || sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
  try {
    const decipher = createDecipheriv(CIPHER, codeKey.tokenKey, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(settings.name)).setAuthTag(sealed.subarray(-TAG_BYTES))
    const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
    const state: unknown = JSON.parse(Buffer.concat([text, decipher.final()]).toString())
    return readPendingState(state, settings)
  } catch {
    return undefined
  }
}
