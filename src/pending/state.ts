import { deriveCode } from '../challenge/code.js'
import { parseEmail } from '../challenge/email.js'
import { type CodeKey, publicIdOf } from '../challenge/keys.js'
import { MAX_DIGITS } from '../challenge/ladder.js'
import type { PendingEnded } from '../info.js'
import { ownFields, withoutUndefined } from '../util/own.js'
import { isStoredSubject, loadSubject, type StoredSubject } from './subject.js'

/**
 * What is kept between the two requests. It holds neither the code nor anything that the code follows from alone. The
 * comments are a table of docs/reference/stored-data.md.
 */
export interface PendingState {
  /** 128 random bits in base64url that name the challenge. */
  readonly id: string
  /** Which of the strategy's secrets made the code. */
  readonly kid: string
  /** The address that the code was sent to. */
  readonly email: string
  /** The length of the code. */
  readonly digits: number
  /** What the code was issued for: `login`, or a name from `purposes`. */
  readonly purpose: string
  /** The user's id from `subjectFromRequest`, or `null`. */
  readonly subject: StoredSubject | null
  /**
   * When a request last named the recipient, with `emailFromRequest`. "Send again" needs no user for one lifetime of a
   * code from then on. Absent without `emailFromRequest`, and in a state of an older version.
   */
  readonly namedAt?: number | undefined
  /** The send limit that the last mail was charged to. */
  readonly budget: string
  /** When the last mail was sent. For the page only: the store decides. */
  readonly sentAt: number
  /** When the code expires. For the page only: the store decides. */
  readonly expiresAt: number
  /** When another mail can be sent. For the page only: the store decides. */
  readonly resendAt: number
  /**
   * How many milliseconds the store told this address to wait, after `rate_limited`. The wait until `resendAt` then has
   * another reason than `resendAfterSeconds`. For the page only.
   */
  readonly limitedMs?: number | undefined
  /** Why the code can no longer be used. For the page only: the store decides. */
  readonly ended?: PendingEnded | undefined
  /**
   * What `remember` returned.
   * @see docs/guides/keep-data.md
   */
  readonly remembered: unknown
  /** The language of the request, a catalogue's tag. Absent in a state of an older version. */
  readonly locale?: string | undefined
  /** The recipient's own language, a catalogue's tag. Absent where the application has named none. */
  readonly mailLocale?: string | undefined
}

const ENDED: Record<PendingEnded, true> = {
  not_sent: true,
  spent: true,
  expired: true,
  too_short: true,
  gone: true,
}

const FIELDS: Record<keyof PendingState, true> = {
  id: true,
  kid: true,
  email: true,
  digits: true,
  purpose: true,
  subject: true,
  namedAt: true,
  budget: true,
  sentAt: true,
  expiresAt: true,
  resendAt: true,
  limitedMs: true,
  ended: true,
  remembered: true,
  locale: true,
  mailLocale: true,
}

const NAMES = Object.keys(FIELDS) as (keyof PendingState)[]

/** What a pending state is read and understood with. */
export interface StateSettings {
  readonly name: string
  readonly codeKeys: readonly CodeKey[]
  readonly digits: number
}

/**
 * Reads a pending state from a session or token, and returns `undefined` if it is malformed. Its fields may
 * have been edited by anyone who can write sessions, so each is checked; another address, purpose or length
 * gives another code.
 */
export function readPendingState(
  value: unknown,
  settings: Omit<StateSettings, 'name'>,
): PendingState | undefined {
  const state = ownFields(value, NAMES)
  const isValid =
    typeof state.id === 'string' &&
    /^[\w-]{22}$/.test(state.id) &&
    settings.codeKeys.some(({ kid }) => kid === state.kid) &&
    typeof state.email === 'string' &&
    parseEmail(state.email) === state.email &&
    Number.isInteger(state.digits) &&
    // A code shorter than configured would be easier to guess than the guess figure says.
    (state.digits as number) >= settings.digits &&
    (state.digits as number) <= MAX_DIGITS &&
    typeof state.purpose === 'string' &&
    (state.subject === null || isStoredSubject(state.subject)) &&
    typeof state.budget === 'string' &&
    [state.sentAt, state.expiresAt, state.resendAt].every(Number.isSafeInteger) &&
    [state.namedAt, state.limitedMs].every(isOptionalInteger) &&
    isOptionalTag(state.locale) &&
    isOptionalTag(state.mailLocale) &&
    (state.ended === undefined ||
      (typeof state.ended === 'string' && Object.hasOwn(ENDED, state.ended)))
  if (!isValid) return undefined
  // A state that is written again has the same fields.
  return withoutUndefined(state) as unknown as PendingState
}

function isOptionalInteger(value: unknown): boolean {
  return value === undefined || Number.isSafeInteger(value)
}

function isOptionalTag(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && /^[\w-]{1,40}$/.test(value))
}

/** Why the code can no longer be used, as far as this process knows; `undefined` while it can. */
export function endedOf({ ended, expiresAt }: PendingState): PendingEnded | undefined {
  return ended ?? (Date.now() >= expiresAt ? 'expired' : undefined)
}

/** The one key that a pending state names by its `kid`. */
export function codeKeyOf(
  { codeKeys }: Pick<StateSettings, 'codeKeys'>,
  state: PendingState,
): CodeKey {
  const codeKey = codeKeys.find(({ kid }) => kid === state.kid)
  if (!codeKey) throw new RangeError('A pending state names a key that is not configured')
  return codeKey
}

/** The public id of a pending challenge, which the page and the mail hold. */
export function pendingIdOf(
  settings: Pick<StateSettings, 'codeKeys'>,
  state: PendingState,
): string {
  return publicIdOf(codeKeyOf(settings, state).publicIdKey, state.id)
}

/** Derives the code of a pending challenge. */
export function codeOf(
  settings: Pick<StateSettings, 'name' | 'codeKeys'>,
  state: PendingState,
): string {
  return deriveCode(codeKeyOf(settings, state).key, {
    ...state,
    name: settings.name,
    subject: state.subject === null ? null : String(loadSubject(state.subject)),
  })
}
