import type { Transporter } from './transporter.js'

/**
 * Connects to the mail server, and says in a sentence each what keeps it from taking mail; `undefined`
 * for a transport that can't be checked.
 */
export async function checkTransport(
  transporter: Transporter,
): Promise<readonly string[] | undefined> {
  if (typeof transporter.verify !== 'function') return undefined
  try {
    // Where a transport has no such method, nodemailer answers with false.
    return (await transporter.verify()) === false ? undefined : []
  } catch (err) {
    return [inWords(Object(err))]
  }
}

/** The server's own words stay out: some quote the user name. */
function inWords({ code, responseCode }: { code?: unknown; responseCode?: unknown }): string {
  const facts = [code, responseCode].filter((fact) => fact !== undefined).join(', ') || 'no reason'
  if (code === 'EAUTH') return `The mail server refused the login (${facts}).`
  if (code === 'ETLS') return `The connection to the mail server can’t be secured (${facts}).`
  return `The mail server can’t be reached, or doesn’t answer as one (${facts}).`
}
