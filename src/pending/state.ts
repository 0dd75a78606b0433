import { deriveCode } from '../challenge/code.js'
import { maskEmail, parseEmail } from '../challenge/email.js'
import type { CodeKey } from '../challenge/keys.js'
import { MAX_DIGITS } from '../challenge/ladder.js'
import type { Pending, PendingEnded } from '../info.js'
import { wholeSeconds } from '../util/durations.js'
import { ownFields } from '../util/own.js'
import { isStoredSubject, loadSubject, type StoredSubject } from './subject.js'

/** What is kept between the two requests. It holds neither the code nor anything that the code follows from alone. */
export interface PendingState {
  /** 128 random bits in base64url. */
  readonly id: string
  /** Which secret made the code. */
  readonly kid: string
  readonly email: string
  readonly digits: number
  readonly purpose: string
  readonly subject: StoredSubject | null
  /** The key of the budget that the last mail was charged to. */
  readonly budget: string
  /** When the last mail was sent, when the code expires, and when the next mail can be sent: for drawing only. */
  readonly sentAt: number
  readonly expiresAt: number
  readonly resendAt: number
  /** Why the code can no longer be used. For drawing only: the store decides. */
  readonly ended?: PendingEnded | undefined
  readonly remembered: unknown
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
  budget: true,
  sentAt: true,
  expiresAt: true,
  resendAt: true,
  ended: true,
  remembered: true,
}

/**
 * Reads a pending state from a session or token, and returns `undefined` if it is malformed. Its fields may
 * have been edited by anyone who can write sessions, so each is checked; another address, purpose or length
 * gives another code.
 */
export function readPendingState(
  value: unknown,
  settings: { readonly codeKeys: readonly CodeKey[]; readonly digits: number },
): PendingState | undefined {
  const state = ownFields(value, Object.keys(FIELDS) as (keyof PendingState)[])
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
    (state.ended === undefined ||
      (typeof state.ended === 'string' && Object.hasOwn(ENDED, state.ended)))
  return isValid ? (state as unknown as PendingState) : undefined
}

/** Why the code can no longer be used, as far as this process knows; `undefined` while it can. */
export function endedOf({ ended, expiresAt }: PendingState): PendingEnded | undefined {
  return ended ?? (Date.now() >= expiresAt ? 'expired' : undefined)
}

/** Derives the code of a pending challenge, with the one key that its `kid` names. */
export function codeOf(
  settings: { readonly name: string; readonly codeKeys: readonly CodeKey[] },
  state: PendingState,
): string {
  const codeKey = settings.codeKeys.find(({ kid }) => kid === state.kid)
  if (!codeKey) throw new RangeError('A pending state names a key that is not configured')
  return deriveCode(codeKey.key, {
    ...state,
    name: settings.name,
    subject: state.subject === null ? null : String(loadSubject(state.subject)),
  })
}

/** The part that a page may know. An attacker who has only the password must not learn the address. */
export function viewPending(state: PendingState): Pending {
  const now = Date.now()
  const maskedEmail = maskEmail(state.email)
  const ended = endedOf(state)
  return {
    email: state.subject === null ? state.email : maskedEmail,
    maskedEmail,
    digits: state.digits,
    expiresInSeconds: wholeSeconds(state.expiresAt - now),
    // Every other end allows a new code at once; a mail that was refused has to wait.
    resendInSeconds:
      state.ended && state.ended !== 'not_sent' ? 0 : wholeSeconds(state.resendAt - now),
    ...(ended && { ended }),
  }
}
