import type { PendingState } from '../pending/state.js'
import { pause } from '../util/time-limit.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'
import { type CodeRequest, cancelId, openId } from './open-id.js'
import { sendCode, sendIfAllowed } from './send-code.js'

/**
 * Mails the code of a second click if the first one has taken back its challenge.
 *
 * The second click was told that a mail is on its way, because the store knows the challenge of the first. But the
 * store may have answered the first one so late that its request had failed: then it cancels the challenge, and sends
 * nothing. No process knows of the requests of another one, so the second click asks the store again, after twice the
 * time limit of the store: in the first the other request fails at the latest, in the second its late answer comes and
 * is cancelled. The challenge that is opened then has the same code.
 */
export async function mailIfTakenBack(
  exchange: Exchange,
  request: CodeRequest,
  state: PendingState,
): Promise<void> {
  const { settings } = exchange
  const { addressHash, purpose } = request
  await pause(2 * settings.storeTimeoutMs, undefined)
  // By now the page offers to send the code again, or the host was frozen meanwhile.
  if (Date.now() >= state.resendAt) return
  // A failure is in its event.
  const result = await openId(exchange, request, state.id).catch(() => undefined)
  if (result?.outcome !== 'opened') return
  const { digits } = state
  emitEvent(exchange, { type: 'issued', addressHash, purpose, digits, resend: false })
  if (settings.allowEmail) return sendIfAllowed(exchange, state, addressHash)
  const delivery = await sendCode(exchange, state)
  if (delivery.outcome === 'unknown') await delivery.rest?.()
  if (delivery.outcome !== 'not_sent') return
  await cancelId(exchange, request, state.id, delivery.error.reached ? 'reduced' : 'whole')
}
