import type { Transporter } from './transporter.js'

/** Connects to the mail server, and says in a sentence each what keeps it from taking mail. */
export async function checkTransport(transporter: Transporter): Promise<readonly string[]> {
  if (typeof transporter.verify !== 'function') return []
  try {
    await transporter.verify()
    return []
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
