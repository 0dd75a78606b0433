import { ownFields } from '../util/own.js'
import { neverReached } from './never-reached.js'
import type { OutgoingMail, Transporter } from './transporter.js'

/**
 * Passes the mail to the transporter. It counts as sent only if the recipient was accepted.
 *
 * @throws the transporter's error, with `notSent: true` if it is certain that nothing left this machine.
 */
export async function handOver(transporter: Transporter, mail: OutgoingMail): Promise<void> {
  try {
    checkAccepted(await transporter.sendMail(mail))
  } catch (err) {
    throw neverReached(err) ? Object.assign(err as object, { notSent: true }) : err
  }
}

/** LMTP and some services reject a recipient in the result instead of throwing an error. */
function checkAccepted(result: unknown): void {
  const { accepted, rejected } = ownFields(result, ['accepted', 'rejected'])
  const isRejected = Array.isArray(rejected) && rejected.length > 0
  const isDropped = Array.isArray(accepted) && accepted.length === 0
  if (isRejected || isDropped) throw new Error('The mail server did not accept the recipient')
}
