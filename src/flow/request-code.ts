import { randomBytes } from 'node:crypto'
import { hashChallenge } from '../challenge/keys.js'
import { EmailOtpError } from '../errors.js'
import { askAgain, codeSent, notSignedIn, rateLimited } from '../info.js'
import type { Settings } from '../options/settings.js'
import type { RequestLike } from '../passport/types.js'
import { codeOf, type PendingState } from '../pending/state.js'
import { inSeconds } from '../util/durations.js'
import { redactError } from '../util/redact.js'
import { addressKeyOf } from './address-hash.js'
import { cancelChallenge } from './call-store.js'
import { chooseBudget } from './choose-budget.js'
import { DeliveryError } from './deliver.js'
import { report } from './emit-event.js'
import { type Asking, type Opened, open } from './open-challenge.js'
import { findAddressee } from './recipient.js'
import { readRemembered } from './remember.js'
import type { Step } from './result.js'
import { sendCode, sendIfAllowed } from './send-code.js'

/** What a request asks for. */
export interface Question {
  /** The address as it was typed, where one was. */
  readonly typed: unknown
  /** What is pending, where "send again" may mean it. */
  readonly again: PendingState | undefined
  readonly purpose: string
}

/** The first request: whom → open → digits → save → send → answer. */
export async function requestCode(
  settings: Settings,
  req: RequestLike,
  { typed, again, purpose }: Question,
): Promise<Step> {
  const addressee = await findAddressee(
    settings,
    req,
    typed ?? again?.email,
    again?.purpose === purpose ? again : undefined,
  )
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
    const afterwards = () => void sendIfAllowed(settings, req, state, addressKey)
    return { email, info: codeSent(inSeconds(state.resendAt - Date.now())), afterwards }
  }
  await sendOrTakeBack(asking, opening)
  return { email, info: codeSent(inSeconds(state.resendAt - Date.now())) }
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
