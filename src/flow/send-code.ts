import type { Settings } from '../options/settings.js'
import type { Request, RequestLike } from '../passport/types.js'
import { codeOf, type PendingState } from '../pending/state.js'
import { redactError } from '../util/redact.js'
import { deliver } from './deliver.js'
import { report } from './emit-event.js'

/** Mails the pending code. @throws DeliveryError */
export function sendCode(
  settings: Settings,
  req: RequestLike,
  state: PendingState,
  account?: unknown,
): Promise<void> {
  return deliver(settings, {
    to: state.email,
    code: codeOf(settings, state),
    digits: state.digits,
    expiresAt: new Date(state.expiresAt),
    purpose: state.purpose,
    purposeText: settings.purposes.get(state.purpose),
    account,
    req: req as Request,
  })
}

/**
 * Asks `allowEmail` and mails the code if the address may sign in. The request has been answered by now, so
 * that a failure here is an event: an error page, or a send given back, would show who has an account.
 */
export async function sendIfAllowed(
  settings: Settings,
  req: RequestLike,
  state: PendingState,
  addressKey: string,
): Promise<void> {
  let account: unknown
  try {
    account = await settings.allowEmail?.(state.email, req as Request)
  } catch (err) {
    const error = redactError(err, { code: codeOf(settings, state), email: state.email })
    report(settings, req, { type: 'allow_failed', addressKey, error })
  }
  if (!account) return
  await sendCode(settings, req, state, account).catch(() => {})
}
