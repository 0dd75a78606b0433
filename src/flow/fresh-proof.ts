import { sessionIdOf, sessionOf } from '../http/session.js'
import type { Proof, RequestLike, SubjectId } from '../passport/types.js'
import { own, ownFields } from '../util/own.js'
import type { Exchange } from './exchange.js'

/**
 * Ms by which the clock of the process that wrote a proof may be ahead of the one that reads it. A clock that was set
 * back further must not make a proof younger than it is.
 */
const CLOCK_SKEW_MS = 1_000

/** A fresh proof in the session, under its purpose. */
interface KeptProof {
  readonly subject: string
  readonly at: number
  /** Ends the proof with its session: after a logout or a new login, the id is another. */
  readonly sessionId: string
}

/** Whether a right code can leave a proof, which belongs to a user and a session. With tokens no session is written. */
export function keepsProofs({ subjectFromRequest, pendingIn }: Exchange['settings']): boolean {
  return subjectFromRequest !== undefined && pendingIn === 'session'
}

/** Stores in the session that its user has just entered a right code. Needs a user and a session with an id. */
export function keepProof({ settings, req }: Exchange, proof: Proof<SubjectId>): void {
  const session = sessionOf(req)
  const sessionId = sessionIdOf(req)
  if (!session || sessionId === undefined || proof.subject === null) return
  const kept: KeptProof = { subject: String(proof.subject), at: Date.now(), sessionId }
  session[proofsKey(settings)] = { ...proofsOf(settings, req), [proof.purpose]: kept }
}

/** Removes all fresh proofs from the session. */
export function endProofs(settings: Exchange['settings'], req: RequestLike): void {
  const session = sessionOf(req)
  if (session) delete session[proofsKey(settings)]
}

/** Whether this user has proven this purpose in this session within the last `maxAgeMs`. */
export function hasProof(
  { settings, req }: Pick<Exchange, 'settings' | 'req'>,
  { subject, purpose, maxAgeMs }: { subject: SubjectId; purpose: string; maxAgeMs: number },
): boolean {
  const proofs = proofsOf(settings, req)
  const kept = ownFields(own(proofs, purpose), ['subject', 'at', 'sessionId'])
  // A session store may return anything: a bigint would throw, and a string would count as a number.
  const ageMs = typeof kept.at === 'number' ? Date.now() - kept.at : Number.NaN
  return (
    kept.subject === String(subject) &&
    kept.sessionId === sessionIdOf(req) &&
    ageMs > -CLOCK_SKEW_MS &&
    ageMs < maxAgeMs
  )
}

function proofsOf(settings: Exchange['settings'], req: RequestLike): Record<string, unknown> {
  const session = sessionOf(req)
  const key = proofsKey(settings)
  return Object(own(session, key) ?? {})
}

/** Returns a key of this strategy alone, because two may share a `sessionKey`. */
function proofsKey({ name }: Exchange['settings']): string {
  return `${name}:proofs`
}
