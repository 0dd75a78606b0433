import { parseEmail } from '../challenge/email.js'
import type { AskAgainInfo, NotSignedInInfo } from '../info.js'
import type { Settings } from '../options/settings.js'
import type { Request, RequestLike } from '../passport/types.js'
import { isUsable, type PendingState } from '../pending/state.js'
import { describe } from '../util/option-reader.js'

/** Who a code is for: an address, and the user that it belongs to where there is one. */
export interface Addressee {
  readonly email: string
  readonly subject: string | null
}

type Found =
  | Addressee
  | { readonly refused: AskAgainInfo['reason'] & 'invalid_email' }
  | { readonly refused: NotSignedInInfo['reason'] }

/** Longest subject: it travels in sessions and tokens. User ids are far shorter. */
const MAX_SUBJECT_LENGTH = 255

/**
 * Finds out who a code is to be sent to. With `emailFromRequest` that is the user who is signed in, or has
 * just given a password: what the body says is never looked at, or a thief of the password would have the
 * second factor sent to himself.
 *
 * @param again what "send again" is about: the user has no need to give the password again while a code waits
 */
export async function findAddressee(
  settings: Settings,
  req: RequestLike,
  typed: unknown,
  again: PendingState | undefined,
): Promise<Found> {
  const { emailFromRequest, subjectFromRequest } = settings
  const given = emailFromRequest ? await emailFromRequest(req as Request) : typed
  const subject = await subjectOf(settings, req)
  if (emailFromRequest && !given && subject === undefined && again && isUsable(again)) return again
  if (emailFromRequest && !given) return { refused: 'not_signed_in' }
  if (subjectFromRequest && subject === undefined) return { refused: 'not_signed_in' }
  const email = parseEmail(given)
  return email === undefined ? { refused: 'invalid_email' } : { email, subject: subject ?? null }
}

/**
 * Whether the address and the user that a code was sent to are still those of the request, where it has
 * any: a code of one user proves nothing about another who has signed in meanwhile, nor does a mailbox
 * that the user has left.
 */
export async function isSameAddressee(
  settings: Settings,
  req: RequestLike,
  state: PendingState,
): Promise<boolean> {
  const { emailFromRequest, subjectFromRequest } = settings
  if ((state.subject !== null) !== (subjectFromRequest !== undefined)) return false
  const subject = await subjectOf(settings, req)
  if (subject !== undefined && subject !== state.subject) return false
  const email = await emailFromRequest?.(req as Request)
  return !email || parseEmail(email) === state.email
}

/** The user that a request belongs to, by `subjectFromRequest`; `undefined` where it gives none. */
export async function subjectOf(
  { subjectFromRequest }: Settings,
  req: RequestLike,
): Promise<string | undefined> {
  const subject: unknown = await subjectFromRequest?.(req as Request)
  if (subject === undefined || subject === null || subject === '') return undefined
  // Beyond 2^53 one number stands for the ids of two users.
  if (Number.isSafeInteger(subject)) return String(subject)
  if (typeof subject === 'bigint') return String(subject)
  if (typeof subject === 'string' && subject.length <= MAX_SUBJECT_LENGTH) return subject
  throw new TypeError(
    `subjectFromRequest must return a user's id as a string of at most ${MAX_SUBJECT_LENGTH} ` +
      `characters, a whole number up to 2^53 or a bigint; got ${describe(subject)}`,
  )
}
