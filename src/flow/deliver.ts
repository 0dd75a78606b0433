import { DeliveryError } from '../errors.js'
import type { CodeMail } from '../mail/send-code.js'
import type { RequestLike } from '../passport/types.js'
import { own } from '../util/own.js'
import { redactError } from '../util/redact.js'
import { TimeLimitError, withTimeLimit } from '../util/time-limit.js'
import { addressHashOf } from './address-hash.js'
import { captureCode } from './capture.js'
import { emitEvent } from './emit-event.js'
import type { Exchange } from './exchange.js'

/** How long a send may take before the request is answered and `sendCode` is told so. */
const SEND_LIMIT_MS = 10_000

/** How long the host and a shutdown wait for a send that continues after the answer. */
const REST_LIMIT_MS = 60_000

/**
 * The outcome of a send.
 *
 * - `accepted`: `sendCode` has resolved.
 * - `not_sent`: certainly no mail was accepted.
 * - `unknown`: `sendCode` has thrown without saying so, or has not settled in time. The mail may arrive.
 */
export type Delivery =
  | { readonly outcome: 'accepted' }
  | {
      readonly outcome: 'unknown'
      /** Settles once `sendCode` does, where it has not settled in time. Never rejects. */
      readonly rest?: () => Promise<void>
    }
  | { readonly outcome: 'not_sent'; readonly error: DeliveryError }

/** Passes the code to the application's `sendCode`, and emits one event about the outcome. */
export async function deliver(
  exchange: Exchange,
  mail: Omit<CodeMail<RequestLike>, 'signal'>,
): Promise<Delivery> {
  const { settings } = exchange
  const addressHash = addressHashOf(exchange, mail.to)
  const started = performance.now()
  const durationMs = () => Math.round(performance.now() - started)
  const stop = new AbortController()
  const signalled = { ...mail, signal: stop.signal }
  const isCaptured = exchange.captures.size > 0
  const sending = (async () =>
    isCaptured ? captureCode(exchange, signalled) : settings.sendCode(signalled))()
  try {
    const tries = triesOf(await settleInTime(sending, stop))
    emitEvent(exchange, { type: 'sent', addressHash, durationMs: durationMs(), tries })
    return { outcome: 'accepted' }
  } catch (err) {
    const cause = redactError(err, { code: mail.code, email: mail.to })
    const error = new DeliveryError(cause, {
      notSent: own(err, 'notSent') === true,
      reached: own(err, 'reached') === true || typeof own(err, 'responseCode') === 'number',
    })
    const type = error.notSent ? 'send_failed' : 'send_unconfirmed'
    emitEvent(exchange, { type, addressHash, durationMs: durationMs(), error })
    if (error.notSent) return { outcome: 'not_sent', error }
    return { outcome: 'unknown', ...(err instanceof TimeLimitError && { rest: restOf(sending) }) }
  }
}

/**
 * Waits for `sendCode` within the time limit. After the limit it aborts the signal; what `sendCode`
 * then settles with at once still counts, because it may know that nothing was sent.
 *
 * @throws TimeLimitError, or what `sendCode` has thrown
 */
async function settleInTime(sending: Promise<unknown>, stop: AbortController): Promise<unknown> {
  try {
    return await withTimeLimit(SEND_LIMIT_MS, () => sending)
  } catch (err) {
    if (!(err instanceof TimeLimitError)) throw err
    stop.abort()
    const late = new Promise<never>((_, reject) => setImmediate(reject, err))
    return Promise.race([sending, late])
  }
}

function restOf(sending: Promise<unknown>): () => Promise<void> {
  const drop = () => {}
  return () => withTimeLimit(REST_LIMIT_MS, () => sending).then(drop, drop)
}

/** How many times the mail was tried, as the mailer says it. Own functions need not say it. */
function triesOf(result: unknown): number {
  const tries = own(result, 'tries')
  return Number.isSafeInteger(tries) && (tries as number) > 0 ? (tries as number) : 1
}
