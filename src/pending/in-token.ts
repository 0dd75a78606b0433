import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { CodeKey } from '../challenge/keys.js'
import { bodyField, isJson } from '../http/body.js'
import type { RequestLike } from '../passport/types.js'
import { member } from '../util/own.js'
import { type PendingState, readPendingState } from './state.js'
import type { PendingStorage } from './storage.js'

/** The field of a JSON body in which a client sends its token back, and of `info` in which it receives one. */
const TOKEN_FIELD = 'challengeToken'

/** Characters. A pending state with the longest address, subject and `remembered` is well below this. */
const MAX_TOKEN_LENGTH = 8192

// AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D, 8.2.2): safe for 2^32 tokens of one key.
const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

interface TokenSettings {
  readonly name: string
  readonly codeKeys: readonly [CodeKey, ...CodeKey[]]
  readonly digits: number
}

/**
 * Keeps the pending state with a client that has no cookies, encrypted so that the client can neither read
 * nor change it. It is only read from JSON, which a form on another site cannot send.
 */
export function tokenStorage(settings: TokenSettings): PendingStorage {
  /** What each request has written; `undefined` once it has removed the state. */
  const written = new WeakMap<RequestLike, PendingState | undefined>()
  const readToken = (req: RequestLike) => {
    const token = isJson(req) ? bodyField(member(req, 'body'), TOKEN_FIELD) : undefined
    return typeof token === 'string' ? unseal(settings, token) : undefined
  }
  const read = (req: RequestLike) => (written.has(req) ? written.get(req) : readToken(req))
  return {
    read,
    write: (req, state) => void written.set(req, state),
    forget: (req) => void written.set(req, undefined),
    require: () => {},
    requireRenewable: () => {},
    save: async () => {},
    tokenFor: (req) => {
      const state = read(req)
      return state && seal(settings, state)
    },
  }
}

/** `kid.nonce‖ciphertext‖tag`: the key's name is in clear, so that exactly one key is tried. */
function seal({ name, codeKeys }: TokenSettings, state: PendingState): string {
  const codeKey = codeKeys.find(({ kid }) => kid === state.kid) ?? codeKeys[0]
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, codeKey.tokenKey, nonce).setAAD(Buffer.from(name))
  const sealed = [nonce, cipher.update(JSON.stringify(state)), cipher.final(), cipher.getAuthTag()]
  return `${codeKey.kid}.${Buffer.concat(sealed).toString('base64url')}`
}

/** Returns `undefined` if the token was changed, belongs to another strategy or names an unknown key. */
function unseal(settings: TokenSettings, token: string): PendingState | undefined {
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
