import type { PendingState } from '../pending/state.js'
import type { Exchange } from './exchange.js'

/** On a socket, all calls have one session: another call may have requested a code or signed in meanwhile. */
export function isStillPending({ storage, req }: Exchange, { id }: PendingState): boolean {
  return storage.read(req)?.id === id
}
