import type { CodeKey } from '../challenge/keys.js'
import { EmailOtpError } from '../errors.js'
import type { RequestLike } from '../passport/types.js'
import { isPendingState } from './state.js'
import type { PendingPlace } from './storage.js'

export type Session = Record<string, unknown>

/** The request's session, or `undefined` where there is none. */
export function sessionOf({ session }: RequestLike): Session | undefined {
  return typeof session === 'object' && session !== null ? (session as Session) : undefined
}

/** The request's session. @throws EmailOtpError `session_required`, before anything is used up. */
export function requireSession(req: RequestLike): Session {
  const session = sessionOf(req)
  if (session) return session
  throw new EmailOtpError(
    'session_required',
    'req.session is missing: add express-session (or your framework’s session) before this route, ' +
      'and see that its store is connected',
  )
}

/** Keeps the pending state in `req.session`, so that only the browser that asked can answer. */
export function sessionPlace({
  sessionKey,
  ...settings
}: {
  readonly sessionKey: string
  readonly codeKeys: readonly CodeKey[]
  readonly digits: number
}): PendingPlace {
  const forget = (session: Session | undefined) => {
    delete session?.[sessionKey]
  }
  return {
    read: (req) => {
      const session = sessionOf(req)
      if (!session || !Object.hasOwn(session, sessionKey)) return undefined
      const state = session[sessionKey]
      if (isPendingState(state, settings)) return state
      forget(session)
      return undefined
    },
    write: (req, state) => {
      requireSession(req)[sessionKey] = state
    },
    forget: (req) => forget(sessionOf(req)),
    require: requireSession,
    requireRenewable: (req) => requireRegenerate(requireSession(req)),
    save: (req) => saveSession(requireSession(req)),
    tokenFor: () => undefined,
  }
}

function requireRegenerate(session: Session): void {
  if (typeof session.regenerate === 'function') return
  throw new EmailOtpError(
    'session_required',
    'req.session.regenerate is missing, and Passport needs it at a login: use express-session ' +
      'instead of cookie-session, or add regenerate and save to the session',
  )
}

/**
 * Writes the session to its store now. Before the mail, or an impatient second submit would find no pending
 * challenge and make the first mail's code useless. A session without `save` writes itself at the end.
 */
async function saveSession(session: Session): Promise<void> {
  const { save } = session
  if (typeof save !== 'function') return
  await new Promise<void>((resolve, reject) => {
    const returned: unknown = save.call(session, (err: unknown) => (err ? reject(err) : resolve()))
    // Some hosts answer with a promise and never call back; express-session returns the session.
    if (returned instanceof Promise) returned.then(() => resolve(), reject)
  })
}
