import {
  requireRenewableSession,
  requireSession,
  type Session,
  saveSession,
  sessionIdOf,
  sessionOf,
  unreadableSession,
} from '../http/session.js'
import type { RequestLike } from '../passport/types.js'
import { own, withoutUndefined } from '../util/own.js'
import { type SealSettings, seal, unseal } from './seal.js'
import { readPendingState } from './state.js'
import type { PendingStorage } from './storage.js'

interface SessionSettings extends SealSettings {
  readonly sessionKey: string
}

/**
 * Keeps the pending state in `req.session`, so that only the browser that requested the code can answer. A session
 * without an id is stored in a cookie as a whole (cookie-session): there the state is encrypted, because anyone
 * who sees the cookie could read the address and the user's id of a second factor.
 */
export function sessionStorage(settings: SessionSettings): PendingStorage {
  const { sessionKey } = settings
  const forget = (session: Session | undefined) => {
    delete session?.[sessionKey]
  }
  return {
    read: (req) => {
      const session = sessionOf(req)
      const value = own(session, sessionKey)
      if (value === undefined) return undefined
      const state = typeof value === 'string' ? unseal(settings, value) : readInClear(req, value)
      if (!state) forget(session)
      return state
    },
    write: (req, state) => {
      const session = requireSession(req)
      session[sessionKey] =
        sessionIdOf(req) === undefined ? seal(settings, state) : withoutUndefined(state)
      // The right code would be `no_pending_code`.
      if (own(session, sessionKey) === undefined) throw unreadableSession()
    },
    forget: (req) => forget(sessionOf(req)),
    require: requireSession,
    requireRenewable: requireRenewableSession,
    save: (req) => saveSession(requireSession(req)),
    tokenFor: () => undefined,
  }

  function readInClear(req: RequestLike, value: unknown) {
    return sessionIdOf(req) === undefined ? undefined : readPendingState(value, settings)
  }
}
