import { idOfWish, randomId } from '../challenge/challenge-id.js'
import { headerOf } from '../http/header.js'
import { isNewSession, isSameSiteOnly, sessionOf } from '../http/session.js'
import type { PendingState } from '../pending/state.js'
import { own } from '../util/own.js'
import type { Exchange } from './exchange.js'
import type { Recipient } from './recipient.js'

// One wish, one code. On a first visit, two clicks on "Send me a code" are two requests without a cookie: two sessions,
// two challenges, two mails, and the code of the mail that is read first is wrong. A page that is about to be drawn
// therefore gives the visitor a session with a random seed, which both clicks carry.

/** What a visit is kept with. */
type Visit = Pick<Exchange, 'settings' | 'storage' | 'req'>

/**
 * Gives the visitor of a sign-in page what two clicks on its button have in common. Does nothing if a code is pending,
 * because then its challenge is what they have in common.
 */
export function beginVisit(visit: Visit): void {
  const { settings, storage, req } = visit
  const session = settings.pendingIn === 'session' ? sessionOf(req) : undefined
  if (!session || storage.read(req) || seedOf(visit) !== undefined) return
  if (mayHideASession(visit)) return
  session[visitKey(settings)] = randomId()
}

/** The id of the challenge that this request opens: the same for two clicks of one visitor on one button. */
export function challengeIdFor(
  visit: Visit,
  { email, subject }: Recipient,
  purpose: string,
  former: PendingState | undefined,
): string {
  const { name, codeKeys, ttlMs } = visit.settings
  const seed = former?.id ?? seedOf(visit)
  if (seed === undefined) return randomId()
  const wish = { seed, name, purpose, subject: subject === null ? null : String(subject), email }
  return idOfWish(codeKeys[0].wishKey, wish, ttlMs)
}

/** A seed serves once. From now on, the pending challenge is what two clicks have in common. */
export function endVisit({ settings, req }: Visit): void {
  const session = settings.pendingIn === 'session' ? sessionOf(req) : undefined
  if (session) delete session[visitKey(settings)]
}

/**
 * Whether the visitor may have a session whose cookie the browser has not sent: it withholds a cookie that is
 * `SameSite=Strict` if a link on another site led here. A new session would replace it and sign the visitor out.
 */
function mayHideASession({ req }: Visit): boolean {
  const comesFromElsewhere = String(headerOf(req, 'sec-fetch-site')).includes('cross-site')
  return comesFromElsewhere && isNewSession(req) && isSameSiteOnly(req)
}

function seedOf({ settings, req }: Visit): string | undefined {
  if (settings.pendingIn !== 'session') return undefined
  const seed = own(sessionOf(req), visitKey(settings))
  return typeof seed === 'string' && /^[\w-]{22}$/.test(seed) ? seed : undefined
}

function visitKey({ sessionKey }: Visit['settings']): string {
  return `${sessionKey}:visit`
}
