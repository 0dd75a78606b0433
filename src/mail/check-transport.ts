import { member, ownFields } from '../util/own.js'
import type { Transporter } from './transporter.js'

/**
 * Connects to the mail server, logs in, and sends nothing. Returns the problems, each as a sentence;
 * `undefined` for a transport that cannot be checked.
 */
export async function checkTransport(
  transporter: Transporter,
): Promise<readonly string[] | undefined> {
  if (typeof member(transporter, 'verify') !== 'function') return undefined
  try {
    // nodemailer returns false for a transport that has no such method.
    return (await transporter.verify?.()) === false ? undefined : []
  } catch (err) {
    return [problemText(err)]
  }
}

/** The server's own message is left out, because some servers quote the user name in it. */
function problemText(err: unknown): string {
  const { code, responseCode } = ownFields(err, ['code', 'responseCode'])
  const codes = [code, responseCode].filter((each) => each !== undefined).join(', ')
  const details = codes === '' ? 'no error code' : codes
  if (code === 'EAUTH') return `The mail server rejected the login (${details}).`
  if (code === 'ETLS') {
    return `Could not establish a secure connection to the mail server (${details}).`
  }
  return `The mail server cannot be reached, or it does not speak SMTP (${details}).`
}
