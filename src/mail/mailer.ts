import { parseEmail } from '../challenge/email.js'
import type { Catalogue } from '../languages/catalogue.js'
import { readLanguages } from '../languages/read-languages.js'
import type { Request } from '../passport/types.js'
import { describe } from '../util/describe.js'
import { findLanguage } from '../util/match-language.js'
import { checkNames, optionReader, wrongOption } from '../util/option-reader.js'
import { own } from '../util/own.js'
import { CATALOGUE, COMPOSE } from '../util/shared-symbols.js'
import { checkTransport } from './check-transport.js'
import { type FromAddress, isDisplayName, parseFrom } from './from-address.js'
import { handOver, type SentMail } from './hand-over.js'
import { headersFor, otpOf } from './headers.js'
import { type Message, minutesUntil, writeMessage } from './message.js'
import { notSent } from './outcome.js'
import { checkMessage, type MessageDetails, type WriteMessage } from './own-message.js'
import type { CodeToSend } from './send-code.js'
import { type MailTransport, openTransport } from './transporter.js'

/** Options of {@link mailer}, validated once, at construction. */
export interface MailerOptions<Req = Request> {
  /**
   * The mail server. Required.
   *
   * - an SMTP URL: `smtps://`, or `smtp://` with STARTTLS. With a user name, TLS is required unless the host
   *   is this machine (`localhost`, 127.0.0.0/8, ::1). Without one, STARTTLS is used if the server offers it
   *   (`?requireTLS=true` requires it)
   * - options for nodemailer's `createTransport`
   * - a nodemailer transporter, which `close()` does not close
   *
   * A URL and options create a pool of at most five connections, unless they set `pool: false`.
   */
  readonly transport: MailTransport | undefined
  /**
   * The sender of the mails: `'Acme <login@acme.example>'`, `'login@acme.example'` or
   * `{ name, address }`. Required. The address is also the envelope's sender, so bounces are sent to it.
   */
  readonly from: string | FromAddress | undefined
  /**
   * The name of your application in the mail, 1 to 100 characters. Default: the display name of `from`;
   * without one, the mail names no application. If it holds digits, phones may not offer the code.
   */
  readonly appName?: string | undefined
  /**
   * Whether the subject begins with the code. Default `true`. Notifications and logs of mail servers
   * show subjects. The preview text always shows the code.
   */
  readonly codeInSubject?: boolean | undefined
  /**
   * Whether user name and password may be sent without TLS, where anyone on the way can read them. Default
   * `false`: a server on another machine that does not offer TLS gets neither login nor mail. Applies to a URL
   * and to options. Your own transporter follows its own options.
   */
  readonly allowUnencryptedPassword?: boolean | undefined
  /**
   * The languages of mails that reach the mailer without a strategy, such as by a queue: the mail's `locale` chooses
   * among them. Default: English. A strategy passes the texts of its own `languages`.
   */
  readonly languages?: readonly Catalogue[] | undefined
  /** Writes the mail in your own words. May be async. Default: the texts of this package, in the language of the mail. */
  readonly message?: WriteMessage<Req> | undefined
}

/** A `sendCode` that sends mail over SMTP. */
export type Mailer = ((mail: CodeToSend) => Promise<SentMail>) & {
  /**
   * Closes the connections that the mailer opened: idle ones at once, busy ones after the mails that were handed
   * over before. Later sends fail. An idle connection does not keep the process alive.
   */
  close(): void
  /**
   * Connects, logs in and disconnects without sending anything. Returns the problems, each as a sentence;
   * `undefined` for a transport that cannot be checked, which is any other than SMTP and SES.
   */
  check(): Promise<readonly string[] | undefined>
}

const OPTIONS = [
  'transport',
  'from',
  'appName',
  'codeInSubject',
  'allowUnencryptedPassword',
  'languages',
  'message',
]

