import { parseSmtpUrl } from '../mail/smtp-url.js'
import { usage } from './exit.js'

/** A mail server as it may be shown, and the URL, which may not. */
export interface SmtpServer {
  /** With user and password in it: never printed. */
  readonly url: string
  /** `smtp.example.com:587`. */
  readonly shown: string
  /** Whether TLS starts at once (`smtps:`). */
  readonly secure: boolean
  readonly hasUser: boolean
  /** The forms in which the password could come back in a server's answer. */
  readonly secrets: readonly string[]
}

const DEFAULT_PORT: Record<string, string> = { 'smtp:': '587', 'smtps:': '465' }

/**
 * Reads an SMTP URL, or ends the program with words.
 *
 * @param source where it came from, for the message: `--smtp` or `SMTP_URL`
 */
export function readSmtpUrl(text: string, source: string): SmtpServer {
  const url = parseSmtpUrl(text)
  if (!url) {
    throw usage(
      `${source} is not an SMTP URL. It looks like smtp://user:password@smtp.example.com:587\n` +
        '(or smtps:// for port 465). In user and password write @ as %40, : as %3A, / as %2F,\n' +
        '? as %3F, # as %23 and % as %25.',
    )
  }
  return {
    url: text,
    shown: `${url.hostname}:${url.port || DEFAULT_PORT[url.protocol]}`,
    secure: url.protocol === 'smtps:',
    hasUser: url.username !== '',
    secrets: secretsOf(url),
  }
}

function secretsOf({ username, password }: URL): readonly string[] {
  if (password === '') return []
  const user = decode(username)
  const plain = decode(password)
  const base64 = (value: string) => Buffer.from(value).toString('base64')
  return [password, plain, base64(plain), base64(`\0${user}\0${plain}`)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
