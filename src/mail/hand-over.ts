import { neverReached } from './never-reached.js'
import type { OutgoingMail, Transporter } from './transporter.js'

/**
 * Gives the mail to the transporter and believes it only if the recipient was taken.
 *
 * @throws what the transporter throws, with `notSent: true` where it is certain that nothing left.
 */
export async function handOver(transporter: Transporter, mail: OutgoingMail): Promise<void> {
  try {
    checkAccepted(await transporter.sendMail(mail))
  } catch (err) {
    throw neverReached(err) ? Object.assign(err as object, { notSent: true }) : err
  }
}

/** LMTP and some services refuse a recipient in the result instead of an error. */
function checkAccepted(result: unknown): void {
  const { accepted, rejected } = Object(result)
  const isRefused = Array.isArray(rejected) && rejected.length > 0
  const isDropped = Array.isArray(accepted) && accepted.length === 0
  if (isRefused || isDropped) throw new Error('The mail server did not accept the recipient')
}
