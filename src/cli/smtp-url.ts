import { parseSmtpUrl } from '../mail/smtp-url.js'
import { usage } from './exit.js'

/** A mail server: its URL, which must not be shown, and the parts that may be shown. */
export interface SmtpServer {
  /** Never printed, because it holds user and password. */
  readonly url: string
  /** Host and port, such as `smtp.example.com:587`. */
  readonly shown: string
  /** Whether the connection starts with TLS (`smtps:`). */
  readonly secure: boolean
  readonly hasUser: boolean
  /** The forms of the user name that a server's answer could repeat. */
  readonly users: readonly string[]
  /** The forms of the password that a server's answer could repeat. */
  readonly secrets: readonly string[]
}

const DEFAULT_PORT: Record<string, string> = { 'smtp:': '587', 'smtps:': '465' }

/**
 * Reads an SMTP URL.
 *
 * @param source the option or variable that the message names: `--smtp` or `SMTP_URL`
 * @throws {Exit} if it is not an SMTP URL
 */
export function readSmtpUrl(text: string, source: string): SmtpServer {
  const url = parseSmtpUrl(text)
  if (!url) {
    throw usage(
      `${source} is not an SMTP URL such as smtp://user:password@smtp.example.com:587\n` +
        '(or smtps:// for port 465). In user and password, write @ as %40, : as %3A, / as %2F,\n' +
        '? as %3F, # as %23 and % as %25.',
    )
  }
  return {
    url: text,
    shown: `${url.hostname}:${url.port || DEFAULT_PORT[url.protocol]}`,
    secure: url.protocol === 'smtps:',
    hasUser: url.username !== '',
    users: usersOf(url),
    secrets: secretsOf(url),
  }
}

/** The part before `@` too, because servers also log in by that. */
function usersOf({ username }: URL): readonly string[] {
  if (username === '') return []
  const user = decode(username)
  const [mailbox = ''] = user.split('@')
  return [username, user, base64(user), ...(mailbox === '' ? [] : [mailbox])]
}

function secretsOf({ username, password }: URL): readonly string[] {
  if (password === '') return []
  const user = decode(username)
  const plain = decode(password)
  return [password, plain, base64(plain), base64(`\0${user}\0${plain}`)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64')
}
