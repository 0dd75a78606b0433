import { EmailOtpError } from '../errors.js'
import type { CodeMail } from '../mail/send-code.js'
import type { Settings } from '../options/settings.js'
import type { Request } from '../passport/types.js'
import { redactError } from '../util/redact.js'
import { withTimeLimit } from '../util/time-limit.js'
import { addressKeyOf } from './address-hash.js'
import { report } from './emit-event.js'

/** How long a send may take before the person gets an answer and the mailer is told to stop. */
const SEND_LIMIT_MS = 10_000

/** A send that failed, and whether it is certain that nothing left the machine. */
export class DeliveryError extends EmailOtpError {
  readonly notSent: boolean

  constructor(cause: Error, notSent: boolean) {
    super('delivery_failed', 'The mail with the code could not be sent', { cause })
    this.notSent = notSent
  }
}

/** Hands the code to the application's `sendCode`. @throws DeliveryError */
export async function deliver(settings: Settings, mail: Omit<CodeMail, 'signal'>): Promise<void> {
  const addressKey = addressKeyOf(settings, mail.to)
  const req: Request = mail.req
  const started = performance.now()
  const stop = new AbortController()
  try {
    await withTimeLimit(SEND_LIMIT_MS, () => settings.sendCode({ ...mail, signal: stop.signal }))
    report(settings, req, { type: 'sent', addressKey, durationMs: msSince(started) })
  } catch (err) {
    stop.abort()
    const cause = redactError(err, { code: mail.code, email: mail.to })
    const error = new DeliveryError(cause, (err as { notSent?: unknown } | null)?.notSent === true)
    report(settings, req, { type: 'send_failed', addressKey, durationMs: msSince(started), error })
    throw error
  }
}

function msSince(started: number): number {
  return Math.round(performance.now() - started)
}
