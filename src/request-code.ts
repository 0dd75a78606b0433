import { randomBytes } from 'node:crypto'
import type { Step } from './answer.js'
import { cancelChallenge, openChallenge } from './ask-store.js'
import { hashAddress, hashChallenge } from './challenge/keys.js'
import { codeOf, isForLogin, LOGIN, type PendingState } from './challenge/pending.js'
import {
  readPending,
  requireSession,
  restorePending,
  type Session,
  saveSession,
  writePending,
} from './challenge/session.js'
import { EmailOtpError } from './errors.js'
import { parseEmail } from './input/email.js'
import { digitsFor, failuresBelow } from './limits.js'
import { DeliveryError } from './mail/deliver.js'
import { sendCode, sendIfAllowed } from './mail/send.js'
import { askAgain, codeSent, rateLimited } from './outcome.js'
import type { RequestLike } from './passport/types.js'
import { redactError } from './redact.js'
import { report } from './report.js'
import type { Settings } from './settings.js'
import type { OpenResult } from './stores/store.js'
import { inSeconds } from './words.js'

/** One request for a code, from the address to the mail. */
interface Asking {
  readonly settings: Settings
  readonly req: RequestLike
  readonly session: Session
  readonly email: string
  readonly addressKey: string
  /** The id of the challenge, if a new one is opened. */
  readonly id: string
  /** What was pending before, for whatever address. */
  readonly former: PendingState | undefined
}

/** The first request: open → digits → save → send → answer. */
export async function requestCode(
  settings: Settings,
  req: RequestLike,
  typed: unknown,
): Promise<Step> {
  const email = parseEmail(typed)
  if (email === undefined) return { info: askAgain('invalid_email') }
  const session = requireSession(req)
  const former = readPending(settings, session)
  const id = randomBytes(16).toString('base64url')
  const addressKey = hashAddress(settings.addressKey, email)
  const asking: Asking = { settings, req, session, email, addressKey, id, former }

  const opening = await open(asking)
  if (opening.outcome === 'limited') {
    return { email, info: rateLimited(inSeconds(opening.retryAfterMs)) }
  }
  if (opening.outcome === 'waiting') {
    return { email, info: codeSent(inSeconds(opening.retryAfterMs)) }
  }
  await saveBeforeMail(asking, opening.state)
  const { state } = opening
  const { purpose, digits } = state
  const resend = opening.outcome === 'reopened'
  report(settings, req, { type: 'issued', addressKey, purpose, digits, resend })

  if (settings.allowEmail) {
    const afterwards = () => void sendIfAllowed(settings, req, state)
    return { email, info: codeSent(inSeconds(state.resendAt - Date.now())), afterwards }
  }
  await sendOrTakeBack(asking, opening)
  return { email, info: codeSent(inSeconds(state.resendAt - Date.now())) }
}

type Opened = {
  readonly outcome: 'opened' | 'reopened'
  /** What is pending from now on. */
  readonly state: PendingState
  /** What is pending instead if the mail fails. */
  readonly ifNotSent: PendingState
}

type Opening = Opened | Extract<OpenResult, { outcome: 'waiting' | 'limited' }>

/** Asks the store, and works out what its answer means for the pending state. */
async function open(asking: Asking): Promise<Opening> {
  const { settings, req, email, addressKey, id, former } = asking
  // Only what is pending for the same address and use may be mailed again.
  const mine = former?.email === email && isForLogin(former) ? former : undefined
  const result = await openChallenge(settings, req, {
    address: addressKey,
    challenge: hashChallenge(id),
    pending: mine && {
      challenge: hashChallenge(mine.id),
      failuresBelow: failuresBelow(mine.digits),
    },
    ttlMs: settings.ttlMs,
    // With less than a fifth of its life left, a code might expire on its way to the reader.
    keepMs: settings.ttlMs / 5,
    attempts: settings.maxAttempts,
    spacingMs: settings.spacingMs,
    budget: settings.budget,
  })
  if (result.outcome === 'limited') return result
  if (result.outcome === 'waiting') {
    // A mail that failed and could not be taken back: "code sent" would be a lie, so it is "wait".
    return mine?.ended ? { ...result, outcome: 'limited' } : result
  }
  if (result.outcome === 'reopened') {
    const kept = { ...(mine as PendingState), budget: settings.budget.key, ended: false }
    const state = { ...kept, ...mailedNow(settings) }
    return { outcome: 'reopened', state, ifNotSent: kept }
  }
  if (result.full) {
    report(settings, req, { type: 'store_full', addressKey, dropped: result.full })
  }
  const state = newState(settings, { email, id }, result.failures)
  const other = former && former.email !== email ? former : undefined
  return { outcome: 'opened', state, ifNotSent: other ?? { ...state, ended: true } }
}

function newState(
  settings: Settings,
  { email, id }: { email: string; id: string },
  failures: number,
): PendingState {
  const [{ kid }] = settings.codeKeys
  return {
    id,
    kid,
    email,
    digits: digitsFor(failures, settings.digits),
    purpose: LOGIN,
    subject: null,
    budget: settings.budget.key,
    ...mailedNow(settings),
    expiresAt: Date.now() + settings.ttlMs,
    ended: false,
    remembered: null,
  }
}

function mailedNow({ spacingMs }: Settings): Pick<PendingState, 'sentAt' | 'resendAt'> {
  const now = Date.now()
  return { sentAt: now, resendAt: now + spacingMs }
}

/** Before the mail, or an impatient second submit would open a second challenge and void the first code. */
async function saveBeforeMail(asking: Asking, state: PendingState): Promise<void> {
  const { settings, session, former } = asking
  writePending(settings, session, state)
  try {
    await saveSession(session)
  } catch (err) {
    restorePending(settings, session, former)
    await takeBack(asking, state, true)
    const { id, email } = state
    const cause = redactError(err, { id, email, code: codeOf(settings, state) })
    throw new EmailOtpError('session_failed', 'The session could not be saved', { cause })
  }
}

/** Without `allowEmail` the sender is waited for, and a failed mail is told instead of "sent". */
async function sendOrTakeBack(asking: Asking, opened: Opened): Promise<void> {
  const { settings, req, session } = asking
  try {
    await sendCode(settings, req, opened.state)
  } catch (err) {
    writePending(settings, session, opened.ifNotSent)
    // A mail that may have arrived has counted: its code could be guessed at meanwhile.
    await takeBack(asking, opened.state, err instanceof DeliveryError && err.notSent)
    throw err
  }
}

function takeBack(asking: Asking, state: PendingState, refund: boolean): Promise<void> {
  const { settings, req, addressKey } = asking
  return cancelChallenge(settings, req, {
    address: addressKey,
    challenge: hashChallenge(state.id),
    budget: settings.budget,
    refund,
  })
}
