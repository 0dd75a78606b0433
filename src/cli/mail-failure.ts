import type { SmtpServer } from './smtp-url.js'

/** What is known of a mail that could not be sent: nodemailer's fields, as far as they are there. */
export interface Failure {
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
  readonly when: (failure: Failure, server: Server) => unknown
  readonly words: (server: Server, failure: Failure) => string
}

const isTemporary = ({ responseCode = 0 }: Failure) => responseCode >= 400 && responseCode < 500
/** By OpenSSL's words, which have no code of nodemailer's. A server's answer is no such word. */
const says =
  (pattern: RegExp) =>
  ({ message = '', response }: Failure) =>
    response === undefined && pattern.test(message)

/** The first row that fits has the words: what happened, then what to check. */
const ROWS: readonly Row[] = [
  {
    when: ({ code }) => code === 'EDNS',
    words: ({ shown }) =>
      `The mail server ${shown} was not found: no such host name.\n` +
      'Check the host in the SMTP URL, and that this machine is online.',
  },
  {
    when: says(/\bwrong version number\b|packet length too long/i),
    words: ({ shown }) =>
      `${shown} does not start with TLS.\n` +
      'Write smtp:// instead of smtps:// (usual for the ports 587 and 25), or use port 465.',
  },
  {
    when: says(/certificate|altnames?\b|unable to get .*issuer/i),
    words: ({ shown }, { message = '' }) =>
      `The certificate of ${shown} is not to be trusted (${oneLine(message)}).\n` +
      "Check that the URL has the host name that the certificate is for; for a company's own\n" +
      'authority, name its certificate in NODE_EXTRA_CA_CERTS.',
  },
  {
    when: (failure) => failure.code === 'ETLS' || says(/SSL routines/)(failure),
    words: ({ shown }) =>
      `No secure connection to ${shown} came about.\n` +
      'Check the port: smtps:// belongs to 465, smtp:// to 587.',
  },
  {
    when: ({ syscall }) => syscall === 'connect',
    words: ({ shown }) =>
      `Nothing answers at ${shown}.\n` +
      'Check host and port in the SMTP URL, and that the server is running.',
  },
  {
    when: ({ code, name }) => code === 'ETIMEDOUT' || name === 'TimeLimitError',
    words: ({ shown, secure }) =>
      `${shown} did not answer in time.\n` +
      (secure ? 'Check host and port' : 'Check host and port (465 needs smtps://)') +
      ', and whether this network blocks outgoing mail: many block port 25.',
  },
  {
    when: (failure) => failure.code === 'EAUTH' && isTemporary(failure),
    words: ({ shown }) =>
      `${shown} cannot check passwords at the moment.\nTry again in some minutes.`,
  },
  {
    when: ({ code, responseCode }) => code === 'EAUTH' && responseCode === undefined,
    words: ({ shown }) =>
      `Signing in at ${shown} was not possible.\n` +
      'Check that the SMTP URL has both, user and password: smtp://user:password@…',
  },
  {
    when: ({ code }) => code === 'EAUTH',
    words: ({ shown }) =>
      `${shown} refused the user name or the password.\n` +
      'Check both in the SMTP URL: special characters need their %-form there, and some\n' +
      'providers want an app password instead of the usual one.',
  },
  {
    when: ({ responseCode }, { hasUser }) => responseCode === 530 && !hasUser,
    words: ({ shown }) =>
      `${shown} wants a login first.\nPut user and password into the SMTP URL: smtp://user:password@…`,
  },
  {
    when: (failure) => isTemporary(failure),
    words: ({ shown }) => `${shown} does not take the mail now.\nTry again in some minutes.`,
  },
  {
    when: ({ code, command }) => code === 'EENVELOPE' && command === 'RCPT TO',
    words: ({ shown }) =>
      `${shown} refused the recipient.\n` +
      'Check the address, and whether this server may send to it (a login may be needed).',
  },
  {
    when: ({ code, command }) => code === 'EENVELOPE' && command === 'MAIL FROM',
    words: ({ shown }) =>
      `${shown} refused the sender.\n` +
      'Check --from (or MAIL_FROM): often it has to be an address of the account.',
  },
  {
    when: ({ code }) => code === 'EENVELOPE' || code === 'EMESSAGE',
    words: ({ shown }) =>
      `${shown} refused the mail.\nIts answer says why; often the sender's domain is not set up there.`,
  },
  {
    when: ({ code }) => code === 'EPROTOCOL',
    words: ({ shown }) =>
      `What answers at ${shown} is no mail server.\nCheck the port: 587 is usual, 465 with smtps://.`,
  },
  {
    when: ({ code }) => code === 'ECONNECTION' || code === 'ESOCKET',
    words: ({ shown }) =>
      `${shown} closed the connection.\nCheck the port (587 is usual, 465 with smtps://), then try again.`,
  },
]

/** What a failed send means, in words for a person: what happened, what to check, the server's answer. */
export function failureInWords(failure: Failure, server: Server): string {
  const row = ROWS.find(({ when }) => when(failure, server))
  const words = row?.words(server, failure) ?? `${server.shown} did not take the mail.`
  const answer = showable(failure.response ?? '', server)
  return `The mail could not be sent. ${words}${answer && `\nThe server's answer: ${answer}`}`
}

/** A server's answer on one short line; nothing where it repeats what it was told in confidence. */
function showable(response: string, { secrets }: Server): string {
  if (secrets.some((secret) => response.includes(secret))) return ''
  return oneLine(response)
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
