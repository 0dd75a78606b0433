import { hasUnseenInside, parseEmail } from '../challenge/email.js'
import { infoFor, invalidEmail, type Untold } from '../info.js'
import type { SubjectId } from '../passport/types.js'
import { endedOf, type PendingState } from '../pending/state.js'
import { loadSubject } from '../pending/subject.js'
import { describe } from '../util/describe.js'
import { findLanguage } from '../util/match-language.js'
import { member } from '../util/own.js'
import { setUpError } from '../util/set-up-error.js'
import type { Exchange } from './exchange.js'
import { type Result, resultOf } from './result.js'

/** Who a code is for: an address, and the user that it belongs to, if it belongs to one. */
export interface Recipient {
  readonly email: string
  readonly subject: SubjectId | null
}

/** A recipient, and what else is known of it. */
export interface MailRecipient extends Recipient {
  /** The language of the mail, if the application has named one. */
  readonly mailLocale: string | undefined
  /** When a request last named the recipient, with `emailFromRequest`, in milliseconds since 1970. */
  readonly namedAt: number | undefined
}

/** A recipient, or the result of a request that has none. */
export type FoundRecipient =
  | { readonly isFound: true; readonly recipient: MailRecipient }
  | { readonly isFound: false; readonly result: Result }

/** Characters. The longest subject: sessions and tokens carry it, and user ids are far shorter. */
const MAX_SUBJECT_LENGTH = 255

/**
 * Finds out who a code is sent to. With `emailFromRequest` that is the user who is signed in or has just
 * given a password. The body is ignored then, because an attacker with a stolen password would have the
 * second factor sent to an address of his choice.
 *
 * @param resendOf the pending state of a "send again"
 */
export async function findRecipient(
  exchange: Exchange,
  typedEmail: unknown,
  resendOf: PendingState | undefined,
): Promise<FoundRecipient> {
  const { emailFromRequest, subjectFromRequest, languages } = exchange.settings
  const { email: given, locale } = emailFromRequest
    ? ofUser(await emailFromRequest(exchange.req))
    : { email: typedEmail, locale: undefined }
  const subject = await subjectOf(exchange)
  if (emailFromRequest && !given) {
    if (subject !== undefined) return withoutAddress(subject)
    if (!resendOf || !needsNoUser(exchange, resendOf)) return rejected(infoFor('not_signed_in'))
    const { mailLocale } = resendOf
    return found({ ...recipientOf(resendOf), mailLocale, namedAt: namedAtOf(resendOf) })
  }
  if (subjectFromRequest && subject === undefined) return rejected(infoFor('not_signed_in'))
  const email = parseEmail(given)
  if (email === undefined) {
    return emailFromRequest
      ? withoutAddress(subject ?? null)
      : rejected(invalidEmail(hasUnseenInside(given)))
  }
  // A tag that is listed: sessions and tokens carry it.
  const mailLocale = findLanguage(locale, languages)?.tag
  const namedAt = emailFromRequest && Date.now()
  return found({ email, subject: subject ?? null, mailLocale, namedAt })
}

/**
 * Whether "send again" may do without a user: while the code is pending, and for one lifetime of a code from the password
 * on. Without the second limit, each new code would keep the half login for another lifetime.
 */
function needsNoUser({ settings }: Exchange, state: PendingState): boolean {
  return endedOf(state) === undefined && Date.now() < namedAtOf(state) + settings.ttlMs
}

function namedAtOf({ namedAt, sentAt }: PendingState): number {
  return namedAt ?? sentAt
}

/** The user of the request and the address of that user, where `subjectFromRequest` and `emailFromRequest` name both. */
export async function userOfRequest(
  exchange: Exchange,
): Promise<(Recipient & { readonly subject: SubjectId }) | undefined> {
  const subject = await subjectOf(exchange)
  if (subject === undefined) return undefined
  const email = parseEmail(ofUser(await exchange.settings.emailFromRequest?.(exchange.req)).email)
  return email === undefined ? undefined : { email, subject }
}

/** What `emailFromRequest` returned: an address, or an object of any class that has one. */
function ofUser(given: unknown): { email: unknown; locale: unknown } {
  return typeof given === 'object' && given !== null && 'email' in given
    ? { email: member(given, 'email'), locale: member(given, 'locale') }
    : { email: given, locale: undefined }
}

function found(recipient: MailRecipient): FoundRecipient {
  return { isFound: true, recipient }
}

function rejected(info: Untold): FoundRecipient {
  return { isFound: false, result: resultOf(info) }
}

/** The user is known, and has no address that a code could be sent to. Nothing that the user types can change that. */
function withoutAddress(subject: SubjectId | null): FoundRecipient {
  return { isFound: false, result: resultOf(infoFor('no_address'), { subject }) }
}

/** Whether this strategy sent the last mail. Another one may keep its pending state under the same `sessionKey`. */
export function isOwnState({ settings }: Exchange, { budget }: PendingState): boolean {
  return Object.values(settings.budgets).some(({ key }) => key === budget)
}

/** The recipient of a pending code. */
export function recipientOf({ email, subject }: PendingState): Recipient {
  return { email, subject: subject === null ? null : loadSubject(subject) }
}

/**
 * Whether address and user of a pending code are still those of the request, where it has any. A code of
 * one user proves nothing about another who has signed in since, or about a mailbox that the user has left.
 */
export async function isSameRecipient(exchange: Exchange, state: PendingState): Promise<boolean> {
  const { emailFromRequest, subjectFromRequest } = exchange.settings
  if ((state.subject !== null) !== (subjectFromRequest !== undefined)) return false
  const subject = await subjectOf(exchange)
  if (subject !== undefined && !isSameSubject(subject, recipientOf(state).subject)) return false
  const { email } = ofUser(await emailFromRequest?.(exchange.req))
  return !email || parseEmail(email) === state.email
}

/** Whether two ids are one user's: 7, '7' and 7n are, because the code is bound to the text of an id. */
export function isSameSubject(a: SubjectId | null, b: SubjectId | null): boolean {
  return a === null || b === null ? a === b : String(a) === String(b)
}

/** The user of the request, as `subjectFromRequest` returned it; `undefined` without one. */
export async function subjectOf({
  settings,
  req,
}: Pick<Exchange, 'settings' | 'req'>): Promise<SubjectId | undefined> {
  const subject: unknown = await settings.subjectFromRequest?.(req)
  if (subject === undefined || subject === null || subject === '') return undefined
  // Beyond 2^53, one number stands for the ids of two users.
  if (typeof subject === 'number' && Number.isSafeInteger(subject)) return subject
  if (typeof subject === 'bigint' && String(subject).length <= MAX_SUBJECT_LENGTH) return subject
  if (typeof subject === 'string' && subject.length <= MAX_SUBJECT_LENGTH) return subject
  throw setUpError(
    `subjectFromRequest must return a user's id as a string of at most ${MAX_SUBJECT_LENGTH} ` +
      `characters, a whole number up to 2^53 or a bigint; got ${describe(subject)}`,
    'docs/guides/second-factor.md',
  )
}
