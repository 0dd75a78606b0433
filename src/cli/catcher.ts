import type { Address, Email } from 'postal-mime'
import {
  CatcherPackagesError,
  type MailCatcher,
  type MailCatcherOptions,
  startMailCatcher,
} from '../mail/catcher.js'
import { EXIT, Exit } from './exit.js'
import { findPackage } from './find-package.js'
import { TRY_CATCH } from './help.js'

/** An SMTP server on the loopback interface that keeps the mails it receives. */
export interface Catcher {
  /** Its SMTP URL. */
  readonly url: string
  /** Returns the mails that arrived since the last call, as text. */
  take(): string[]
  close(): Promise<void>
}

/** @throws {Exit} if the two packages that it needs are not installed */
export async function startCatcher(): Promise<Catcher> {
  const caught: string[] = []
  const { url, close } = await catchMails((mail) => void caught.push(asText(mail)))
  return { url, close, take: () => caught.splice(0) }
}

/** @throws {Exit} if the two packages that it needs are not installed */
export async function catchMails(onMail: MailCatcherOptions['onMail']): Promise<MailCatcher> {
  try {
    return await startMailCatcher({ port: 0, onMail, findPackage })
  } catch (err) {
    if (!(err instanceof CatcherPackagesError)) throw err
    throw new Exit(
      EXIT.usage,
      `--catch needs two more packages. This line brings them, in any folder:\n  ${TRY_CATCH}`,
    )
  }
}

/** Header and text of a mail with a bar at the left, without control characters that move a cursor. */
function asText({ from, to, subject = '', text = '' }: Email): string {
  const head = [`From: ${names([from])}`, `To: ${names(to)}`, `Subject: ${subject}`]
  const bar = (line: string) => `  | ${line}`.trimEnd()
  return [...head, '', ...text.trimEnd().split(/\r?\n/)]
    .flatMap((line) => wrapLine(line.replace(/\p{Cc}/gu, '')))
    .map(bar)
    .join('\n')
}

/** Breaks a line between words, because the terminal would break it without the bar. */
function wrapLine(line: string): string[] {
  return line.match(/\S.{0,74}(?=\s|$)|\S+/g) ?? ['']
}

function names(addresses: readonly (Address | undefined)[] = []): string {
  return addresses
    .flatMap((one) => one?.group ?? one ?? [])
    .map(({ name, address }) => (name ? `${name} <${address}>` : address))
    .join(', ')
}
