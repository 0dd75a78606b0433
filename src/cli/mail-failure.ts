import type { SmtpServer } from './smtp-url.js'

/** A mail that could not be sent: the fields of nodemailer's error that are known. */
export interface MailFailure {
  readonly code?: string | undefined
  readonly responseCode?: number | undefined
  readonly command?: string | undefined
  readonly response?: string | undefined
  readonly syscall?: string | undefined
  readonly name?: string | undefined
  readonly message?: string | undefined
}

type Server = Pick<SmtpServer, 'shown' | 'secure' | 'hasUser' | 'secrets'>

interface Row {
  readonly when: (failure: MailFailure, server: Server) => unknown
  /** Whole sentences: what happened, and in the lines after it what to check. */
  readonly text: (server: Server, failure: MailFailure) => string
}

const isTemporary = ({ responseCode = 0 }: MailFailure) => responseCode >= 400 && responseCode < 500
/** Recognizes errors of OpenSSL, for which nodemailer has no code. A server's answer is not one of them. */
const isOpenSslError =
  (pattern: RegExp) =>
  ({ message = '', response }: MailFailure) =>
    response === undefined && pattern.test(message)

/** The first row that fits is used. */
const ROWS: readonly Row[] = [
  {
    when: ({ code }) => code === 'EDNS',
    text: ({ shown }) =>
      `The host name of the mail server ${shown} was not found.\n` +
      'Check the host name in the SMTP URL, and check that this machine is online.',
  },
  {
    when: isOpenSslError(/\bwrong version number\b|packet length too long/i),
    text: ({ shown }) =>
      `${shown} does not start with TLS.\n` +
      'Use smtp:// instead of smtps:// (usual for the ports 587 and 25), or use port 465.',
  },
  {
    when: isOpenSslError(/certificate|altnames?\b|unable to get .*issuer/i),
    text: ({ shown }, { message = '' }) =>
      `The certificate of ${shown} is not trusted (${oneLine(message)}).\n` +
      'Check that the URL has the host name that the certificate was issued for.\n' +
      'If a company has its own authority, set NODE_EXTRA_CA_CERTS to the file of its certificate.',
  },
  {
    when: (failure) => failure.code === 'ETLS' || isOpenSslError(/SSL routines/)(failure),
    text: ({ shown }) =>
      `Could not establish a secure connection to ${shown}.\n` +
      'Check the port: use smtps:// with port 465, and smtp:// with port 587.',
  },
  {
    when: ({ syscall }) => syscall === 'connect',
    text: ({ shown }) =>
      `No server answers at ${shown}.\n` +
      'Check host and port in the SMTP URL, and check that the server is running.',
  },
  {
    when: ({ code, name }) => code === 'ETIMEDOUT' || name === 'TimeLimitError',
    text: ({ shown, secure }) =>
      `${shown} did not answer in time.\n` +
      `Check host and port in the SMTP URL.${secure ? '' : ' Port 465 needs smtps://.'}\n` +
      'Check whether this network blocks outgoing mail: many networks block port 25.',
  },
  {
    when: (failure) => failure.code === 'EAUTH' && isTemporary(failure),
    text: ({ shown }) =>
      `${shown} cannot check passwords at the moment.\nTry again in a few minutes.`,
  },
  {
    when: ({ code, responseCode }) => code === 'EAUTH' && responseCode === undefined,
    text: ({ shown }) =>
      `Could not log in to ${shown}.\n` +
      'Check that the SMTP URL has both a user and a password: smtp://user:password@…',
  },
  {
    when: ({ code }) => code === 'EAUTH',
    text: ({ shown }) =>
      `${shown} rejected the user name or the password.\n` +
      'Check both in the SMTP URL, where special characters must be percent-encoded.\n' +
      'Some providers require an app password instead of the usual one.',
  },
  {
    when: ({ responseCode }, { hasUser }) => responseCode === 530 && !hasUser,
    text: ({ shown }) =>
      `${shown} requires a login.\nAdd user and password to the SMTP URL: smtp://user:password@…`,
  },
  {
    when: (failure) => isTemporary(failure),
    text: ({ shown }) =>
      `${shown} does not accept the mail at the moment.\nTry again in a few minutes.`,
  },
  {
    when: ({ code, command }) => code === 'EENVELOPE' && command === 'RCPT TO',
    text: ({ shown }) =>
      `${shown} rejected the recipient.\n` +
      'Check the address, and check whether this server may send to it. It may require a login.',
  },
  {
    when: ({ code, command }) => code === 'EENVELOPE' && command === 'MAIL FROM',
    text: ({ shown }) =>
      `${shown} rejected the sender.\n` +
      'Check --from (or MAIL_FROM). Many servers require an address of the account that logs in.',
  },
  {
    when: ({ code }) => code === 'EENVELOPE' || code === 'EMESSAGE',
    text: ({ shown }) =>
      `${shown} rejected the mail.\n` +
      "Its answer says why. A common reason is that it is not set up for the sender's domain.",
  },
  {
    when: ({ code }) => code === 'EPROTOCOL',
    text: ({ shown }) =>
      `The server at ${shown} is not a mail server.\n` +
      'Check the port: 587 is usual, or 465 with smtps://.',
  },
  {
    when: ({ code }) => code === 'ECONNECTION' || code === 'ESOCKET',
    text: ({ shown }) =>
      `${shown} closed the connection.\n` +
      'Check the port (587 is usual, or 465 with smtps://), then try again.',
  },
]

/** Explains a mail that could not be sent: what happened, what to check, and the server's answer. */
export function failureText(failure: MailFailure, server: Server): string {
  const row = ROWS.find(({ when }) => when(failure, server))
  const text = row?.text(server, failure) ?? `${server.shown} did not accept the mail.`
  const answer = showableAnswer(failure.response ?? '', server)
  const answerLine = answer === '' ? '' : `\nThe server answered: ${answer}`
  return `The mail could not be sent. ${text}${answerLine}`
}

/** The server's answer in one short line; empty if it repeats the password. */
function showableAnswer(response: string, { secrets }: Server): string {
  if (secrets.some((secret) => response.includes(secret))) return ''
  return oneLine(response)
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
