import { PENDING_ID_FIELD, TRUST_FIELD } from '../http/body.js'
import { setHeader } from '../http/response.js'
import { LOGIN } from '../options/purposes.js'
import type { PageState } from '../page/state.js'
import type { RequestLike } from '../passport/types.js'
import type { Reason } from '../reasons.js'
import { setUpError } from '../util/set-up-error.js'
import type { Core } from './exchange.js'
import { takeOutcome } from './outcome.js'
import { type CallOptions, readPurpose } from './plain-calls.js'
import { pendingOf } from './result.js'
import { startExchange } from './start-exchange.js'
import { canBeTrusted } from './trusted-browser.js'
import { beginVisit } from './visit.js'

/** The outcomes about the pending code. A page for another purpose does not draw its field, so it does not tell them. */
const ABOUT_PENDING: readonly Reason[] = [
  'code_sent',
  'not_sent',
  'missing_code',
  'malformed_code',
  'invalid_code',
  'expired_code',
  'too_many_attempts',
  'earlier_request',
]

/**
 * What the sign-in page of a request is drawn from.
 * @throws TypeError with `pendingIn: 'token'`: a form cannot send a token
 */
export function pageStateOf(core: Core, req: RequestLike, options: CallOptions): PageState {
  const { settings } = core
  if (settings.pendingIn === 'token') {
    throw setUpError(
      'loginPage: the strategy needs pendingIn "session", because a form cannot send a challengeToken',
      'docs/guides/without-cookies.md',
    )
  }
  // The page shows an address, and a cache or the browser's history would show it to the next person.
  setHeader(req, 'Cache-Control', 'no-store')
  beginVisit({ ...core, req })
  const purpose = readPurpose('pageState', settings, options)
  const exchange = startExchange(core, req)
  const { tag, dir, page } = exchange.catalogue
  const pending = pendingOf(exchange, purpose)
  const outcome = takeOutcome(exchange)
  const isOfAnother = outcome?.pending !== undefined && pending === undefined
  return {
    pending,
    outcome: isOfAnother && ABOUT_PENDING.includes(outcome.reason) ? undefined : outcome,
    fields: {
      email: settings.emailFromRequest ? undefined : settings.emailField,
      code: settings.codeField,
      pendingId: PENDING_ID_FIELD,
      trustBrowser: TRUST_FIELD,
    },
    signsIn: purpose === LOGIN,
    trustDays: canBeTrusted(exchange, purpose) ? settings.trustedBrowsers?.days : undefined,
    mailsKnownOnly: settings.allowEmail !== undefined,
    lang: tag,
    dir,
    texts: page,
  }
}
