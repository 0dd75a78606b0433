import { renderHtml } from './html.js'
import type { MailTexts, TextParameters } from './texts.js'

/** The content of a mail. */
export interface Message {
  readonly subject: string
  readonly text: string
  /** Leave it out for a mail of plain text. */
  readonly html?: string | undefined
}

/** Writes the mail for an application that has no `message` function of its own. */
export function writeMessage(
  texts: MailTexts,
  parameters: TextParameters,
  codeInSubject: boolean,
): Message {
  const codeSentence = texts.codeSentence(parameters)
  const lifetime = texts.lifetime(parameters)
  const smallPrint = [texts.secrecy(parameters), texts.notRequested(parameters)]
  const codeLabel = texts.codeLabel(parameters)
  const subject = codeInSubject ? texts.subject(parameters) : texts.subjectWithoutCode(parameters)
  return {
    subject,
    // On a line of its own, a double click or a long press selects the code and nothing else.
    text: `${[codeLabel, parameters.code, lifetime, ...smallPrint].join('\n\n')}\n`,
    html: renderHtml({
      lang: texts.lang,
      title: subject,
      preview: `${codeSentence} ${lifetime}`,
      appName: parameters.appName,
      codeLabel,
      code: parameters.code,
      lifetime,
      smallPrint,
    }),
  }
}

const MINUTE_MS = 60_000
/** The time between making a code and writing its mail. Less than this does not cost a whole minute. */
const GRACE_MS = 5_000

/** Whole minutes until `expiresAt`, rounded down; at least 1. */
export function minutesUntil(expiresAt: Date): number {
  return Math.max(1, Math.floor((expiresAt.getTime() - Date.now() + GRACE_MS) / MINUTE_MS))
}
