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

const ASKS = 20
const WINDOW_MINUTES = 15

/**
 * Limits one client that asks for many codes; the strategy limits the mails to one address.
 * Mount it where codes are asked for, not where they are entered.
 */
export function limitAsking() {
  return rateLimit({
    windowMs: WINDOW_MINUTES * 60_000,
    limit: ASKS,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler(_req, res) {
      const minutes = Math.ceil(Number(res.getHeader('Retry-After')) / 60)
      res.status(429).render('error', {
        title: 'Too many codes',
        text:
          'Too many codes were asked for from your network. ' +
          `Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. ` +
          'A code that you already have still works.',
      })
    },
  })
}
