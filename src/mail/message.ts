import { renderHtml } from './html.js'
import type { MailTexts, Words } from './texts.js'

/** What a mail says. */
export interface Message {
  readonly subject: string
  readonly text: string
  /** Leave it out for a mail of plain text. */
  readonly html?: string | undefined
}

/** The mail that goes out where the application brings no texts of its own. */
export function writeMessage(texts: MailTexts, words: Words, codeInSubject: boolean): Message {
  const intro = texts.intro(words)
  const sentence = `${intro} ${words.code}.`
  const lifetime = texts.lifetime(words)
  const smallPrint = [texts.secrecy(words), texts.notAsked(words)]
  const subject = codeInSubject ? texts.subject(words) : texts.subjectWithoutCode(words)
  const preview = `${sentence} ${lifetime}`
  const { appName, code } = words
  return {
    subject,
    text: `${[sentence, lifetime, ...smallPrint].join('\n\n')}\n`,
    html: renderHtml({
      lang: texts.lang,
      title: subject,
      preview,
      appName,
      intro,
      code,
      lifetime,
      smallPrint,
    }),
  }
}

const MINUTE_MS = 60_000
/** What may pass between making a code and writing its mail without costing a whole minute. */
const GRACE_MS = 5_000

/** Whole minutes until `expiresAt`, rounded down; at least 1. */
export function minutesUntil(expiresAt: Date): number {
  return Math.max(1, Math.floor((expiresAt.getTime() - Date.now() + GRACE_MS) / MINUTE_MS))
}
