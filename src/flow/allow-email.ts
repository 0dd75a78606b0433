import { redactError } from '../util/redact.js'
import { addressHashOf } from './address-hash.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'

/**
 * Asks the application's `allowEmail`. What it throws is emitted as an event and thrown again.
 * @param code the code to keep out of the event, where there is one
 */
export async function isAllowed(
  exchange: Exchange,
  email: string,
  code?: string,
): Promise<boolean> {
  const { settings, req } = exchange
  if (!settings.allowEmail) return true
  try {
    return Boolean(await settings.allowEmail(email, req))
  } catch (err) {
    const error = redactError(err, { email, ...(code !== undefined && { code }) })
    emitEvent(exchange, {
      type: 'allow_failed',
      addressHash: addressHashOf(exchange, email),
      error,
    })
    throw err
  }
}
