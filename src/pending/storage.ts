import type { RequestLike } from '../passport/types.js'
import type { PendingState } from './state.js'

/**
 * Where what is pending waits between the two requests: in the visitor's session, or, sealed, with a
 * client that has no cookies.
 */
export interface PendingPlace {
  /** The pending state, or `undefined`. One of another shape, or of a key that is gone, is none. */
  read(req: RequestLike): PendingState | undefined
  write(req: RequestLike, state: PendingState): void
  forget(req: RequestLike): void
  /** @throws EmailOtpError `session_required` where a session is missing, before anything is used up. */
  require(req: RequestLike): void
  /**
   * Passport renews the session at a login. Where that can't work, the error must come before the code
   * is spent. @throws EmailOtpError `session_required`
   */
  requireRenewable(req: RequestLike): void
  /** Keeps what was written, now. */
  save(req: RequestLike): Promise<void>
  /** What the client must send back with its next request, where the place is the client's. */
  tokenFor(req: RequestLike): string | undefined
}
