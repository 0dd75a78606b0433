import type { EmailOtpInfo, Pending } from '../info.js'
import type { Settings } from '../options/settings.js'
import type { RequestLike } from '../passport/types.js'
import { viewPending } from '../pending/state.js'
import { addressKeyOf } from './address-hash.js'
import { report } from './emit-event.js'

/** What a step came to. */
export interface Step<Info extends EmailOtpInfo = EmailOtpInfo> {
  readonly info: Info
  /** The address it was about, where one is known. */
  readonly email?: string | undefined
  /** Wrong guesses on the address, where the store told them. */
  readonly failures?: number | undefined
  /** What is left to do once the answer is given: nobody may learn from its time who has an account. */
  readonly afterwards?: (() => void) | undefined
}

/** What a page may know of the pending challenge, if there is one. */
export function pendingOf(
  settings: Settings,
  req: RequestLike,
  purpose?: string | undefined,
): Pending | undefined {
  const state = settings.place.read(req)
  const isMeant = purpose === undefined || state?.purpose === purpose
  return state && isMeant ? viewPending(state) : undefined
}

/** Completes the answer with the pending state as it is now, and reports what was refused. */
export function answer<S extends Step>(settings: Settings, req: RequestLike, step: S): S {
  reportRefusal(settings, req, step)
  const pending = pendingOf(settings, req)
  if (!pending) return step
  const challengeToken = settings.place.tokenFor(req)
  return { ...step, info: { ...step.info, pending, ...(challengeToken && { challengeToken }) } }
}

function reportRefusal(settings: Settings, req: RequestLike, { info, email, failures }: Step) {
  const { reason } = info
  if (reason === 'code_sent' || reason === 'accepted') return
  const addressKey = email === undefined ? undefined : addressKeyOf(settings, email)
  if (reason === 'rate_limited') {
    const { retryAfterSeconds } = info
    report(settings, req, { type: 'limited', addressKey, retryAfterSeconds })
  } else {
    report(settings, req, { type: 'rejected', addressKey, reason, failures })
  }
}
