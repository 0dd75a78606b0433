import type { Message } from './message.js'
import type { Words } from './texts.js'

/**
 * What an application's own `message` function is given. The recipient's address isn't among it:
 * strangers choose addresses, and `{{` and `}}` are legal in them.
 */
export interface MessageDetails extends Words {
  /** How many digits the code has, 6 to 10. */
  readonly digits: number
  /** What `allowEmail` returned for this address; `undefined` without `allowEmail`. */
  readonly account: unknown
}

/** Writes a mail in the application's own words. What it returns besides `Message` is dropped. */
export type WriteMessage = (details: MessageDetails) => Message | Promise<Message>

/**
 * Takes the three texts of an application's own message, and nothing else: nodemailer would read
 * files and URLs for keys such as `attachments`, or for a `text` that is an object.
 *
 * @throws TypeError that doesn't quote the message, as that holds the code.
 */
export function checkMessage(message: unknown): Message {
  const { subject, text, html } = Object(message)
  if (!isText(subject) || /[\r\n]/.test(subject)) {
    throw new TypeError('mailer: "message" must give a "subject" of one line')
  }
  if (!isText(text)) throw new TypeError('mailer: "message" must give a "text"')
  if (html !== undefined && !isText(html)) {
    throw new TypeError('mailer: "html" of "message" must be a string where it is given')
  }
  return { subject, text, html }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
