import type { IncomingMessage, ServerResponse } from 'node:http'
import { EmailOtpError } from './errors.js'
import type { Core, Exchange } from './flow/exchange.js'
import { hasProof } from './flow/fresh-proof.js'
import { subjectOf } from './flow/recipient.js'
import { headerOf } from './http/header.js'
import { localPath } from './http/local-path.js'
import { sendJson } from './http/response.js'
import { requireSession, sessionIdOf } from './http/session.js'
import { infoFor, statusOf } from './info.js'
import { checkPurpose, LOGIN } from './options/purposes.js'
import type { RequestLike } from './passport/types.js'
import { describe } from './util/describe.js'
import { checkNames, optionReader } from './util/option-reader.js'

/** Options of `emailOtp.requireOtp`. */
export interface RequireOtpOptions {
  /** The purpose that must have been proven: one of the strategy's `purposes`. Default `'login'`. */
  readonly purpose?: string | undefined
  /** How long a proof is valid, in seconds, 10 to 86 400. Default 300 (5 minutes). */
  readonly maxAgeSeconds?: number | undefined
  /**
   * The page of this site that requests the code, for browsers. Without it, every client receives 401 in
   * JSON. The way back is stored in `req.session.returnTo`, if the request was a GET.
   */
  readonly redirectTo?: string | undefined
  /**
   * Paths that stay open where a whole application is guarded: exact ones (`'/confirm'`), or everything
   * below one (`'/public/*'`). `redirectTo` is always among them.
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
  const { maxAgeMs, redirectTo, isOpen } = readGuardOptions(options)
  const purpose = checkPurpose(settings.purposes, options.purpose ?? LOGIN)
  if (!settings.subjectFromRequest || settings.pendingIn !== 'session') {
    throw new TypeError(
      `${OWNER}: the strategy needs subjectFromRequest and emailFromRequest, and pendingIn "session": ` +
        'a proof belongs to a user and a session',
    )
  }

  async function rejectionOf(exchange: Exchange) {
    const subject = await subjectOf(exchange)
    if (subject === undefined) return infoFor('not_signed_in')
    requireSession(exchange.req)
    if (sessionIdOf(exchange.req) === undefined) {
      throw new EmailOtpError(
        'session_required',
        `${OWNER}: this session has no id (req.sessionID), so a proof could outlive it: use express-session`,
      )
    }
    const isProven = hasProof(exchange, { subject, purpose, maxAgeMs })
    return isProven ? undefined : infoFor('otp_required')
  }

  return (req, res, next) => {
    const path = pathOf(req)
    if (isOpen(path)) return next()
    rejectionOf({ ...core, req })
      .then((info) => {
        if (!info) return next()
        if (redirectTo === undefined || !acceptsHtml(req)) {
          return sendJson(res, statusOf(info.reason), info)
        }
        keepWayBack(req)
        res.writeHead(303, { Location: redirectTo, 'Cache-Control': 'no-store' }).end()
      })
      .catch(next)
  }
}

function readGuardOptions(options: RequireOtpOptions) {
  checkNames(OWNER, options, ['purpose', 'maxAgeSeconds', 'redirectTo', 'except'])
  const read = optionReader(OWNER, options)
  const { redirectTo, except = [] } = options
  if (redirectTo !== undefined && localPath(redirectTo) === undefined) {
    throw read.wrong('redirectTo', redirectTo, 'a path of this site, such as "/confirm"')
  }
  if (!Array.isArray(except) || !except.every((path) => localPath(path) && PATTERN.test(path))) {
    throw read.wrong('except', except, 'an array of paths, each such as "/confirm" or "/public/*"')
  }
  const open =
    redirectTo === undefined ? except : [...except, new URL(redirectTo, 'http://x').pathname]
  return {
    redirectTo,
    maxAgeMs: read.wholeNumber('maxAgeSeconds', { fallback: 300, min: 10, max: 86_400 }) * 1000,
    isOpen: (path: string) => open.some((pattern) => matches(pattern, path)),
  }
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
  const { originalUrl = req.url } = req as { originalUrl?: unknown; url?: unknown }
  return typeof originalUrl === 'string' ? originalUrl : describe(originalUrl)
}

function acceptsHtml(req: RequestLike): boolean {
  return String(headerOf(req, 'accept') ?? '').includes('text/html')
}

/** In the session, where Passport's `successReturnToOrRedirect` reads it, and not in a URL, which an attacker can write. */
function keepWayBack(req: IncomingMessage & RequestLike): void {
  const wayBack = req.method === 'GET' ? localPath(urlOf(req)) : undefined
  if (wayBack !== undefined && wayBack.length <= MAX_WAY_BACK_LENGTH) {
    requireSession(req).returnTo = wayBack
  }
}
