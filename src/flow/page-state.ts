import { englishPage } from '../languages/en-page.js'
import { LOGIN } from '../options/purposes.js'
import type { PageState } from '../page/state.js'
import { own } from '../util/own.js'
import type { Exchange } from './exchange.js'
import { takeOutcome } from './outcome.js'
import { type CallOptions, readPurpose } from './plain-calls.js'
import { pendingOf } from './result.js'

/**
 * What the sign-in page of a request is drawn from.
 * @throws TypeError with `pendingIn: 'token'`: a form cannot send a token
 */
export function pageStateOf(exchange: Exchange, options: CallOptions): PageState {
  const { settings, storage, req } = exchange
  if (settings.pendingIn === 'token') {
    throw new TypeError(
      'loginPage: the strategy needs pendingIn "session", because a form cannot send a challengeToken',
    )
  }
  const isNamed = own(options, 'purpose') !== undefined
  const named = readPurpose(settings, options)
  const purpose = isNamed ? named : (storage.read(req)?.purpose ?? LOGIN)
  return {
    pending: pendingOf(exchange, isNamed ? named : undefined),
    outcome: takeOutcome(exchange),
    fields: {
      email: settings.emailFromRequest ? undefined : settings.emailField,
      code: settings.codeField,
    },
    signsIn: purpose === LOGIN,
    mailsKnownOnly: settings.allowEmail !== undefined,
    lang: 'en',
    dir: 'ltr',
    texts: englishPage,
  }
}
