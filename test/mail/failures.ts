import { UNNAMED } from '../../src/mail/check-transport.js'
import type { MailFailure, NamedServer } from '../../src/mail/failure-row.js'
import { explainFailure } from '../../src/mail/failure-texts.js'

/** One failure for each text, as nodemailer reports it. */
export const FAILURES: Readonly<Record<string, readonly [MailFailure, Partial<NamedServer>?]>> = {
  'an unknown host': [{ code: 'EDNS', syscall: 'getaddrinfo' }],
  'nothing at the port': [{ code: 'ESOCKET', syscall: 'connect' }],
  silence: [{ code: 'ETIMEDOUT', message: 'Greeting never received' }],
  'another protocol': [{ code: 'EPROTOCOL' }],
  'a server that refuses this machine': [{ code: 'EPROTOCOL', command: 'CONN', responseCode: 554 }],
  'a proxy that does not connect': [{ code: 'EPROXY' }],
  'a closed connection': [{ code: 'ECONNECTION', message: 'Connection closed unexpectedly' }],
  'plain text where TLS is expected': [{ code: 'ESOCKET', message: 'wrong version number' }],
  'a failed handshake': [{ code: 'ETLS', command: 'CONN' }],
  'no TLS for a login': [
    { code: 'ETLS', command: 'STARTTLS', message: 'Error upgrading connection with STARTTLS: 502' },
    { hasUser: true },
  ],
  'no TLS': [
    { code: 'ETLS', command: 'STARTTLS', message: 'Error upgrading connection with STARTTLS: 502' },
  ],
  'an unknown authority': [{ code: 'ESOCKET', message: 'self-signed certificate' }],
  'another host name': [
    { code: 'ESOCKET', message: "Hostname/IP does not match certificate's altnames" },
  ],
  'an expired certificate': [{ code: 'ESOCKET', message: 'certificate has expired' }],
  'a wrong password': [{ code: 'EAUTH', responseCode: 535 }],
  'half a login': [{ code: 'EAUTH' }],
  'no login': [{ code: 'EENVELOPE', responseCode: 530 }],
  'no login offered': [{ code: 'EAUTH', command: 'EHLO' }, { hasUser: true }],
  'no access token': [{ code: 'EAUTH', command: 'AUTH XOAUTH2', message: 'invalid_grant' }],
  'a login that cannot be checked now': [{ code: 'EAUTH', responseCode: 454 }],
  'a busy server': [{ code: 'EENVELOPE', responseCode: 451 }],
  'a rejected recipient': [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }],
  'a rejected sender': [{ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553 }],
  'a rejected mail': [{ code: 'EMESSAGE', responseCode: 554 }],
  'anything else': [{}],
}

const NAMED = { ...UNNAMED, isSecure: false, hasUser: false }

/** What `check()` says about one of these failures, without the codes of its error at the end. */
export function problemOf(name: string, server: Partial<NamedServer> = {}): string {
  const row = FAILURES[name]
  if (row === undefined) throw new Error(`no failure "${name}"`)
  const [failure, more] = row
  const { what, remedies } = explainFailure(failure, { ...NAMED, ...more, ...server })
  return [what, ...remedies].join(' ')
}
