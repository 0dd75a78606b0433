import { domainToUnicode } from 'node:url'
import type { Catalogue } from '../languages/catalogue.js'
import { isolated } from '../util/escape-html.js'
import { joinSentences } from '../util/join-sentences.js'
import { renderHtml } from './html.js'
import { linkWithCode } from './link.js'

/** The content of a mail. */
export interface Message {
  readonly subject: string
  readonly text: string
  /** Leave it out for a mail of plain text. */
  readonly html?: string | undefined
}

/** What the mail says. */
export interface MessageParameters {
  readonly catalogue: Catalogue
  readonly code: string
  readonly digits: number
  readonly minutesLeft: number
  readonly appName: string | undefined
  readonly purposeText: string | undefined
  readonly origin: string | undefined
  readonly isSecondFactor: boolean
  readonly isLengthened: boolean
  readonly codeInSubject: boolean
  readonly pendingId: string
  readonly linkTo: string | undefined
}

/** Writes the mail for an application that has no `message` function of its own. */
export function writeMessage(
  parameters: MessageParameters,
  notes: readonly string[] = [],
): Message {
  const { catalogue, code, appName, origin, codeInSubject, pendingId, linkTo } = parameters
  const { mail, tag, dir } = catalogue
  const subject = codeInSubject ? mail.subject(parameters) : mail.subjectWithoutCode(parameters)
  const { codeLabel, lifetime, smallPrint } = sentencesOf(parameters, notes, (value) => value)
  const link = linkTo === undefined ? undefined : linkWithCode(linkTo, code, pendingId)
  const linked = link === undefined ? [] : [`${mail.fillIn}\n${link}`, mail.fillInWhere]
  const paragraphs = [codeLabel, code, lifetime, ...linked, ...smallPrint]
  if (origin !== undefined) paragraphs.push(boundCode(origin, code))
  return {
    subject,
    // On a line of its own, a double click or a long press selects the code and nothing else.
    text: `${paragraphs.join('\n\n')}\n`,
    html: renderHtml({
      lang: tag,
      dir,
      title: subject,
      preview: joinSentences(mail.codeSentence(parameters), lifetime),
      appName,
      code,
      link:
        link === undefined ? undefined : { url: link, text: mail.fillIn, about: mail.fillInWhere },
      ...sentencesOf(parameters, notes, isolated),
    }),
  }
}

/** @param mark marks the names in a sentence, which may be in another script than the sentence */
function sentencesOf(
  parameters: MessageParameters,
  notes: readonly string[],
  mark: (value: string) => string,
) {
  const { catalogue, origin, purposeText, isSecondFactor, isLengthened } = parameters
  const { mail } = catalogue
  const appName = parameters.appName === undefined ? undefined : mark(parameters.appName)
  const where =
    origin === undefined
      ? mail.enterOnlyWhereRequested
      : mail.enterOnlyAt({ host: mark(shownHost(origin)) })
  const ifNotRequested = isSecondFactor
    ? mail.passwordEntered
    : purposeText === undefined
      ? mail.notRequested
      : mail.notRequestedForPurpose
  return {
    codeLabel: mail.codeLabel({ appName, purposeText }),
    lifetime: mail.lifetime(parameters),
    smallPrint: [
      joinSentences(where, mail.tellNobody),
      ...(isLengthened ? [mail.lengthened(parameters)] : []),
      ...notes,
      ifNotRequested,
    ],
  }
}

/**
 * The host as a browser shows it. Without a port, because phones would offer one of four digits in place of the
 * code.
 */
function shownHost(origin: string): string {
  const { hostname } = new URL(origin)
  return domainToUnicode(hostname) || hostname
}

/**
 * The last line of the text binds the code to the host, as text messages do: programs that know the form fill in the
 * code only on pages of this host.
 */
function boundCode(origin: string, code: string): string {
  return `@${new URL(origin).hostname} #${code}`
}

const MINUTE_MS = 60_000
/** The time between making a code and writing its mail. Less than this does not cost a whole minute. */
const GRACE_MS = 5_000

/** Whole minutes until `expiresAt`, rounded down; at least 1. */
export function minutesUntil(expiresAt: Date): number {
  return Math.max(1, Math.floor((expiresAt.getTime() - Date.now() + GRACE_MS) / MINUTE_MS))
}
