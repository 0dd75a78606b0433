import { EmailOtpError } from '../errors.js'
import {
  requireRenewableSession,
  requireSession,
  saveSession,
  sessionIdOf,
  sessionOf,
  settled,
} from '../http/session.js'
import type { RequestLike } from '../passport/types.js'
import { member, own } from '../util/own.js'

// Session fixation: an attacker plants a session id in the victim's browser before the sign-in. Passport renews
// the session at a login since version 0.6, unless an application has patched it.

type Done = (err?: unknown) => void
type Method = (this: unknown, ...args: unknown[]) => unknown

/**
 * Wraps Passport's `req.logIn` and `req.login`, so that a login renews the session where Passport has not.
 * Passport's part of the session is carried over, and all of it with `keepSessionInfo`. Sessions without an id
 * (cookie-session) cannot be compared and are left alone, and so is the login of any other package.
 */
export function renewSessionAtLogIn(req: RequestLike): void {
  for (const name of ['logIn', 'login']) {
    const logIn = member(req, name)
    if (typeof logIn !== 'function') continue
    const value = (...args: unknown[]) => (logIn as Method).apply(req, renewing(req, args))
    Object.defineProperty(req, name, { value, configurable: true, writable: true })
  }
}

/** The arguments of a login: `(user, done)` or `(user, options, done)`, with a callback that renews first. */
function renewing(req: RequestLike, args: unknown[]): unknown[] {
  const done = args.at(-1)
  const options = typeof args[1] === 'function' ? undefined : args[1]
  const idBefore = sessionIdOf(req)
  const writesSession = own(options, 'session') !== false
  const isPassports = typeof sessionManagerOf(req) === 'object'
  if (typeof done !== 'function' || idBefore === undefined || !writesSession || !isPassports) {
    return args
  }
  const renewThenDone: Done = (err) => {
    if (err || sessionIdOf(req) !== idBefore) return done(err)
    renew(req, own(options, 'keepSessionInfo') === true).then(
      () => done(),
      (error: unknown) => {
        forgetUser(req)
        done(error)
      },
    )
  }
  return [...args.slice(0, -1), renewThenDone]
}

async function renew(req: RequestLike, keepsAll: boolean): Promise<void> {
  const before = requireRenewableSession(req)
  const key = passportKeyOf(req)
  const kept = keepsAll ? { ...before } : { [key]: own(before, key) }
  await settled((done) => (member(before, 'regenerate') as Method).call(before, done))
  const session = requireSession(req)
  for (const [name, value] of Object.entries(kept)) {
    // The new session has its own cookie settings and id.
    if (name !== 'cookie' && name !== 'id') session[name] = value
  }
  await saveSession(session)
}

/** The session could not be renewed, so its old id must not be signed in. */
function forgetUser(req: RequestLike): void {
  const session = sessionOf(req)
  if (session) delete session[passportKeyOf(req)]
  const property = member(req, '_userProperty')
  Object.assign(req, { [typeof property === 'string' ? property : 'user']: null })
}

/** Whether a user is signed in by the session, and not only by this request. */
export function isSignedInBySession(req: RequestLike): boolean {
  const part = own(sessionOf(req), passportKeyOf(req))
  if (part === undefined || part === null) return false
  // Passport keeps an object with the user in it, and @fastify/passport the serialized user itself.
  if (typeof part !== 'object' || !Object.hasOwn(part, 'user')) {
    return typeof part !== 'object' || Object.keys(part).length > 0
  }
  const user = own(part, 'user')
  return user !== undefined && user !== null
}

/** The property of the session that Passport uses. */
function passportKeyOf(req: RequestLike): string {
  const key = member(sessionManagerOf(req), '_key')
  return typeof key === 'string' ? key : 'passport'
}

/** Passport's session manager, where its versions keep it; `undefined` for other hosts. */
function sessionManagerOf(req: RequestLike): unknown {
  return (
    member(req, '_sessionManager') ?? member(member(member(req, '_passport'), 'instance'), '_sm')
  )
}

const knownManagers = new WeakMap<object, boolean>()

/**
 * A fresh proof ends with its session. @throws EmailOtpError `session_required` where a logout does not renew the
 * session: a logout and a new login would then leave an identical session, and the proof would survive.
 */
export function requireRenewalAtLogOut(req: RequestLike): void {
  if (renewsAtLogOut(req)) return
  throw new EmailOtpError(
    'session_required',
    'This Passport does not renew the session at a logout, so a fresh proof would survive it: use ' +
      'Passport 0.6 or newer, without a patch of its session manager',
  )
}

/**
 * Whether a logout through Passport renews the session, as it does since version 0.6. Tried out once for each
 * session manager, on a request made up here, because a login would call the application's serializer. Hosts
 * without such a manager are taken to renew.
 */
function renewsAtLogOut(req: RequestLike): boolean {
  const manager = sessionManagerOf(req)
  const logOut = member(manager, 'logOut')
  if (typeof manager !== 'object' || manager === null || typeof logOut !== 'function') return true
  let isRenewing = knownManagers.get(manager)
  if (isRenewing === undefined) {
    isRenewing = tryLogOut(manager, logOut as Method)
    knownManagers.set(manager, isRenewing)
  }
  return isRenewing
}

function tryLogOut(manager: object, logOut: Method): boolean {
  let isRenewed = false
  const state = { user: 'probe' }
  const session = {
    [String(member(manager, '_key'))]: state,
    save: (done: Done) => done(),
    regenerate: (done: Done) => {
      isRenewed = true
      done()
    },
    destroy: (done: Done) => {
      isRenewed = true
      done()
    },
  }
  try {
    const returned: unknown = logOut.call(
      manager,
      { session, _passport: { session: state } },
      () => {},
    )
    // Whether an asynchronous one renews cannot be seen here.
    if (typeof member(returned, 'then') !== 'function') return isRenewed
    Promise.resolve(returned).catch(() => {})
    return true
  } catch {
    return false
  }
}
