import type { Email } from 'postal-mime'

/** A caught mail, with what the inbox shows of it. */
export interface CaughtMail {
  /** Counted from 0. The URL of the mail has it. */
  readonly number: number
  /** The addresses of the envelope. */
  readonly recipients: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The newest of the mails that were caught. */
export interface Inbox {
  add(mail: Email, recipients: readonly string[]): void
  /** Oldest first. */
  all(): readonly CaughtMail[]
  /** `undefined` for a number that no mail has, or no longer. */
  find(number: number): CaughtMail | undefined
}

/** A program of the user may send mails for days. */
const MOST_MAILS = 100
/** In characters of text and HTML, about the size of one mail that the catcher accepts. */
const MOST_CHARACTERS = 50 * 1024 * 1024

const sizeOf = ({ text, html }: CaughtMail) => text.length + html.length

export function openInbox(): Inbox {
  const mails: CaughtMail[] = []
  let added = 0
  let characters = 0
  return {
    add({ subject = '', text = '', html = '' }, recipients) {
      const mail = { number: added, recipients, subject, text, html }
      added += 1
      characters += sizeOf(mail)
      mails.push(mail)
      while (mails.length > 1 && (mails.length > MOST_MAILS || characters > MOST_CHARACTERS)) {
        const dropped = mails.shift()
        if (dropped) characters -= sizeOf(dropped)
      }
    },
    all: () => mails,
    find: (wanted) => mails.find(({ number }) => number === wanted),
  }
}
