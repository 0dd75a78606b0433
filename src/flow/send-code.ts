import { LOGIN } from '../options/purposes.js'
import { codeOf, type PendingState } from '../pending/state.js'
import { member } from '../util/own.js'
import { redactError } from '../util/redact.js'
import { CATALOGUE } from '../util/shared-symbols.js'
import { type Delivery, deliver } from './deliver.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'
import { mailCatalogueFor } from './language.js'
import { publicIdFor } from './public-id.js'
import { isSignedInBySession } from './renew-session.js'

/** Sends the pending code. */
export function sendCode(
  exchange: Exchange,
  state: PendingState,
  account?: unknown,
): Promise<Delivery> {
  const { settings, req } = exchange
  const recipientLocale = member(account, 'locale') ?? state.mailLocale
  const catalogue = mailCatalogueFor(settings.languages, recipientLocale, exchange.catalogue)
  return deliver(exchange, {
    to: state.email,
    code: codeOf(settings, state),
    digits: state.digits,
    // By this process's clock, because the time left is counted from it. The state may come from another one.
    expiresAt: new Date(Math.min(state.expiresAt, Date.now() + settings.ttlMs)),
    purpose: state.purpose,
    purposeText: settings.purposes.get(state.purpose)?.get(catalogue.tag),
    locale: catalogue.tag,
    ...{ [CATALOGUE]: catalogue },
    origin: settings.origin,
    pendingId: publicIdFor(exchange, state),
    isSecondFactor: isSecondFactor(exchange, state),
    isLengthened: state.digits > settings.digits,
    account,
    req,
  })
}

/** Whether the user is signing in, with a password before the code, and is not signed in yet. */
function isSecondFactor({ req }: Exchange, { subject, purpose }: PendingState): boolean {
  return subject !== null && purpose === LOGIN && !isSignedInBySession(req)
}

/**
 * Calls `allowEmail` and sends the code if the address may sign in. The request has been answered before, so
 * the outcome is only an event: an error page, a refunded send or "not confirmed" would tell who has an account.
 */
export async function sendIfAllowed(
  exchange: Exchange,
  state: PendingState,
  addressHash: string,
): Promise<void> {
  const { settings, req } = exchange
  let account: unknown
  try {
    account = await settings.allowEmail?.(state.email, req)
  } catch (err) {
    const error = redactError(err, { code: codeOf(settings, state), email: state.email })
    emitEvent(exchange, { type: 'allow_failed', addressHash, error })
  }
  if (!account) return
  const delivery = await sendCode(exchange, state, account)
  if (delivery.outcome === 'unknown') await delivery.rest?.()
}
