import { EmailOtpError } from '../errors.js'
import type { RequestLike } from '../passport/types.js'
import type { Settings } from '../settings.js'
import { isPendingState, type PendingState } from './pending.js'

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

/**
 * Passport renews the session at a login. Where that can't work, the error must come before the code is
 * spent. @throws EmailOtpError `session_required`
 */
export function requireRegenerate(session: Session): void {
  if (typeof session.regenerate === 'function') return
  throw new EmailOtpError(
    'session_required',
    'req.session.regenerate is missing, and Passport needs it at a login: use express-session ' +
      'instead of cookie-session, or add regenerate and save to the session',
  )
}

/** The pending state, or `undefined`. One of another shape, or of a key that is gone, is removed on sight. */
export function readPending(
  settings: Settings,
  session: Session | undefined,
): PendingState | undefined {
  if (!session || !Object.hasOwn(session, settings.sessionKey)) return undefined
  const state = session[settings.sessionKey]
  if (isPendingState(state, settings)) return state
  forgetPending(settings, session)
  return undefined
}

export function writePending(settings: Settings, session: Session, state: PendingState): void {
  session[settings.sessionKey] = state
}

export function forgetPending(settings: Settings, session: Session): void {
  delete session[settings.sessionKey]
}

/** Puts a former pending state back, or none where there was none. */
export function restorePending(
  settings: Settings,
  session: Session,
  former: PendingState | undefined,
): void {
  if (former) writePending(settings, session, former)
  else forgetPending(settings, session)
}

/**
 * Writes the session to its store now. Before the mail, or an impatient second submit would find no pending
 * challenge and make the first mail's code useless. A session without `save` writes itself at the end.
 */
export async function saveSession(session: Session): Promise<void> {
  const { save } = session
  if (typeof save !== 'function') return
  await new Promise<void>((resolve, reject) => {
    const returned: unknown = save.call(session, (err: unknown) => (err ? reject(err) : resolve()))
    // Some hosts answer with a promise and never call back; express-session returns the session.
    if (returned instanceof Promise) returned.then(() => resolve(), reject)
  })
}
