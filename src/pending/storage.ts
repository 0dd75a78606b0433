import type { RequestLike } from '../passport/types.js'
import type { PendingState } from './state.js'

/**
 * Where the pending state is kept between the two requests: in the user's session, or, encrypted, with a
 * client that has no cookies.
 */
export interface PendingStorage {
  /** Returns `undefined` if the state is malformed or was created with a secret that is no longer configured. */
  read(req: RequestLike): PendingState | undefined
  write(req: RequestLike, state: PendingState): void
  forget(req: RequestLike): void
  /** @throws EmailOtpError `session_required` where the session is missing, before an attempt is used. */
  require(req: RequestLike): void
  /**
   * Passport renews the session at a login. Where it cannot, the error must come before the code is spent.
   * @throws EmailOtpError `session_required`
   */
  requireRenewable(req: RequestLike): void
  /** Saves the state now, instead of at the end of the request. */
  save(req: RequestLike): Promise<void>
  /** The token that the client must send back with its next request, if the state is kept there. */
  tokenFor(req: RequestLike): string | undefined
}
