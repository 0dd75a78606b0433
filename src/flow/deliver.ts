import { DeliveryError } from '../errors.js'
import type { CodeMail } from '../mail/send-code.js'
import type { RequestLike } from '../passport/types.js'
import { own } from '../util/own.js'
import { redactError } from '../util/redact.js'
import { withTimeLimit } from '../util/time-limit.js'
import { addressHashOf } from './address-hash.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'

/** How long a send may take before the request is answered and `sendCode` is told to stop. */
const SEND_LIMIT_MS = 10_000

/** Hands the code to the application's `sendCode`. @throws DeliveryError */
export async function deliver(
  exchange: Exchange,
  mail: Omit<CodeMail<RequestLike>, 'signal'>,
): Promise<void> {
  const { settings } = exchange
  const addressHash = addressHashOf(settings, mail.to)
  const started = performance.now()
  const stop = new AbortController()
  try {
    await withTimeLimit(SEND_LIMIT_MS, () => settings.sendCode({ ...mail, signal: stop.signal }))
    emitEvent(exchange, { type: 'sent', addressHash, durationMs: msSince(started) })
  } catch (err) {
    stop.abort()
    const cause = redactError(err, { code: mail.code, email: mail.to })
    const error = new DeliveryError(cause, own(err, 'notSent') === true)
    emitEvent(exchange, {
      type: 'send_failed',
      addressHash,
      durationMs: msSince(started),
      error,
    })
    throw error
  }
}

function msSince(started: number): number {
  return Math.round(performance.now() - started)
}
