import type { Request, RequestHandler, Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { type LoginFormOptions, loginPageHashes } from 'passport-email-otp'

/**
 * Forbids inline code but the script of the sign-in form, resources of other sites, and showing the pages in a frame
 * of another site.
 */
export function securityHeaders(origin: string | undefined) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: [loginPageHashes.script],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        frameSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        // On plain http this would redirect browsers to an https server that does not exist.
        upgradeInsecureRequests: origin?.startsWith('https:') ? [] : null,
      },
    },
    // With "no-referrer", helmet's default, browsers would send `Origin: null` with the app's own forms.
    referrerPolicy: { policy: 'same-origin' },
  })
}

/**
 * Rejects forms that other sites send, also at /logout, which the strategy does not see. Mounted before the
 * sessions: browsers send such a form without the app's cookie, and the answer must not set a new one, which
 * would sign the user out.
 */
export function rejectCrossSite(origin: string | undefined): RequestHandler {
  return (req, res, next) => {
    if (req.method !== 'POST' || !isCrossSite(req, origin)) return next()
    res.status(403).render('error', {
      title: 'This request came from another site',
      text: 'Open the page on this site and try again.',
    })
  }
}

/** Older browsers, and all on plain http, send no Sec-Fetch-Site. Their Origin has to be the app's own. */
function isCrossSite(req: Request, origin: string | undefined): boolean {
  const site = req.get('sec-fetch-site')
  if (site !== undefined) return site === 'cross-site'
  const sentFrom = req.get('origin')
  return origin !== undefined && sentFrom !== undefined && sentFrom !== origin
}

const WINDOW_MINUTES = 15

export const TOO_MANY_REQUESTED = 'Too many codes were requested from your network.'
export const TOO_MANY_ENTERED = 'Too many codes were entered from your network.'

/** Draws the sign-in page. */
type ShowForm = (req: Request, res: Response, options: LoginFormOptions) => void

/**
 * Limits how many codes one client can request. The strategy limits the mails to one address. The routes pin
 * their step, so no body makes a request look like an attempt; with one route for both, `emailOtp.stepOf(req)`
 * tells them apart.
 */
export const limitCodeRequests = (show: ShowForm) => limitClient(20, TOO_MANY_REQUESTED, show)

/**
 * Limits how many codes one client can enter. An attempt without a cookie creates a session, so unlimited attempts
 * would fill the session store.
 */
export const limitCodeAttempts = (show: ShowForm) => limitClient(100, TOO_MANY_ENTERED, show)

function limitClient(limit: number, whatIsBlocked: string, show: ShowForm) {
  return rateLimit({
    windowMs: WINDOW_MINUTES * 60_000,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler(req, res) {
      const retryAfterSeconds = Number(res.getHeader('Retry-After'))
      const minutes = Math.ceil(retryAfterSeconds / 60)
      const whenToRetry =
        minutes === 1 ? 'Try again in 1 minute.' : `Try again in ${minutes} minutes.`
      const message = `${whatIsBlocked} ${whenToRetry}`
      res.status(429)
      show(req, res, {
        outcome: { reason: 'rate_limited', next: 'wait', message, retryAfterSeconds },
      })
    },
  })
}
