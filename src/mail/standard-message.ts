import { describe } from '../util/describe.js'
import { checkNames, wrongOption } from '../util/option-reader.js'
import { own } from '../util/own.js'
import { type Message, type MessageParameters, writeMessage } from './message.js'

/** What {@link standardMessage} adds to the mail. */
export interface StandardMessageOptions {
  /**
   * Paragraphs of your own, such as who asked. Each is one line of 1 to 200 characters without four digits in a row,
   * which phones would offer in place of the code. Never text that a stranger can choose: it would be sent in your name.
   */
  readonly notes?: readonly string[] | undefined
}

const OWNER = 'standardMessage'
const NOTE = /^(?!.*\p{Nd}{4})[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u

/**
 * Writes the mail of this package, for a `message` function that adds something to it:
 *
 * ```ts
 * message: (details) => standardMessage(details, { notes: ['Requested with Firefox on Windows.'] })
 * ```
 *
 * @throws TypeError for a wrong note; the mail is then not sent
 */
export function standardMessage(
  details: MessageParameters,
  options: StandardMessageOptions = {},
): Message {
  checkNames(OWNER, options, ['notes'])
  const notes = own(options, 'notes') ?? []
  if (
    !Array.isArray(notes) ||
    !notes.every((note) => typeof note === 'string' && NOTE.test(note))
  ) {
    throw wrongOption(
      OWNER,
      'notes',
      describe(notes),
      'an array of lines, each of 1 to 200 characters without four digits in a row',
    )
  }
  return writeMessage(details, notes)
}
