import { createTransport } from 'nodemailer'
import { ConfigError } from './config.js'

const LIMIT_MS = 10_000

/**
 * Connects to the mail server and logs in without sending anything, so that a mistake in SMTP_URL shows at the
 * start, not at the first request.
 *
 * @throws {ConfigError} that says what is wrong, without the password
 */
export async function checkMailServer(smtpUrl: string): Promise<void> {
  const transporter = createTransport({
    url: smtpUrl,
    connectionTimeout: LIMIT_MS,
    greetingTimeout: LIMIT_MS,
    socketTimeout: LIMIT_MS,
  })
  try {
    await transporter.verify()
  } catch (err) {
    throw new ConfigError([problemText(new URL(smtpUrl).host, err as MailError)])
  } finally {
    transporter.close()
  }
}

interface MailError extends Error {
  readonly code?: string
}

function problemText(host: string, { code, message }: MailError): string {
  switch (code) {
    case 'EAUTH': // The server's message is left out, because it may repeat the login.
      return `The mail server ${host} rejected the user name or the password in SMTP_URL.`
    case 'EDNS':
      return `The host name of the mail server ${host} in SMTP_URL was not found.`
    case 'ETIMEDOUT':
      return (
        `The mail server ${host} in SMTP_URL did not answer within ${LIMIT_MS / 1000} seconds. ` +
        'Check the host and the port.'
      )
    default:
      return (
        `The mail server ${host} in SMTP_URL cannot be used: ${message}. ` +
        'Check the host, the port, and smtp: or smtps:.'
      )
  }
}
