import { CHECK_PORT, type MailFailure, type NamedServer, type Row } from './failure-row.js'
import { isTemporary } from './outcome.js'
import { TLS_FAILURES } from './tls-failures.js'

/** Whole sentences: what happened, and what to check or to change. They repeat nothing of the failure. */
export interface FailureText {
  readonly what: string
  readonly remedies: readonly string[]
}

const TRY_LATER = 'Try again in a few minutes.'

/** The first row that fits is used. */
const ROWS: readonly Row[] = [
  // Its other fields are those of the connection to the server that issues the tokens.
  {
    when: ({ code, command, responseCode }) =>
      code === 'EAUTH' && command === 'AUTH XOAUTH2' && responseCode === undefined,
    what: ({ inside }) => `No access token for ${inside} could be obtained.`,
    remedies: [
      'Check the options of OAuth 2: the client, its secret, the refresh token and "accessUrl".',
      'The refresh token may have expired or been revoked.',
    ],
  },
  {
    when: ({ code }) => code === 'EPROXY',
    what: ({ inside }) => `The proxy did not connect to ${inside}.`,
    remedies: [
      'Check the URL of the proxy and its login, and check whether it allows this host and port.',
      'A SOCKS proxy needs a nodemailer transporter of your own.',
    ],
  },
  {
    when: ({ code }) => code === 'EDNS',
    what: ({ inside }) => `The host name of ${inside} was not found.`,
    remedies: ['Check the host name, and check that this machine is online.'],
  },
  ...TLS_FAILURES,
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
    // A mail over a connection without the login that is configured fails with 530.
    when: ({ code, command, responseCode }, { hasUser }) =>
      code === 'EAUTH' ? command === 'EHLO' : responseCode === 530 && hasUser,
    what: ({ atStart }) => `${atStart} does not offer a login here.`,
    remedies: [
      'Use smtps:// with port 465, or smtp:// with port 587. Port 25 is for mail between servers.',
    ],
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
    when: ({ code, command, responseCode = 0 }) =>
      responseCode >= 500 && (code === 'EPROTOCOL' || command === 'EHLO'),
    what: ({ atStart }) => `${atStart} refuses this machine.`,
    remedies: [
      'Its answer says why. A common reason is that the address of this machine is on a block list.',
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
