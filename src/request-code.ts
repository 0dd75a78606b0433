import { randomBytes } from 'node:crypto'
import { addressKeyOf } from './address-key.js'
import { type Addressee, findAddressee } from './addressee.js'
import type { Step } from './answer.js'
import { cancelChallenge, openChallenge } from './ask-store.js'
import { chooseBudget } from './budget.js'
import { hashChallenge } from './challenge/keys.js'
import { codeOf, type PendingState } from './challenge/pending.js'
import { EmailOtpError } from './errors.js'
import { digitsFor, failuresBelow } from './limits.js'
import { DeliveryError } from './mail/deliver.js'
import { sendCode, sendIfAllowed } from './mail/send.js'
import { askAgain, codeSent, notSignedIn, rateLimited } from './outcome.js'
import type { RequestLike } from './passport/types.js'
import { redactError } from './redact.js'
import { readRemembered } from './remember.js'
import { report } from './report.js'
import type { Settings } from './settings.js'
import type { OpenResult, SendBudget } from './stores/store.js'
import { inSeconds } from './words.js'

/** One request for a code, from the address to the mail. */
interface Asking extends Addressee {
  readonly settings: Settings
  readonly req: RequestLike
  readonly purpose: string
  readonly addressKey: string
  readonly budget: SendBudget
  readonly remembered: unknown
  /** The id of the challenge, if a new one is opened. */
  readonly id: string
  /** What was pending before, for whatever address. */
  readonly former: PendingState | undefined
}

/** The first request: whom → open → digits → save → send → answer. */
export async function requestCode(
  settings: Settings,
  req: RequestLike,
  typed: unknown,
  purpose: string,
): Promise<Step> {
  const addressee = await findAddressee(settings, req, typed)
  if ('refused' in addressee) {
    const isMendable = addressee.refused === 'invalid_email'
    return { info: isMendable ? askAgain(addressee.refused) : notSignedIn() }
  }
  const { email } = addressee
  settings.place.require(req)
  const addressKey = addressKeyOf(settings, email)
  const asking: Asking = {
    ...addressee,
    settings,
    req,
    purpose,
    addressKey,
    budget: await chooseBudget(settings, req, addressKey),
    remembered: await readRemembered(settings, req),
    id: randomBytes(16).toString('base64url'),
    former: settings.place.read(req),
  }

  const opening = await open(asking)
  if (opening.outcome === 'limited') {
    return { email, info: rateLimited(inSeconds(opening.retryAfterMs)) }
  }
  if (opening.outcome === 'waiting') {
    return { email, info: codeSent(inSeconds(opening.retryAfterMs)) }
  }
  await saveBeforeMail(asking, opening.state)
  const { state } = opening
  const resend = opening.outcome === 'reopened'
  report(settings, req, { type: 'issued', addressKey, purpose, digits: state.digits, resend })

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
  const { settings, req, addressKey, id, former, budget } = asking
  const mine = former && isSameUse(former, asking) ? former : undefined
  // "Send again" says nothing about what the first request asked to remember.
  const { remembered = mine?.remembered ?? null } = asking
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
    budget,
  })
  if (result.outcome === 'limited') return result
  if (result.outcome === 'waiting') {
    // The code that is on its way will do, but this visit may have come by another invite.
    if (mine && asking.remembered !== undefined) settings.place.write(req, { ...mine, remembered })
    // A mail that failed and could not be taken back: "code sent" would be a lie, so it is "wait".
    return mine?.ended ? { ...result, outcome: 'limited' } : result
  }
  if (result.outcome === 'reopened') {
    const kept = { ...(mine as PendingState), budget: budget.key, ended: false, remembered }
    const state = { ...kept, ...mailedNow(settings) }
    return { outcome: 'reopened', state, ifNotSent: kept }
  }
  if (result.full) {
    report(settings, req, { type: 'store_full', addressKey, dropped: result.full })
  }
  const state = newState({ ...asking, remembered }, result.failures)
  const other = mine ? undefined : former
  return { outcome: 'opened', state, ifNotSent: other ?? { ...state, ended: true } }
}

/** Only what is pending for the same address, user and use may be mailed again. */
function isSameUse(former: PendingState, asking: Asking): boolean {
  return (['email', 'subject', 'purpose'] as const).every((one) => former[one] === asking[one])
}

function newState(asking: Asking, failures: number): PendingState {
  const { settings, id, email, subject, purpose, budget, remembered } = asking
  const [{ kid }] = settings.codeKeys
  return {
    id,
    kid,
    email,
    digits: digitsFor(failures, settings.digits),
    purpose,
    subject,
    budget: budget.key,
    ...mailedNow(settings),
    expiresAt: Date.now() + settings.ttlMs,
    ended: false,
    remembered,
  }
}

function mailedNow({ spacingMs }: Settings): Pick<PendingState, 'sentAt' | 'resendAt'> {
  const now = Date.now()
  return { sentAt: now, resendAt: now + spacingMs }
}

/** Before the mail, or an impatient second submit would open a second challenge and void the first code. */
async function saveBeforeMail(asking: Asking, state: PendingState): Promise<void> {
  const { settings, req, former } = asking
  const { place } = settings
  place.write(req, state)
  try {
    await place.save(req)
  } catch (err) {
    if (former) place.write(req, former)
    else place.forget(req)
    await takeBack(asking, state, true)
    const { id, email } = state
    const cause = redactError(err, { id, email, code: codeOf(settings, state) })
    throw new EmailOtpError('session_failed', 'The session could not be saved', { cause })
  }
}

/** Without `allowEmail` the sender is waited for, and a failed mail is told instead of "sent". */
async function sendOrTakeBack(asking: Asking, opened: Opened): Promise<void> {
  const { settings, req } = asking
  try {
    await sendCode(settings, req, opened.state)
  } catch (err) {
    settings.place.write(req, opened.ifNotSent)
    // A mail that may have arrived has counted: its code could be guessed at meanwhile.
    await takeBack(asking, opened.state, err instanceof DeliveryError && err.notSent)
    throw err
  }
}

function takeBack(asking: Asking, state: PendingState, refund: boolean): Promise<void> {
  const { settings, req, addressKey, budget } = asking
  return cancelChallenge(settings, req, {
    address: addressKey,
    challenge: hashChallenge(state.id),
    budget,
    refund,
  })
}
