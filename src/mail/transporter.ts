import { createTransport, type TransportConfig } from 'nodemailer'
import { describe, describeSecret, wrongOption } from '../util/option-reader.js'
import { parseSmtpUrl } from './smtp-url.js'

/** What is used of a nodemailer transporter. */
export interface Transporter {
  sendMail(mail: OutgoingMail): Promise<unknown>
  /** Connects and logs in. Only SMTP transports have it. */
  verify?(): Promise<unknown>
}

/** A mail as nodemailer takes it. Addresses are objects: nodemailer parses strings as lists. */
export interface OutgoingMail {
  readonly from: { readonly name: string; readonly address: string }
  readonly to: { readonly name: string; readonly address: string }
  readonly envelope: { readonly from: string; readonly to: string[] }
  readonly subject: string
  readonly text: string
  readonly html?: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Where mails go: an SMTP URL, options for nodemailer, or a nodemailer transporter of your own. */
export type MailTransport = string | TransportConfig | Transporter

/** A transporter, and the way to end it: nothing where it is the application's own. */
export interface OpenTransport {
  readonly transporter: Transporter
  close(): void
}

/**
 * Time from the DNS lookup to the server's greeting, in milliseconds; nodemailer's own default is two
 * minutes. The strategy waits 10 seconds for the whole send. A server that hasn't greeted by 8 is
 * given up before, which is a failure that is certain to have sent nothing.
 */
const CONNECTION_TIMEOUT_MS = 8_000

const EXPECTED =
  'an SMTP URL such as smtps://user:password@smtp.example.com (in user and password, special ' +
  'characters percent-encoded), options for nodemailer with a host, url or service, or a ' +
  'nodemailer transporter'

/** The kinds of transport that nodemailer has besides SMTP, by the key that asks for them. */
const OTHER_KINDS = ['sendmail', 'SES', 'streamTransport', 'jsonTransport']
/** At least one of these says where an SMTP server is; nodemailer would take localhost without a word. */
const SMTP_PLACES = ['host', 'url', 'service', 'socket', 'connection', 'getSocket']

/**
 * Reads the `transport` option of `mailer`; connects nowhere yet.
 *
 * @throws TypeError that never shows an SMTP URL, because it may hold a password.
 */
export function openTransport(transport: unknown): OpenTransport {
  if (isTransporter(transport)) return { transporter: transport, close: () => {} }

  const options = typeof transport === 'string' ? { url: transport } : transport
  if (!isTransportConfig(options)) throw wrong(transport)
  const { url } = options
  if (url !== undefined && !parseSmtpUrl(url)) throw wrong(transport)

  const isSmtp = !OTHER_KINDS.some((kind) => kind in options)
  const made = make({
    ...(isSmtp && { pool: true, connectionTimeout: CONNECTION_TIMEOUT_MS }),
    ...options,
  })
  return { transporter: made, close: () => made.close() }
}

function make(options: TransportConfig & { url?: unknown }) {
  try {
    const transporter = createTransport(options)
    // A mail holds texts and nothing else. Set here, because a URL's query could switch it off.
    Object.assign(transporter.options, { disableFileAccess: true, disableUrlAccess: true })
    return transporter
  } catch (err) {
    // The error of a URL that can't be parsed carries the URL, so it goes no further.
    throw options.url === undefined ? err : wrong(options.url)
  }
}

function isTransporter(value: unknown): value is Transporter {
  return typeof Object(value).sendMail === 'function'
}

function isTransportConfig(value: unknown): value is TransportConfig & { url?: unknown } {
  if (typeof value !== 'object' || value === null) return false
  const given: Record<string, unknown> = { ...value }
  return [...OTHER_KINDS, ...SMTP_PLACES].some((key) => given[key] !== undefined)
}

function wrong(transport: unknown): TypeError {
  const got = typeof transport === 'string' ? describeSecret(transport) : describe(transport)
  return wrongOption('mailer', 'transport', got, EXPECTED)
}
