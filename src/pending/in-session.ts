import type { CodeKey } from '../challenge/keys.js'
import {
  requireRenewableSession,
  requireSession,
  type Session,
  saveSession,
  sessionOf,
} from '../http/session.js'
import { readPendingState } from './state.js'
import type { PendingStorage } from './storage.js'

interface SessionSettings {
  readonly sessionKey: string
  readonly codeKeys: readonly CodeKey[]
  readonly digits: number
}

/** Keeps the pending state in `req.session`, so that only the browser that requested the code can answer. */
export function sessionStorage({ sessionKey, ...settings }: SessionSettings): PendingStorage {
  const forget = (session: Session | undefined) => {
    delete session?.[sessionKey]
  }
  return {
    read: (req) => {
      const session = sessionOf(req)
      if (!session || !Object.hasOwn(session, sessionKey)) return undefined
      const state = readPendingState(session[sessionKey], settings)
      if (!state) forget(session)
      return state
    },
    write: (req, state) => {
      requireSession(req)[sessionKey] = state
    },
    forget: (req) => forget(sessionOf(req)),
    require: requireSession,
    requireRenewable: requireRenewableSession,
    save: (req) => saveSession(requireSession(req)),
    tokenFor: () => undefined,
  }
}
