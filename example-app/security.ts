import type { Request, RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'

/** Forbids inline code, resources of other sites, and showing the pages in a frame of another site. */
export function securityHeaders(origin: string | undefined) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
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

/**
 * Limits how many codes one client can request. The strategy limits the mails to one address. The routes pin
 * their step, so no body makes a request look like an attempt; with one route for both, `emailOtp.stepOf(req)`
 * tells them apart.
 */
export const limitCodeRequests = () => limitClient(20)

/**
 * Limits how many codes one client can enter. An attempt without a cookie creates a session, and one with a
 * cookie adds a message to its session, so unlimited attempts would fill the session store.
 */
export const limitCodeAttempts = () => limitClient(100)

function limitClient(limit: number) {
  return rateLimit({
    windowMs: WINDOW_MINUTES * 60_000,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler(_req, res) {
      const minutes = Math.ceil(Number(res.getHeader('Retry-After')) / 60)
      const whenToRetry =
        minutes === 1 ? 'Try again in 1 minute.' : `Try again in ${minutes} minutes.`
      res.status(429).render('error', {
        title: 'Too many codes',
        text:
          `Too many codes were requested, or entered, from your network. ${whenToRetry} ` +
          'A code that you already have still works.',
      })
    },
  })
}
