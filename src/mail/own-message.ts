import { member } from '../util/own.js'
import type { Message } from './message.js'
import type { TextParameters } from './texts.js'

/**
 * What an application's own `message` function receives. The recipient's address is not part of it, because
 * strangers choose addresses and `{{` and `}}` are legal in them.
 */
export interface MessageDetails extends TextParameters {
  /** How many digits the code has, 6 to 10. */
  readonly digits: number
  /** What `allowEmail` returned for this address; `undefined` without `allowEmail`. */
  readonly account: unknown
}

/** Writes a mail in the application's own words. Properties that `Message` does not have are dropped. */
export type WriteMessage = (details: MessageDetails) => Message | Promise<Message>

/**
 * Takes the three texts of an application's own message and drops the rest: nodemailer would read files and
 * URLs for keys such as `attachments`, or for a `text` that is an object.
 *
 * @throws TypeError that does not quote the message, because the message holds the code.
 */
export function checkMessage(message: unknown): Message {
  const [subject, text, html] = ['subject', 'text', 'html'].map((name) => member(message, name))
  if (!isText(subject) || /[\r\n]/.test(subject)) {
    throw new TypeError('mailer: "message" must return a "subject" of one line')
  }
  if (!isText(text)) throw new TypeError('mailer: "message" must return a "text"')
  if (html !== undefined && !isText(html)) {
    throw new TypeError('mailer: "message" must return "html" as a string, or leave it out')
  }
  return { subject, text, html }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
