/** A mail server that did not do what was asked: the fields of nodemailer's error that are known. */
export interface MailFailure {
  readonly code?: string | undefined
  readonly responseCode?: number | undefined
  readonly command?: string | undefined
  readonly response?: string | undefined
  readonly syscall?: string | undefined
  readonly name?: string | undefined
  readonly message?: string | undefined
}

/** How the texts name the mail server, and what they take into account. */
export interface NamedServer {
  /** At the beginning of a sentence: `The mail server`, or its host and port. */
  readonly atStart: string
  /** Inside a sentence: `the mail server`, or its host and port. */
  readonly inside: string
  /** Whether the connection starts with TLS. */
  readonly isSecure: boolean
  readonly hasUser: boolean
}

/** Whole sentences: what happened, and what to check or to change. They repeat nothing of the failure. */
export interface FailureText {
  readonly what: string
  readonly remedies: readonly string[]
}

interface Row {
  readonly when: (failure: MailFailure, server: NamedServer) => unknown
  readonly what: (server: NamedServer) => string
  readonly remedies: readonly string[] | ((server: NamedServer) => readonly string[])
}

const isTemporary = ({ responseCode = 0 }: MailFailure) => responseCode >= 400 && responseCode < 500
/** Recognizes errors of OpenSSL, for which nodemailer has no code. A server's answer is not one of them. */
const isOpenSslError =
  (pattern: RegExp) =>
  ({ message = '', response }: MailFailure) =>
    response === undefined && pattern.test(message)
/** nodemailer has tried STARTTLS, or EHLO before it, because TLS is required. */
const isWithoutStartTls = ({ code, command, message = '' }: MailFailure) =>
  (code === 'ETLS' && command === 'STARTTLS' && /upgrading/.test(message)) ||
  (command === 'EHLO' && /STARTTLS/.test(message))

const CHECK_PORT = 'Check the port: use smtps:// with port 465, and smtp:// with port 587.'
const TRY_LATER = 'Try again in a few minutes.'

