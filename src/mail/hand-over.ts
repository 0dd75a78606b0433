import { ownFields } from '../util/own.js'
import { judge, notSent } from './outcome.js'
import type { OpenTransport, OutgoingMail } from './transporter.js'

/**
 * Passes the mail to the transporter. It counts as sent only if the recipient was accepted.
 *
 * Once the transporter has begun to send the message, it is not stopped any more: the server may accept it.
 *
 * @throws the transporter's error, with `notSent: true` if it is certain that the mail was not accepted.
 */
export async function handOver(
  { transporter, progressOf }: OpenTransport,
  mail: Omit<OutgoingMail, 'signal'>,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController()
  const progress = progressOf?.(stop.signal)
  const stopInTime = () => {
    if (progress && !progress.hasBegun()) stop.abort()
  }
  signal.addEventListener('abort', stopInTime, { once: true })
  if (signal.aborted) stop.abort()
  try {
    checkAccepted(await transporter.sendMail({ ...mail, signal: stop.signal }))
  } catch (err) {
    if (stop.signal.aborted) throw notSent(timeIsOver(), true)
    const judged = judge(err)
    throw progress && !progress.hasBegun() && judged === err ? notSent(err, true) : judged
  } finally {
    signal.removeEventListener('abort', stopInTime)
  }
}

/** An error as nodemailer has it for its own time limits. */
function timeIsOver(): Error {
  return Object.assign(new Error('The mail server was too slow'), { code: 'ETIMEDOUT' })
}

/** LMTP and some services reject a recipient in the result instead of throwing an error. */
function checkAccepted(result: unknown): void {
  const { accepted, rejected } = ownFields(result, ['accepted', 'rejected'])
  const isRejected = Array.isArray(rejected) && rejected.length > 0
  const isDropped = Array.isArray(accepted) && accepted.length === 0
  if (!isRejected && !isDropped) return
  throw notSent(new Error('The mail server did not accept the recipient'), true)
}
