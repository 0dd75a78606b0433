import { headerOf } from '../http/header.js'
import { isNewSession, type Session, sessionOf } from '../http/session.js'
import {
  codeSent,
  codeSentUnconfirmed,
  type EmailOtpInfo,
  infoFor,
  invalidCode,
  invalidEmail,
  malformedCode,
  type Pending,
  rateLimited,
  type Untold,
} from '../info.js'
import { secondsUntil } from '../pending/view.js'
import type { Reason } from '../reasons.js'
import { own, ownFields } from '../util/own.js'
import type { Exchange } from './exchange.js'
import { pendingOf } from './result.js'
import { tell } from './tell.js'

// After a redirect, the next request is another one. The session carries the outcome to it.

/** Ms. A visitor who comes back later meets a page about something that they did long ago. */
const KEPT_MS = 60_000

/** The outcomes that a page has something to say about. */
type KeptReason = Exclude<
  Reason,
  'accepted' | 'trusted_browser' | 'otp_required' | 'cross_site' | 'method_not_allowed'
>

/** What the session holds of an outcome. It has no address and no sentence, so the reader's language is chosen later. */
interface KeptOutcome {
  readonly reason: KeptReason
  /** When the request ended, in milliseconds since 1970. */
  readonly at: number
  /** Seconds until another mail can be requested, counted from `at`. */
  readonly seconds?: number | undefined
  /** Attempts left after a wrong code. */
  readonly tries?: number | undefined
  /** Whether a character that cannot be seen made the address invalid. */
  readonly hasUnseen?: boolean | undefined
  /** Whether the mail server had not confirmed the mail. */
  readonly isUnconfirmed?: boolean | undefined
  /** The pending challenge that the outcome is about. */
  readonly pendingId?: string | undefined
}

/** Only what the page cannot know from elsewhere is kept. */
type OutcomeToKeep = Pick<EmailOtpInfo, 'reason'> & {
  readonly retryAfterSeconds?: number
  readonly attemptsLeft?: number
  readonly confirmed?: false | undefined
  readonly hasUnseen?: true | undefined
}

/**
 * Keeps the outcome of a request for the page that its route redirects to. A newer one replaces it.
 *
 * An outcome that another site can cause is not kept, because the request of another site comes without the
 * visitor's cookie: a session that was written for it would replace the visitor's own and sign the visitor out.
 */
export function keepOutcome(exchange: Exchange, outcome: OutcomeToKeep): void {
  const { settings, req } = exchange
  const { reason, retryAfterSeconds, attemptsLeft, confirmed, hasUnseen } = outcome
  const session = sessionIn(exchange)
  if (!session || !isKept(reason) || isLateTwin(exchange, reason)) return
  const pending = pendingOf(exchange)
  const kept: KeptOutcome = {
    reason,
    at: Date.now(),
    ...(retryAfterSeconds !== undefined && { seconds: retryAfterSeconds }),
    ...(attemptsLeft !== undefined && { tries: attemptsLeft }),
    ...(confirmed === false && { isUnconfirmed: true }),
    ...(hasUnseen && { hasUnseen }),
    ...(pending && { pendingId: pending.id }),
  }
  session[outcomeKey(settings)] = kept
  exchange.outcomes.delete(req)
}

/** Removes a kept outcome. A right code makes what was wrong before it meaningless. */
export function forgetOutcome(exchange: Exchange): void {
  const session = sessionIn(exchange)
  if (session) delete session[outcomeKey(exchange.settings)]
  exchange.outcomes.delete(exchange.req)
}

/** Returns the kept outcome to one request, as often as it asks, and removes it from the session. */
export function takeOutcome(exchange: Exchange): EmailOtpInfo | undefined {
  const { outcomes, req } = exchange
  if (outcomes.has(req)) return outcomes.get(req)
  const info = readOutcome(exchange)
  forgetOutcome(exchange)
  outcomes.set(req, info)
  return info
}

function readOutcome(exchange: Exchange): EmailOtpInfo | undefined {
  const session = sessionIn(exchange)
  const kept = session && parseOutcome(own(session, outcomeKey(exchange.settings)))
  // By either clock of two processes it is a moment ago.
  if (!kept || Math.abs(Date.now() - kept.at) >= KEPT_MS) return undefined
  const pending = pendingOf(exchange)
  // The visitor has requested another code since, without a redirect.
  if (kept.pendingId !== pending?.id) return undefined
  const digits = pending?.digits ?? exchange.settings.digits
  const info = tell(exchange.catalogue.reasons, infoOf(kept, digits))
  return { ...info, ...(pending && { pending }) } as EmailOtpInfo
}

function infoOf(kept: KeptOutcome, digits: Pending['digits']): Untold {
  const { reason, at, seconds = 0, tries = 0, isUnconfirmed, hasUnseen = false } = kept
  const waitMs = seconds * 1000
  switch (reason) {
    case 'code_sent': {
      const answer = isUnconfirmed ? codeSentUnconfirmed : codeSent
      return answer(secondsUntil(at + waitMs, waitMs))
    }
    case 'rate_limited':
      return rateLimited(secondsUntil(at + waitMs, waitMs))
    case 'invalid_code':
      return invalidCode(tries)
    case 'invalid_email':
      return invalidEmail(hasUnseen)
    case 'malformed_code':
      return malformedCode(digits)
    default:
      return infoFor(reason) as Untold
  }
}

/** A session may have been edited by anyone who can write sessions, so each field is checked. `pendingId` is only compared. */
function parseOutcome(value: unknown): KeptOutcome | undefined {
  const fields = ownFields(value, [
    'reason',
    'at',
    'seconds',
    'tries',
    'isUnconfirmed',
    'hasUnseen',
    'pendingId',
  ])
  const { reason, at, seconds, tries, isUnconfirmed, hasUnseen } = fields
  const isValid =
    isKept(reason) &&
    Number.isSafeInteger(at) &&
    isCountOrAbsent(seconds) &&
    isCountOrAbsent(tries) &&
    (isUnconfirmed === undefined || isUnconfirmed === true) &&
    (hasUnseen === undefined || hasUnseen === true)
  return isValid ? (fields as unknown as KeptOutcome) : undefined
}

function isCountOrAbsent(value: unknown): boolean {
  return value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0)
}

const KEPT: Record<KeptReason, true> = {
  code_sent: true,
  invalid_email: true,
  missing_code: true,
  malformed_code: true,
  earlier_request: true,
  invalid_code: true,
  not_signed_in: true,
  no_address: true,
  expired_code: true,
  no_pending_code: true,
  not_allowed: true,
  too_many_attempts: true,
  rate_limited: true,
  not_sent: true,
}

function isKept(reason: unknown): reason is KeptReason {
  return typeof reason === 'string' && Object.hasOwn(KEPT, reason)
}

/**
 * Whether this request may be the second of two with the same right code. The first has renewed the session, so the
 * second finds none under its cookie. A session that was written for it would replace the one that is signed in.
 */
function isLateTwin({ req }: Exchange, reason: KeptReason): boolean {
  const sendsCookies = headerOf(req, 'cookie') !== undefined
  return reason === 'no_pending_code' && sendsCookies && isNewSession(req)
}

/** With tokens no session is written. */
function sessionIn({ settings, req }: Exchange): Session | undefined {
  return settings.pendingIn === 'session' ? sessionOf(req) : undefined
}

function outcomeKey({ sessionKey }: Exchange['settings']): string {
  return `${sessionKey}:outcome`
}
