import { createTransport, type TransportConfig } from 'nodemailer'
import wellKnown from 'nodemailer/lib/well-known'
import { describe, describeSecret } from '../util/describe.js'
import { wrongOption } from '../util/option-reader.js'
import { member, own, withoutUndefined } from '../util/own.js'
import { checkDkimKeys } from './dkim-keys.js'
import type { OutgoingMail } from './outgoing-mail.js'
import { protectPassword } from './protect-password.js'
import { numbersIn } from './smtp/number-options.js'
import { SmtpTransport } from './smtp/transport.js'
import { parseSmtpUrl } from './smtp-url.js'
import { type Compose, composerLike } from './template/compose.js'

/** The methods of a nodemailer transporter that the mailer calls. */
export interface Transporter {
  sendMail(mail: OutgoingMail): Promise<unknown>
  /** Connects and logs in. Only SMTP transports have it. */
  verify?(): Promise<unknown>
}

/** The mail server: an SMTP URL, options for nodemailer, or your own nodemailer transporter. */
export type MailTransport = string | TransportConfig | Transporter

/** A transporter that is ready to send. */
export interface OpenTransport {
  readonly transporter: Transporter
  /** nodemailer's options in force, those of a URL or a service among them, if the transporter is one of its own. */
  readonly options: unknown
  /**
   * Composes a mail as the transporter does. `undefined` if it may do more with a mail than to send it, as a transporter
   * of the application does: then mails must not be composed before.
   */
  readonly compose: Compose | undefined
  /** Whether it is an {@link SmtpTransport}: it stops a mail only before its message is begun, and tells of tries. */
  readonly isSmtp: boolean
  /** Closes its connections. Does nothing if the transporter belongs to the application. */
  close(): void
}

/**
 * The longest time from the DNS lookup to the server's greeting. nodemailer's own default is two minutes.
 * The strategy waits 10 seconds for the whole send. A server that has not greeted after 8 seconds is given up
 * before that, so it is certain that nothing was sent.
 */
const CONNECTION_TIMEOUT_MS = 8_000

/**
 * How long a server may be silent, also after the whole message. nodemailer's own default is ten minutes, in which a
 * server that hangs would keep all connections busy.
 */
const SOCKET_TIMEOUT_MS = 60_000

/**
 * How long a connection stays open without a mail. Servers limit connections, and other processes may wait for it:
 * within the 10 seconds of a send they get their turn.
 */
const IDLE_TIMEOUT_MS = 5_000

const SMTP_DEFAULTS = {
  pool: true,
  connectionTimeout: CONNECTION_TIMEOUT_MS,
  socketTimeout: SOCKET_TIMEOUT_MS,
  idleTimeout: IDLE_TIMEOUT_MS,
}

const EXPECTED =
  'an SMTP URL such as smtps://user:password@smtp.example.com (with special characters in user and ' +
  'password percent-encoded), options for nodemailer with a host, a url or a service that nodemailer knows, or a ' +
  'nodemailer transporter'

/** The keys that select a transport of nodemailer other than SMTP. */
const OTHER_KINDS = ['sendmail', 'SES', 'streamTransport', 'jsonTransport']
/** The keys that locate an SMTP server, and those of them that are left once nodemailer has read URL and service. */
const SMTP_PLACES = ['host', 'url', 'service', 'socket', 'connection', 'getSocket']
const PLACES_IN_FORCE = ['host', 'socket', 'connection', 'getSocket']

/**
 * Reads the `transport` option of `mailer`. Does not connect yet.
 *
 * @param allowUnencryptedPassword whether a login may be sent without TLS
 * @throws TypeError that never shows an SMTP URL, because it may hold a password, or a private key
 */
export function openTransport(
  transport: unknown,
  allowUnencryptedPassword: boolean,
): OpenTransport {
  if (isTransporter(transport)) {
    const options = optionsOf(transport)
    return { transporter: transport, options, compose: undefined, isSmtp: false, close: () => {} }
  }

  const options = typeof transport === 'string' ? { url: transport } : transport
  if (!isTransportConfig(options)) throw wrong(transport)
  const url = own(options, 'url')
  if (url !== undefined && !parseSmtpUrl(url)) throw wrong(transport)
  const service = own(options, 'service') || ''
  if (typeof service !== 'string') throw wrong(transport)

  const isOther = OTHER_KINDS.some((kind) => own(options, kind))
  const made = make(isOther ? { ...options } : { ...SMTP_DEFAULTS, ...withoutUndefined(options) })
  const inForce = optionsOf(made)
  const isSmtp = /^SMTP\b/.test(made.transporter.name)
  if (isSmtp) Object.assign(inForce as object, numbersIn(made.options))
  // nodemailer would silently use localhost, for which no TLS is required.
  if (isSmtp && !PLACES_IN_FORCE.some((key) => own(inForce, key))) {
    // Maildev has none, because it runs on this machine.
    if (!wellKnown(service)) throw wrong(transport)
    Object.assign(inForce as object, { host: 'localhost' })
  }
  if (!allowUnencryptedPassword) protectPassword(inForce)
  // It writes mails as they are, without a signature.
  if (!own(inForce, 'jsonTransport')) checkDkimKeys(made.dkim)
  const composer = composerLike(inForce)
  const transporter = isSmtp ? new SmtpTransport(inForce as object, made, composer) : made
  // A function of the application may write each header field in another way.
  const isOpen = (isSmtp || own(options, 'streamTransport')) && !own(inForce, 'normalizeHeaderKey')
  const compose = isOpen ? composer : undefined
  return { transporter, options: inForce, compose, isSmtp, close: () => transporter.close() }
}

function optionsOf(transporter: object): unknown {
  return own(own(transporter, 'transporter'), 'options')
}

function make(options: TransportConfig & { url?: unknown }) {
  try {
    const transporter = createTransport(options)
    // A mail holds only texts. Set after construction, because a URL's query could switch it off.
    Object.assign(transporter.options, { disableFileAccess: true, disableUrlAccess: true })
    return transporter
  } catch (err) {
    // The error of a URL that cannot be parsed holds the URL and its password, so it is replaced.
    throw options.url === undefined ? err : wrong(options.url)
  }
}

function isTransporter(value: unknown): value is Transporter {
  return typeof member(value, 'sendMail') === 'function'
}

function isTransportConfig(value: unknown): value is TransportConfig & { url?: unknown } {
  if (typeof value !== 'object' || value === null) return false
  return [...OTHER_KINDS, ...SMTP_PLACES].some((key) => own(value, key) !== undefined)
}

function wrong(transport: unknown): TypeError {
  const got = typeof transport === 'string' ? describeSecret(transport) : describe(transport)
  const service = own(transport, 'service')
  const named = service ? `${got} with the service ${describe(service)}` : got
  return wrongOption('mailer', 'transport', named, EXPECTED)
}
