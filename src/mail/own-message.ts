import type { Catalogue } from '../languages/catalogue.js'
import type { Request } from '../passport/types.js'
import { member } from '../util/own.js'
import { setUpError } from '../util/set-up-error.js'
import type { Message, MessageParameters } from './message.js'

/**
 * What an application's own `message` function receives. The recipient's address is not part of it, because
 * strangers choose addresses and `{{` and `}}` are legal in them.
 */
export interface MessageDetails<Req = Request> extends MessageParameters {
  /** The code, with its leading zeros. */
  readonly code: string
  /** How many digits the code has, 6 to 10. */
  readonly digits: number
  /** Whole minutes until the code expires, at least 1. */
  readonly minutesLeft: number
  /** Name of the application; `undefined` if the mailer has none. */
  readonly appName: string | undefined
  /** What the code is issued for; `'login'` unless a route names another purpose. */
  readonly purpose: string
  /** The purpose in words of the mail's language; `undefined` exactly for a sign-in. */
  readonly purposeText: string | undefined
  /** The language of the mail: the tag of one of the strategy's `languages`. */
  readonly locale: string
  /** The texts of that language. */
  readonly catalogue: Catalogue
  /** The application's public origin: the strategy's option. */
  readonly origin: string | undefined
  /** The `id` of the pending state. */
  readonly pendingId: string
  /**
   * The link that opens the sign-in page and fills in this code; `undefined` without the mailer's option `link`, and for
   * any other purpose than `'login'`. It holds the code.
   */
  readonly link: string | undefined
  /** The page that the link leads to, without the code: the mailer's option; `undefined` where there is no link. */
  readonly linkTo: string | undefined
  /** Whether a password was entered before. */
  readonly isSecondFactor: boolean
  /** Whether the code is longer than configured, because wrong codes were entered for this address. */
  readonly isLengthened: boolean
  /** The mailer's option. */
  readonly codeInSubject: boolean
  /** What `allowEmail` returned for this address; `undefined` without `allowEmail`. */
  readonly account: unknown
  /**
   * The request that asked for the code; `undefined` where the mailer is called without one, as by a queue. What it
   * says of itself was chosen by a stranger: put no text of it into a mail.
   */
  readonly req: Req | undefined
}

/** Writes a mail in the application's own words. Properties that `Message` does not have are dropped. */
export type WriteMessage<Req = Request> = (
  details: MessageDetails<Req>,
) => Message | Promise<Message>

/**
 * Takes the three texts of an application's own message and drops the rest: nodemailer would read files and
 * URLs for keys such as `attachments`, or for a `text` that is an object.
 *
 * @throws TypeError that does not quote the message, because the message holds the code.
 */
export function checkMessage(message: unknown): Message {
  const [subject, text, html] = ['subject', 'text', 'html'].map((name) => member(message, name))
  if (!isText(subject) || /[\r\n]/.test(subject)) {
    throw setUpError(
      'mailer: "message" must return a "subject" of one line',
      'docs/guides/what-a-mail-says.md',
    )
  }
  if (!isText(text))
    throw setUpError('mailer: "message" must return a "text"', 'docs/guides/what-a-mail-says.md')
  if (html !== undefined && !isText(html)) {
    throw setUpError(
      'mailer: "message" must return "html" as a string, or leave it out',
      'docs/guides/what-a-mail-says.md',
    )
  }
  return { subject, text, html }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
