import { own, ownFields } from '../util/own.js'
import { judge, notSent, timeIsOver } from './outcome.js'
import type { OutgoingMail, RawMail } from './outgoing-mail.js'
import type { OpenTransport } from './transporter.js'

/** How a mail was sent. */
export interface SentMail {
  /** How many times it was tried. */
  readonly tries: number
}

/**
 * Passes the mail to the transporter. It counts as sent only if the recipient was accepted.
 *
 * A transporter of the application does not tell whether it has begun to send the message, so it is not stopped: the
 * server may accept the mail.
 *
 * @throws the transporter's error, with `notSent: true` if it is certain that the mail was not accepted.
 */
export async function handOver(
  { transporter, isSmtp }: OpenTransport,
  mail: OutgoingMail | RawMail,
  signal: AbortSignal | undefined,
): Promise<SentMail> {
  if (signal?.aborted) throw notSent(timeIsOver(), false)
  try {
    // Only a transporter that the mailer has made receives a mail that is composed already.
    const outgoing = { ...mail, ...(isSmtp && { signal }) } as OutgoingMail
    const result = await transporter.sendMail(outgoing)
    checkAccepted(result)
    const tries = own(result, 'tries')
    return { tries: isSmtp && typeof tries === 'number' ? tries : 1 }
  } catch (err) {
    throw judge(err)
  }
}

/** LMTP and some services reject a recipient in the result instead of throwing an error. */
function checkAccepted(result: unknown): void {
  const { accepted, rejected } = ownFields(result, ['accepted', 'rejected'])
  const isRejected = Array.isArray(rejected) && rejected.length > 0
  const isDropped = Array.isArray(accepted) && accepted.length === 0
  if (!isRejected && !isDropped) return
  throw notSent(new Error('The mail server did not accept the recipient'), true)
}
