import { CHECK_PORT, type MailFailure, type Row } from './failure-row.js'
import { isTemporary } from './outcome.js'

/** Recognizes errors of OpenSSL, for which nodemailer has no code. A server's answer is not one of them. */
const isOpenSslError =
  (pattern: RegExp) =>
  ({ message = '', response }: MailFailure) =>
    response === undefined && pattern.test(message)
/**
 * nodemailer has tried STARTTLS, or EHLO before it, because TLS is required, and the server does not know the command. A
 * server that refuses EHLO for another reason, or either of them for now, may well offer TLS.
 */
const isWithoutStartTls = (failure: MailFailure) => {
  const { code, command, responseCode = 0, message = '' } = failure
  if (command === 'EHLO') return [500, 502].includes(responseCode) && /STARTTLS/.test(message)
  const isRefused = code === 'ETLS' && command === 'STARTTLS' && /upgrading/.test(message)
  return isRefused && !isTemporary(failure)
}

/** What goes wrong with TLS. */
export const TLS_FAILURES: readonly Row[] = [
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
    when: (failure) =>
      (failure.code === 'ETLS' && !isTemporary(failure)) || isOpenSslError(/SSL routines/)(failure),
    what: ({ inside }) => `Could not establish a secure connection to ${inside}.`,
    remedies: [CHECK_PORT],
  },
]
