import { EmailOtpError } from '../errors.js'
import type { RequestLike } from '../passport/types.js'
import { member } from '../util/own.js'
import { headerOf } from './header.js'

export type Session = Record<string, unknown>

/** Returns the request's session, or `undefined` if it has none. */
export function sessionOf(req: RequestLike): Session | undefined {
  const session = member(req, 'session')
  return typeof session === 'object' && session !== null ? (session as Session) : undefined
}

/** Returns the request's session. @throws EmailOtpError `session_required`, before an attempt is used */
export function requireSession(req: RequestLike): Session {
  const session = sessionOf(req)
  if (session) return session
  throw new EmailOtpError(
    'session_required',
    'req.session is missing: add express-session (or your framework’s session) before this route, ' +
      'and check that its store is connected',
  )
}

/** The error of a session that does not have the property that was just written, such as a proxy of another shape. */
export function unreadableSession(): EmailOtpError {
  return new EmailOtpError(
    'session_required',
    'req.session does not keep its properties as an object does: use express-session, cookie-session or ' +
      '@fastify/session, and not @fastify/secure-session',
  )
}

/** Returns the session if Passport can renew it at a login. @throws EmailOtpError `session_required` */
export function requireRenewableSession(req: RequestLike): Session {
  const session = requireSession(req)
  if (typeof member(session, 'regenerate') === 'function') return session
  throw new EmailOtpError(
    'session_required',
    'req.session.regenerate is missing, and Passport needs it at a login: use express-session ' +
      'instead of cookie-session, or add regenerate and save to the session',
  )
}

/**
 * Returns the session's id, from the places where express-session and other frameworks keep it. An enumerable
 * property of the session is data of the application, also where it is called `id`.
 */
export function sessionIdOf(req: RequestLike): string | undefined {
  const session = sessionOf(req)
  const ofSession = ['id', 'sessionId']
    .filter((name) => !Object.prototype.propertyIsEnumerable.call(session ?? {}, name))
    .map((name) => member(session, name))
  const ids = [member(req, 'sessionID'), ...ofSession]
  return ids.find((id): id is string => typeof id === 'string' && id !== '')
}

/**
 * Whether the session was made for this request, so that the client does not have it yet. Sessions say so
 * themselves (`isNew`), or the client has sent the session's id in a cookie.
 */
export function isNewSession(req: RequestLike): boolean {
  const session = sessionOf(req)
  if (!session) return true
  const isNew = member(session, 'isNew')
  if (typeof isNew === 'boolean') return isNew
  const id = sessionIdOf(req)
  const cookies = String(headerOf(req, 'cookie') ?? '')
  return id === undefined || !(cookies.includes(id) || cookies.includes(encodeURIComponent(id)))
}

/**
 * Whether the session's cookie is `SameSite=Strict`, where the host says so: on the session, as express-session and
 * its like, or in its options, as cookie-session.
 */
export function isSameSiteOnly(req: RequestLike): boolean {
  const sameSite =
    member(member(sessionOf(req), 'cookie'), 'sameSite') ??
    member(member(req, 'sessionOptions'), 'sameSite')
  return sameSite === true || String(sameSite).toLowerCase() === 'strict'
}

/** Saves the session now. The host saves a session without a `save` method at the end of the request. */
export async function saveSession(session: Session): Promise<void> {
  const save = member(session, 'save')
  if (typeof save === 'function') await settled((done) => save.call(session, done))
}

/** Waits for a method that calls back, as express-session's do, or returns a promise, as those of other hosts do. */
export function settled(call: (done: (err?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const returned = call((err) => (err ? reject(err) : resolve()))
    // express-session calls back, and returns the session.
    if (typeof member(returned, 'then') === 'function') {
      Promise.resolve(returned).then(() => resolve(), reject)
    }
  })
}
