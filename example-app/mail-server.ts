import { createTransport } from 'nodemailer'
import { ConfigError } from './config.js'

const LIMIT_MS = 10_000

/**
 * Connects to the mail server and signs in there, without sending anything, so that a mistake in
 * SMTP_URL shows at the start and not to the first visitor.
 *
 * @throws {ConfigError} saying what is wrong, never the password
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
    const server = new URL(smtpUrl).host
    throw new ConfigError([`The mail server ${server} in SMTP_URL ${inWords(err as MailError)}`])
  } finally {
    transporter.close()
  }
}

interface MailError extends Error {
  readonly code?: string
}

/** A server's answer to a login may repeat the login, so that one is not shown. */
function inWords({ code, message }: MailError): string {
  switch (code) {
    case 'EAUTH':
      return 'refused the user name or the password that are in it.'
    case 'EDNS':
      return 'was not found: there is no host of that name.'
    case 'ETIMEDOUT':
      return `did not answer within ${LIMIT_MS / 1000} seconds. Check the host and the port.`
    default:
      return `cannot be used: ${message}. Check the host, the port, and smtp: or smtps:.`
  }
}
