import type { Settings } from '../options/settings.js'
import type { Proof, RequestLike } from '../passport/types.js'
import { sessionOf } from '../pending/in-session.js'

/** A fresh proof as it lies in the session, by its purpose. */
interface KeptProof {
  readonly subject: string
  readonly at: number
  /** Ends the proof with its session: after a logout, or a new login, there is another. */
  readonly sessionId: string
}

/** Notes in the session that its user has just entered a right code. Without a user, or a session, it can't. */
export function keepProof(settings: Settings, req: RequestLike, proof: Proof): void {
  const session = sessionOf(req)
  const sessionId = sessionIdOf(req)
  if (!session || sessionId === undefined || proof.subject === null) return
  const kept: KeptProof = { subject: proof.subject, at: Date.now(), sessionId }
  session[keyOf(settings)] = { ...proofsOf(settings, req), [proof.purpose]: kept }
}

/** Whether this user has proven this purpose in this session, not longer ago than `maxAgeMs`. */
export function hasProof(
  settings: Settings,
  req: RequestLike,
  { subject, purpose, maxAgeMs }: { subject: string; purpose: string; maxAgeMs: number },
): boolean {
  const proofs = proofsOf(settings, req)
  const kept = Object.hasOwn(proofs, purpose) ? Object(proofs[purpose]) : {}
  // A session store may bring anything back: a bigint would throw, and a text would count as a number.
  const ageMs = typeof kept.at === 'number' ? Date.now() - kept.at : Number.NaN
  return (
    kept.subject === subject &&
    kept.sessionId === sessionIdOf(req) &&
    // A clock that was set back must not make a proof younger than it is.
    ageMs >= 0 &&
    ageMs < maxAgeMs
  )
}

function proofsOf(settings: Settings, req: RequestLike): Record<string, unknown> {
  const session = sessionOf(req)
  const key = keyOf(settings)
  return session && Object.hasOwn(session, key) ? Object(session[key]) : {}
}

function keyOf({ sessionKey }: Settings): string {
  return `${sessionKey}:proofs`
}

/** As express-session has it, or as the sessions of other frameworks do. */
export function sessionIdOf(req: RequestLike): string | undefined {
  const session = sessionOf(req)
  const ids = [(req as { sessionID?: unknown }).sessionID, session?.id, session?.sessionId]
  return ids.find((id): id is string => typeof id === 'string' && id !== '')
}
