import type { Catalogue } from '../languages/catalogue.js'
import { readLanguages } from '../languages/read-languages.js'
import type { Request } from '../passport/types.js'
import { findLanguage } from '../util/match-language.js'
import { checkNames, optionReader } from '../util/option-reader.js'
import { own } from '../util/own.js'
import { CATALOGUE, COMPOSE, LINK, MAKES_MAILERS } from '../util/shared-symbols.js'
import { addressed, envelopeFor } from './addressed.js'
import { checkTransport } from './check-transport.js'
import { parseFrom, readAppName } from './from-address.js'
import { handOver, type SentMail } from './hand-over.js'
import { checkLink, linkWithCode, readLink } from './link.js'
import { MAILER_OPTION_NAMES, type MailerOptions } from './mailer-options.js'
import { type Message, minutesUntil, writeMessage } from './message.js'
import { notSent } from './outcome.js'
import type { OutgoingMail, RawMail } from './outgoing-mail.js'
import { checkMessage, type MessageDetails } from './own-message.js'
import { readMail } from './read-mail.js'
import type { CodeToMail } from './send-code.js'
import { ComposedMails } from './template/composed-mails.js'
import { openTransport } from './transporter.js'
import { untilAborted } from './until-aborted.js'

/** A `sendCode` that sends mail over SMTP. */
export type Mailer = ((mail: CodeToMail) => Promise<SentMail>) & {
  /**
   * Closes the connections that the mailer opened: idle ones at once, busy ones after the mails that were handed
   * over before. Later sends fail. An idle connection does not keep the process alive.
   */
  close(): void
  /**
   * Connects, logs in and disconnects without sending anything. Returns the problems, each as a sentence; a mailer that
   * was closed is one. `undefined` for a transport that cannot be checked, which is any other than SMTP and SES.
   */
  check(): Promise<readonly string[] | undefined>
}

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
  checkNames('mailer', options, MAILER_OPTION_NAMES)
  const read = optionReader('mailer', options)
  const from = parseFrom(read.value('from'))
  const appName = readAppName(read.value('appName')) ?? (from.name || undefined)
  const codeInSubject = read.flag('codeInSubject', true)
  const allowUnencryptedPassword = read.flag('allowUnencryptedPassword', false)
  const languages = readLanguages('mailer', read.value('languages'))
  const link = readLink(read.value('link'))
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

  function detailsOf(mail: CodeToMail): MessageDetails<Req> {
    const { to: _to, signal: _signal, expiresAt, ...details } = mail
    const minutesLeft = minutesUntil(expiresAt)
    const catalogue = catalogueOf(mail)
    // Codes for other purposes are entered on other pages.
    const linkTo = mail.purpose === 'login' ? link : undefined
    checkLink(linkTo, mail.origin)
    return {
      ...details,
      ...{ linkTo, link: linkTo && linkWithCode(linkTo, mail.code, mail.pendingId) },
      ...{ catalogue, locale: catalogue.tag, minutesLeft, appName, codeInSubject },
      // Not in the type of the parameter, or TypeScript would infer the strategy's requests from it.
      req: own(mail, 'req') as Req | undefined,
    }
  }

  async function prepare(mail: CodeToMail): Promise<Message> {
    return write(detailsOf(mail))
  }

  const composed =
    opened.compose && !ownMessage
      ? new ComposedMails({
          from: from.address,
          write: (parameters, to) => {
            const { code, origin } = parameters
            return addressed(writeMessage(parameters), { from, to, code, origin })
          },
          compose: opened.compose,
        })
      : undefined

  async function compose(mail: CodeToMail): Promise<OutgoingMail | RawMail> {
    const { to, code, origin } = mail
    const details = detailsOf(mail)
    const raw = await composed?.rawFor(details, to)
    if (raw) return { raw, envelope: envelopeFor(from, to) }
    return addressed(await write(details), { from, to, code, origin })
  }

  let isClosed = false

  async function send(given: CodeToMail): Promise<SentMail> {
    if (isClosed) throw notSent(new Error('The mailer was closed'), false)
    const mail = readMail(given)
    const { signal } = mail
    return handOver(opened, await untilAborted(signal, () => compose(mail)), signal)
  }

  return Object.assign(send, {
    close() {
      isClosed = opened.isSmtp
      opened.close()
    },
    check: async () => (isClosed ? ['The mailer was closed.'] : checkTransport(opened)),
    [COMPOSE]: (mail: CodeToMail) => untilAborted(mail.signal, () => prepare(mail)),
    [LINK]: link,
  })
}

Object.defineProperty(mailer, MAKES_MAILERS, { value: true })
