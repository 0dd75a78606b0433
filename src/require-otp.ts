import type { IncomingMessage, ServerResponse } from 'node:http'
import { EmailOtpError } from './errors.js'
import type { Core } from './flow/exchange.js'
import { hasProof, keepsProofs } from './flow/fresh-proof.js'
import { catalogueFor } from './flow/language.js'
import { subjectOf } from './flow/recipient.js'
import { requireRenewalAtLogOut } from './flow/renew-session.js'
import { tell } from './flow/tell.js'
import { headerOf } from './http/header.js'
import { localPath } from './http/local-path.js'
import { sendJson } from './http/response.js'
import { isNewSession, requireSession, sessionIdOf } from './http/session.js'
import { infoFor } from './info.js'
import { checkPurpose } from './options/purposes.js'
import type { RequestLike } from './passport/types.js'
import { statusOf } from './reasons.js'
import { describe } from './util/describe.js'
import { checkNames, optionReader } from './util/option-reader.js'
import { member } from './util/own.js'
import { setUpError } from './util/set-up-error.js'

/** Options of `emailOtp.requireOtp`. */
export interface RequireOtpOptions {
  /** The purpose that must have been proven: one of the strategy's `purposes`. Default `'login'`. */
  readonly purpose?: string | undefined
  /** How long a proof is valid, in seconds, 10 to 86 400. Default 300 (5 minutes). */
  readonly maxAgeSeconds?: number | undefined
  /**
   * The path of the page that requests the code, for browsers. Without it, every client receives 401 in
   * JSON. The way back is stored in `req.session.returnTo`, if the request was a GET.
   */
  readonly redirectTo?: string | undefined
  /**
   * The path of the page that signs users in, for browsers of users who are not signed in. Without it, they
   * receive `not_signed_in` (401) in JSON. The way back is stored for those who have a session: a guard starts
   * none. A session counts as the visitor's if the visitor sent its id in a cookie, or if it says `isNew: false`.
   */
  readonly signInAt?: string | undefined
  /**
   * Paths that stay open where a whole application is guarded: exact ones (`'/confirm'`), or everything
   * below one (`'/public/*'`). `redirectTo` and `signInAt` are always among them.
   */
  readonly except?: readonly string[] | undefined
}

/** A middleware for any host that calls `(req, res, next)` with Node's objects. */
export type Guard = (
  req: IncomingMessage & RequestLike,
  res: ServerResponse,
  next: (err?: unknown) => void,
) => void

const OWNER = 'requireOtp'

/** Characters. Sessions are stored, and any client can request a long path. */
const MAX_WAY_BACK_LENGTH = 2048

/** A star that is not at the end, or a query, would match no request; a pattern for everything would guard nothing. */
const PATTERN = /^(?:\/|\/[^*?#]+?(?:\/\*)?)$/

/** Makes a guard for routes that need a fresh proof. @throws TypeError for a wrong option. */
export function requireOtp(core: Core, options: RequireOtpOptions = {}): Guard {
  const { settings } = core
  const { maxAgeMs, pages, isOpen, ...given } = readGuardOptions(options)
  const purpose = checkPurpose(settings.purposes, given.purpose)
  if (!keepsProofs(settings)) {
    throw setUpError(
      `${OWNER}: the strategy needs subjectFromRequest and emailFromRequest, and pendingIn "session": ` +
        'a proof belongs to a user and a session',
      'docs/guides/confirm-sensitive-actions.md',
    )
  }

  async function rejectionOf(req: RequestLike) {
    const subject = await subjectOf({ settings, req })
    if (subject === undefined) return infoFor('not_signed_in')
    requireSession(req)
    if (sessionIdOf(req) === undefined) {
      throw new EmailOtpError(
        'session_required',
        `${OWNER}: this session has no id (req.sessionID), so a proof could outlive it: use express-session`,
      )
    }
    requireRenewalAtLogOut(req)
    const isProven = hasProof({ settings, req }, { subject, purpose, maxAgeMs })
    return isProven ? undefined : infoFor('otp_required')
  }

  return (req, res, next) => {
    const path = pathOf(req)
    if (isOpen(path)) return next()
    rejectionOf(req)
      .then((info) => {
        if (!info) return next()
        const page = pages[info.reason]
        if (page === undefined || !acceptsHtml(req)) {
          const { reasons } = catalogueFor(core, req)
          return sendJson(res, statusOf(info.reason), tell(reasons, info))
        }
        keepWayBack(req)
        res.writeHead(303, { Location: page, 'Cache-Control': 'no-store' }).end()
      })
      .catch(next)
  }
}

function readGuardOptions(options: RequireOtpOptions) {
  checkNames(OWNER, options, ['purpose', 'maxAgeSeconds', 'redirectTo', 'signInAt', 'except'])
  const read = optionReader(OWNER, options)
  const page = (name: 'redirectTo' | 'signInAt', example: string) => {
    const path = read.value(name)
    if (path === undefined) return undefined
    const local = localPath(path)
    if (local !== undefined && !local.includes('*')) return local
    throw read.wrong(name, path, `a path of this site without "*", such as "${example}"`)
  }
  const redirectTo = page('redirectTo', '/confirm')
  const signInAt = page('signInAt', '/login')
  const expected = 'an array of paths, each such as "/confirm" or "/public/*"'
  const except = read.arrayOf('except', isPattern, expected)
  const openPages = [redirectTo, signInAt]
    .filter((path) => path !== undefined)
    .map((path) => new URL(path, 'http://x').pathname)
  return {
    purpose: read.value('purpose'),
    pages: { otp_required: redirectTo, not_signed_in: signInAt },
    maxAgeMs: read.wholeNumber('maxAgeSeconds', { fallback: 300, min: 10, max: 86_400 }) * 1000,
    isOpen: (path: string) =>
      openPages.includes(path) || except.some((pattern) => matches(pattern, path)),
  }
}

function isPattern(path: unknown): path is string {
  return localPath(path) !== undefined && PATTERN.test(String(path))
}

/** Matches exactly. A path that a router could read in another way stays guarded. */
function matches(pattern: string, path: string): boolean {
  if (!pattern.endsWith('/*')) return path === pattern
  return path.startsWith(pattern.slice(0, -1)) && !/\.\.|\/\/|\\|%2e|%2f|%5c/i.test(path)
}

/** The path of the request, also where the guard is mounted below a path. */
function pathOf(req: IncomingMessage): string {
  return urlOf(req).split(/[?#]/, 1)[0] ?? ''
}

function urlOf(req: IncomingMessage): string {
  const originalUrl = member(req, 'originalUrl')
  const url = originalUrl === undefined ? req.url : originalUrl
  return typeof url === 'string' ? url : describe(url)
}

function acceptsHtml(req: RequestLike): boolean {
  return String(headerOf(req, 'accept') ?? '').includes('text/html')
}

/**
 * In the session, where Passport's `successReturnToOrRedirect` reads it, and not in a URL, which an attacker can
 * write. A visitor without a session gets none for it.
 */
function keepWayBack(req: IncomingMessage & RequestLike): void {
  const wayBack = req.method === 'GET' ? localPath(urlOf(req)) : undefined
  if (wayBack === undefined || wayBack.length > MAX_WAY_BACK_LENGTH || isNewSession(req)) return
  requireSession(req).returnTo = wayBack
}
