import { PENDING_ID_FIELD, TRUST_FIELD } from '../http/body.js'
import { LOGIN } from '../options/purposes.js'
import type { PageState } from '../page/state.js'
import type { RequestLike } from '../passport/types.js'
import { own } from '../util/own.js'
import type { Core } from './exchange.js'
import { takeOutcome } from './outcome.js'
import { type CallOptions, readPurpose } from './plain-calls.js'
import { pendingOf } from './result.js'
import { startExchange } from './start-exchange.js'
import { canBeTrusted } from './trusted-browser.js'
import { beginVisit } from './visit.js'

/**
 * What the sign-in page of a request is drawn from.
 * @throws TypeError with `pendingIn: 'token'`: a form cannot send a token
 */
export function pageStateOf(core: Core, req: RequestLike, options: CallOptions): PageState {
  const { settings, storage } = core
  if (settings.pendingIn === 'token') {
    throw new TypeError(
      'loginPage: the strategy needs pendingIn "session", because a form cannot send a challengeToken',
    )
  }
  beginVisit({ ...core, req })
  const isNamed = own(options, 'purpose') !== undefined
  const named = readPurpose(settings, options)
  const purpose = isNamed ? named : (storage.read(req)?.purpose ?? LOGIN)
  const exchange = startExchange(core, req)
  const { tag, dir, page } = exchange.catalogue
  return {
    pending: pendingOf(exchange, isNamed ? named : undefined),
    outcome: takeOutcome(exchange),
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
