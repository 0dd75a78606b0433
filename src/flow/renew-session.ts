import { EmailOtpError } from '../errors.js'
import {
  requireRenewableSession,
  requireSession,
  saveSession,
  sessionIdOf,
  sessionOf,
} from '../http/session.js'
import type { RequestLike } from '../passport/types.js'
import { member, own } from '../util/own.js'

// Session fixation: an attacker plants a session id in the victim's browser before the sign-in. Passport renews
// the session at a login since version 0.6, unless an application has patched it.

type Done = (err?: unknown) => void
type LogIn = (this: unknown, user: unknown, options: unknown, done: Done) => void

/**
 * Wraps `req.logIn` and `req.login`, so that a login renews the session where Passport has not. Passport's part
 * of the session is carried over, and all of it with `keepSessionInfo`. Sessions without an id (cookie-session)
 * cannot be compared and are left alone.
 */
export function renewSessionAtLogIn(req: RequestLike): void {
  for (const name of ['logIn', 'login']) {
    const logIn = member(req, name)
    if (typeof logIn !== 'function') continue
    const wrapped = (user: unknown, optionsOrDone: unknown, maybeDone?: unknown) => {
      const isShort = typeof optionsOrDone === 'function'
      const options = isShort ? {} : (optionsOrDone ?? {})
      const done = isShort ? optionsOrDone : maybeDone
      // Without a callback Passport throws: its own words are the best ones.
      if (typeof done !== 'function') return (logIn as LogIn).call(req, user, options, done as Done)
      const idBefore = sessionIdOf(req)
      return (logIn as LogIn).call(req, user, options, (err) => {
        const isRenewed = idBefore === undefined || sessionIdOf(req) !== idBefore
        if (err || isRenewed || own(options, 'session') === false) return done(err)
        renew(req, own(options, 'keepSessionInfo') === true).then(() => done(), done as Done)
      })
    }
    Object.defineProperty(req, name, { value: wrapped, configurable: true, writable: true })
  }
}

async function renew(req: RequestLike, keepsAll: boolean): Promise<void> {
  const before = requireRenewableSession(req)
  const key = passportKeyOf(req)
  const kept = keepsAll ? { ...before } : { [key]: own(before, key) }
  const regenerate = member(before, 'regenerate') as (callback: Done) => unknown
  await new Promise<void>((resolve, reject) => {
    const returned = regenerate.call(before, (err) => (err ? reject(err) : resolve()))
    if (returned instanceof Promise) returned.then(() => resolve(), reject)
  })
  const session = requireSession(req)
  for (const [name, value] of Object.entries(kept)) {
    // The new session has its own cookie settings and id.
    if (name !== 'cookie' && name !== 'id') session[name] = value
  }
  await saveSession(session)
}

/** Whether a user is signed in by the session, and not only by this request. */
export function isSignedInBySession(req: RequestLike): boolean {
  const user = own(own(sessionOf(req), passportKeyOf(req)), 'user')
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

const renewing = new WeakMap<object, boolean>()

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
  let isRenewing = renewing.get(manager)
  if (isRenewing === undefined) {
    isRenewing = tryLogOut(manager, logOut as (this: unknown, req: unknown, done: Done) => void)
    renewing.set(manager, isRenewing)
  }
  return isRenewing
}

function tryLogOut(manager: object, logOut: (req: unknown, done: Done) => void): boolean {
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
    logOut.call(manager, { session, _passport: { session: state } }, () => {})
  } catch {
    return false
  }
  return isRenewed
}
