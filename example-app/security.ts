import type { RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'

/** Nothing inline, nothing from elsewhere, and no page of ours inside another site's. */
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
        // On plain http this would send browsers to an https that is not there.
        upgradeInsecureRequests: origin?.startsWith('https:') ? [] : null,
      },
    },
    // Under "no-referrer", helmet's default, browsers send `Origin: null` with the app's own forms.
    referrerPolicy: { policy: 'same-origin' },
  })
}

/**
 * Refuses forms that other sites send. Before the sessions: browsers send such a form without our cookie, and
 * the answer must not bring a new one, which would sign the visitor out.
 */
export const refuseOtherSites: RequestHandler = (req, res, next) => {
  if (req.method !== 'POST' || req.get('sec-fetch-site') !== 'cross-site') return next()
  res.status(403).render('error', {
    title: 'This came from another site',
    text: 'Open the page here and try again.',
  })
}

const WINDOW_MINUTES = 15

/** Limits one client that asks for many codes; the strategy limits the mails to one address. */
export const limitAsking = () => limitClient(20)

/** Limits one client that enters many codes: each without a cookie makes a session, each with one a message. */
export const limitEntering = () => limitClient(100)

function limitClient(limit: number) {
  return rateLimit({
    windowMs: WINDOW_MINUTES * 60_000,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler(_req, res) {
      const minutes = Math.ceil(Number(res.getHeader('Retry-After')) / 60)
      res.status(429).render('error', {
        title: 'Too many codes',
        text:
          'Too many codes were asked for, or entered, from your network. ' +
          `Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. ` +
          'A code that you already have still works.',
      })
    },
  })
}