/**
 * Makes the `sendCode` function that sends codes by mail over SMTP.
 *
 * ```ts
 * mailer({ transport: process.env.SMTP_URL, from: 'Acme <login@acme.example>' })
 * ```
 *
 * The function rejects with nodemailer's errors. They have `notSent: true` if it is certain that the mail was not
 * accepted, and `reached: true` if a mail server had answered before.
 *
 * @throws TypeError for a wrong, missing or unknown option.
 */
export function mailer<Req = Request>(options: MailerOptions<Req>): Mailer {
  checkNames('mailer', options, OPTIONS)
  const read = optionReader('mailer', options)
  const from = parseFrom(read.value('from'))
  const appName = readAppName(read.value('appName')) ?? (from.name || undefined)
  const codeInSubject = read.flag('codeInSubject', true)
  const allowUnencryptedPassword = read.flag('allowUnencryptedPassword', false)
  const languages = readLanguages('mailer', read.value('languages'))
  const ownMessage = read.optionalFunction('message')
  const opened = openTransport(read.value('transport'), allowUnencryptedPassword)

  async function write(details: MessageDetails<Req>): Promise<Message> {
    return ownMessage ? checkMessage(await ownMessage(details)) : writeMessage(details)
  }

  /** The strategy passes the texts, but a queue only passes the language. */
  function catalogueOf(mail: object): Catalogue {
    const { [CATALOGUE]: given, locale } = mail as { [CATALOGUE]?: Catalogue; locale?: string }
    return given ?? findLanguage(locale, languages) ?? languages[0]
  }

  function detailsOf(mail: CodeToSend): MessageDetails<Req> {
    const { to: _to, signal: _signal, expiresAt, ...details } = mail
    const minutesLeft = minutesUntil(expiresAt)
    const catalogue = catalogueOf(mail)
    return {
      ...details,
      ...{ catalogue, locale: catalogue.tag, minutesLeft, appName, codeInSubject },
      // Not in the type of the parameter, or TypeScript would infer the strategy's requests from it.
      req: own(mail, 'req') as Req | undefined,
    }
  }

  async function prepare(mail: CodeToSend): Promise<Message> {
    const { to } = mail
    try {
      if (parseEmail(to) !== to) {
        throw new TypeError(
          'mailer: "to" must be one plain address, lower-cased, its domain in ASCII',
        )
      }
      return await write(detailsOf(mail))
    } catch (err) {
      throw notSent(err, false)
    }
  }

  let isClosed = false

  async function send(mail: CodeToSend): Promise<SentMail> {
    if (isClosed) throw notSent(new Error('The mailer was closed'), false)
    const { to, code, signal, origin } = mail
    const message = await unlessAborted(signal, prepare(mail))
    const outgoing = {
      ...message,
      from,
      // An object and an envelope, because nodemailer parses a string as a list of addresses.
      to: { name: '', address: to },
      envelope: { from: from.address, to: [to] },
      headers: headersFor(message.subject, code),
      otp: otpOf(origin, code),
    }
    return handOver(opened, outgoing, signal)
  }

  return Object.assign(send, {
    close() {
      isClosed = opened.isSmtp
      opened.close()
    },
    check: () => checkTransport(opened),
    [COMPOSE]: prepare,
  })
}

/** Waits for the message. @throws an error with `notSent: true` as soon as the signal is aborted. */
async function unlessAborted(signal: AbortSignal, message: Promise<Message>): Promise<Message> {
  let give = () => {}
  const aborted = new Promise<never>((_, reject) => {
    give = () => reject(notSent(new Error('The mail was not written in time'), false))
    if (signal.aborted) give()
  })
  signal.addEventListener('abort', give, { once: true })
  try {
    return await Promise.race([message, aborted])
  } finally {
    signal.removeEventListener('abort', give)
  }
}

function readAppName(appName: unknown): string | undefined {
  if (appName === undefined) return undefined
  if (isDisplayName(appName) && appName.trim() !== '') return appName.trim()
  throw wrongOption(
    'mailer',
    'appName',
    describe(appName),
    'a name of 1 to 100 characters in one line',
  )
}
