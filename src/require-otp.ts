import type { IncomingMessage, ServerResponse } from 'node:http'
import { EmailOtpError } from './errors.js'
import { hasProof, sessionIdOf } from './flow/fresh-proof.js'
import { subjectOf } from './flow/recipient.js'
import { headerOf } from './http/header.js'
import { localPath } from './http/local-path.js'
import { sendJson } from './http/response.js'
import { askAgain, notSignedIn, statusOf } from './info.js'
import { checkPurpose } from './options/purposes.js'
import type { Settings } from './options/settings.js'
import type { RequestLike } from './passport/types.js'
import { requireSession } from './pending/in-session.js'
import { LOGIN } from './pending/state.js'
import { checkNames, describe, optionReader } from './util/option-reader.js'

/** Options of `emailOtp.requireOtp`. */
export interface RequireOtpOptions {
  /** What must have been proven: one of the strategy's `purposes`. Default `'login'`. */
  readonly purpose?: string | undefined
  /** How long a proof lasts, in seconds, 10 to 86 400. Default 300 (5 minutes). */
  readonly maxAgeSeconds?: number | undefined
  /**
   * The page of this site that asks for the code, for browsers; without it everybody gets 401 in JSON.
   * The way back waits in `req.session.returnTo`, where the request was a GET.
   */
  readonly redirectTo?: string | undefined
  /**
   * Paths that are left open where a whole application is guarded: exact ones (`'/confirm'`), or
   * everything below one (`'/public/*'`). `redirectTo` is among them anyway.
   */
  readonly except?: readonly string[] | undefined
}

/** A middleware for anything that speaks Node's `(req, res, next)`. */
export type Guard = (
  req: IncomingMessage & RequestLike,
  res: ServerResponse,
  next: (err?: unknown) => void,
) => void

const OWNER = 'requireOtp'

const MAX_WAY_BACK_LENGTH = 2048

/** A star anywhere but at the end, or a query, would match nothing that anybody asks for; all of it, nothing guards. */
const PATTERN = /^(?:\/|\/[^*?#]+?(?:\/\*)?)$/

/** Makes the guard of routes that need a fresh proof. @throws TypeError for a wrong option. */
export function requireOtp(settings: Settings, options: RequireOtpOptions = {}): Guard {
  const { maxAgeMs, redirectTo, isOpen } = readOptions(options)
  const purpose = checkPurpose(settings.purposes, options.purpose ?? LOGIN)
  if (!settings.subjectFromRequest || settings.challenge !== 'session') {
    throw new TypeError(
      `${OWNER}: the strategy needs subjectFromRequest and emailFromRequest, and challenge "session": ` +
        'a proof belongs to a user and a session',
    )
  }

  async function refusal(req: RequestLike) {
    const subject = await subjectOf(settings, req)
    if (subject === undefined) return notSignedIn()
    requireSession(req)
    if (sessionIdOf(req) === undefined) {
      throw new EmailOtpError(
        'session_required',
        `${OWNER}: this session has no id (req.sessionID), so a proof could outlive it: use express-session`,
      )
    }
    const proven = hasProof(settings, req, { subject, purpose, maxAgeMs })
    return proven ? undefined : askAgain('otp_required')
  }

  return (req, res, next) => {
    const path = pathOf(req)
    if (isOpen(path)) return next()
    refusal(req)
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

function readOptions(options: RequireOtpOptions) {
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

/** To the letter: whatever a router might read in another way stays guarded. */
function matches(pattern: string, path: string): boolean {
  if (!pattern.endsWith('/*')) return path === pattern
  return path.startsWith(pattern.slice(0, -1)) && !/\.\.|\/\/|\\|%2e|%2f|%5c/i.test(path)
}

/** The path that was asked for, wherever the guard is mounted. */
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

/** In the session, where Passport's own `successReturnToOrRedirect` looks for it: not in a URL that anybody can write. */
function keepWayBack(req: IncomingMessage & RequestLike): void {
  const wayBack = req.method === 'GET' ? localPath(urlOf(req)) : undefined
  // Sessions are stored, and anybody can ask for a long path.
  if (wayBack !== undefined && wayBack.length <= MAX_WAY_BACK_LENGTH)
    requireSession(req).returnTo = wayBack
}
