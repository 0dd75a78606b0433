import { type PendingState, pendingIdOf } from '../pending/state.js'
import { deriveOnce, type Exchange } from './exchange.js'

/** The public id of a pending challenge, for the mail, the answer and the page of one request. */
export function publicIdFor(
  exchange: Pick<Exchange, 'settings' | 'derived' | 'req'>,
  state: PendingState,
): string {
  return deriveOnce(exchange, state.id, () => pendingIdOf(exchange.settings, state))
}
