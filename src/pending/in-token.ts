import { bodyField, isJson } from '../http/body.js'
import type { RequestLike } from '../passport/types.js'
import { member } from '../util/own.js'
import { type SealSettings, seal, unseal } from './seal.js'
import type { PendingState } from './state.js'
import type { PendingStorage } from './storage.js'

/** The field of a JSON body in which a client sends its token back, and of `info` in which it receives one. */
export const TOKEN_FIELD = 'challengeToken'

/**
 * Keeps the pending state with a client that has no cookies, encrypted so that the client can neither read
 * nor change it. It is only read from JSON, which a form on another site cannot send.
 */
export function tokenStorage(settings: SealSettings): PendingStorage {
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
