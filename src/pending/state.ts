import { deriveCode } from '../challenge/code.js'
import { maskEmail, parseEmail } from '../challenge/email.js'
import type { CodeKey } from '../challenge/keys.js'
import { MAX_DIGITS } from '../challenge/ladder.js'
import type { Pending } from '../info.js'
import { inSeconds } from '../util/durations.js'

/** What a code is for, unless a route says otherwise. */
export const LOGIN = 'login'

/** What waits between the two requests. It holds no code and nothing that a code follows from alone. */
export interface PendingState {
  /** 128 random bits in base64url. */
  readonly id: string
  /** Which secret made the code. */
  readonly kid: string
  readonly email: string
  readonly digits: number
  readonly purpose: string
  readonly subject: string | null
  /** The key of the budget that the last mail was counted on. */
  readonly budget: string
  /** When the last mail went out, when the code expires, and when the next mail may: for drawing only. */
  readonly sentAt: number
  readonly expiresAt: number
  readonly resendAt: number
  /** The code can't be used any more. For drawing only: the store decides. */
  readonly ended: boolean
  readonly remembered: unknown
}

/**
 * Whether a session holds a pending state of ours. What it says may have been edited by whoever can write
 * sessions, so each field is checked; an address, a purpose or digits of another value give another code.
 */
export function isPendingState(
  value: unknown,
  settings: { readonly codeKeys: readonly CodeKey[]; readonly digits: number },
): value is PendingState {
  if (typeof value !== 'object' || value === null) return false
  const state = value as Partial<Record<keyof PendingState, unknown>>
  return (
    typeof state.id === 'string' &&
    /^[\w-]{22}$/.test(state.id) &&
    settings.codeKeys.some(({ kid }) => kid === state.kid) &&
    typeof state.email === 'string' &&
    parseEmail(state.email) === state.email &&
    Number.isInteger(state.digits) &&
    // A code shorter than configured would be easier to guess than the figures say.
    (state.digits as number) >= settings.digits &&
    (state.digits as number) <= MAX_DIGITS &&
    typeof state.purpose === 'string' &&
    (state.subject === null || typeof state.subject === 'string') &&
    typeof state.budget === 'string' &&
    [state.sentAt, state.expiresAt, state.resendAt].every(Number.isSafeInteger) &&
    typeof state.ended === 'boolean'
  )
}

/** Whether the code may still be entered, as far as this side knows. */
export function isUsable({ ended, expiresAt }: PendingState): boolean {
  return !ended && Date.now() < expiresAt
}

/** Computes the code of a pending challenge, with the one key that its `kid` names. */
export function codeOf(
  settings: { readonly name: string; readonly codeKeys: readonly CodeKey[] },
  state: PendingState,
): string {
  const codeKey = settings.codeKeys.find(({ kid }) => kid === state.kid)
  if (!codeKey) throw new RangeError('A pending state names a key that is not configured')
  return deriveCode(codeKey.key, { ...state, name: settings.name })
}

/** What a page may know of it: not the address of somebody who has given a password and nothing else. */
export function viewPending(state: PendingState): Pending {
  const now = Date.now()
  const maskedEmail = maskEmail(state.email)
  return {
    email: state.subject === null ? state.email : maskedEmail,
    maskedEmail,
    digits: state.digits,
    expiresInSeconds: inSeconds(state.expiresAt - now),
    resendInSeconds: state.ended ? 0 : inSeconds(state.resendAt - now),
    needsNewCode: !isUsable(state),
  }
}