/** The first row that fits is used. */
const ROWS: readonly Row[] = [
  {
    when: ({ code }) => code === 'EDNS',
    what: ({ inside }) => `The host name of ${inside} was not found.`,
    remedies: ['Check the host name, and check that this machine is online.'],
  },
  {
    when: isOpenSslError(/\bwrong version number\b|packet length too long/i),
    what: ({ atStart }) => `${atStart} does not start with TLS.`,
    remedies: [
      'Use smtp:// instead of smtps:// (usual for the ports 587 and 25), or use port 465.',
    ],
  },
  {
    when: isOpenSslError(/certificate has expired|certificate is not yet valid/i),
    what: ({ inside }) => `The certificate of ${inside} is not valid now.`,
    remedies: [
      'Renew the certificate of the mail server, or ask its operator to.',
      'Check that the clock of this machine is right.',
    ],
  },
  {
    when: isOpenSslError(/altnames?\b|hostname\/ip does not match/i),
    what: ({ inside }) => `The certificate of ${inside} was issued for another host name.`,
    remedies: ['Use the host name that the certificate was issued for.'],
  },
  {
    when: isOpenSslError(/certificate|unable to get .*issuer/i),
    what: ({ inside }) => `The certificate of ${inside} is not trusted.`,
    remedies: [
      'Check the host name, and check that the mail server sends its whole certificate chain.',
      'If a company has its own authority, set NODE_EXTRA_CA_CERTS to the file of its certificate.',
    ],
  },
  {
    when: (failure, { hasUser }) => hasUser && isWithoutStartTls(failure),
    what: ({ atStart }) =>
      `${atStart} does not offer TLS, so user name and password were not sent to it.`,
    remedies: [
      'Use smtps:// with port 465, or smtp:// with the port that offers STARTTLS, usually 587.',
      'Only if nobody can read this network, set allowUnencryptedPassword (--allow-unencrypted-password).',
    ],
  },
  {
    when: isWithoutStartTls,
    what: ({ atStart }) => `${atStart} does not offer TLS, and TLS is required.`,
    remedies: [
      'Use smtps:// with port 465, or smtp:// with the port that offers STARTTLS, usually 587.',
    ],
  },
  {
    when: (failure) => failure.code === 'ETLS' || isOpenSslError(/SSL routines/)(failure),
    what: ({ inside }) => `Could not establish a secure connection to ${inside}.`,
    remedies: [CHECK_PORT],
  },
  {
    when: ({ syscall }) => syscall === 'connect',
    what: ({ inside }) => `Could not connect to ${inside}.`,
    remedies: ['Check host and port, and check that the server is running.'],
  },
  {
    when: ({ code, name }) => code === 'ETIMEDOUT' || name === 'TimeLimitError',
    what: ({ atStart }) => `${atStart} did not answer in time.`,
    remedies: ({ isSecure }) => [
      `Check host and port.${isSecure ? '' : ' Port 465 needs smtps://.'}`,
      'Check whether this network blocks outgoing mail: many networks block port 25.',
    ],
  },
  {
    when: (failure) => failure.code === 'EAUTH' && isTemporary(failure),
    what: ({ atStart }) => `${atStart} cannot check passwords at the moment.`,
    remedies: [TRY_LATER],
  },
  {
    when: ({ code, responseCode }) => code === 'EAUTH' && responseCode === undefined,
    what: ({ inside }) => `Could not log in to ${inside}.`,
    remedies: ['Give both a user name and a password: smtp://user:password@… in an SMTP URL.'],
  },
  {
    when: ({ code }) => code === 'EAUTH',
    what: ({ atStart }) => `${atStart} rejected the user name or the password.`,
    remedies: [
      'Check both. In an SMTP URL, special characters must be percent-encoded.',
      'Some providers require an app password instead of the usual one.',
    ],
  },
  {
    when: ({ responseCode }, { hasUser }) => responseCode === 530 && !hasUser,
    what: ({ atStart }) => `${atStart} requires a login.`,
    remedies: ['Add a user name and a password: smtp://user:password@… in an SMTP URL.'],
  },
  {
    when: isTemporary,
    what: ({ atStart }) => `${atStart} does not accept mail at the moment.`,
    remedies: [TRY_LATER],
  },
  {
    when: ({ code, command }) => code === 'EENVELOPE' && command === 'RCPT TO',
    what: ({ atStart }) => `${atStart} rejected the recipient.`,
    remedies: [
      'Check the address, and check whether this server may send to it. It may require a login.',
    ],
  },
  {
    when: ({ code, command }) => code === 'EENVELOPE' && command === 'MAIL FROM',
    what: ({ atStart }) => `${atStart} rejected the sender.`,
    remedies: [
      'Check the sender (--from, MAIL_FROM or the option "from").',
      'Many servers require an address of the account that logs in.',
    ],
  },
  {
    when: ({ code }) => code === 'EENVELOPE' || code === 'EMESSAGE',
    what: ({ atStart }) => `${atStart} rejected the mail.`,
    remedies: [
      "Its answer says why. A common reason is that it is not set up for the sender's domain.",
    ],
  },
  {
    when: ({ code }) => code === 'EPROTOCOL',
    what: ({ atStart }) => `${atStart} does not speak SMTP.`,
    remedies: [CHECK_PORT],
  },
  {
    when: ({ code }) => code === 'ECONNECTION' || code === 'ESOCKET',
    what: ({ atStart }) => `${atStart} closed the connection.`,
    remedies: [CHECK_PORT, 'Then try again.'],
  },
]

const UNKNOWN: Row = {
  when: () => true,
  what: ({ atStart }) => `${atStart} could not be used, for a reason that is not known here.`,
  remedies: ['Check the log of the mail server.'],
}

/** Explains a failure of a mail server, for `emailOtp.check()` and for the command `try`. */
export function explainFailure(failure: MailFailure, server: NamedServer): FailureText {
  const { what, remedies } = ROWS.find(({ when }) => when(failure, server)) ?? UNKNOWN
  return {
    what: what(server),
    remedies: typeof remedies === 'function' ? remedies(server) : remedies,
  }
}
