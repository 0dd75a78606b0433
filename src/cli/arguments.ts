import { parseArgs } from 'node:util'
import { parseFrom } from '../mail/from-address.js'
import { checkNames } from '../util/option-reader.js'
import { usage } from './exit.js'
import { readSmtpUrl, type SmtpServer } from './smtp-url.js'

/** How the mail is sent: caught on this machine, or through a mail server. */
export type Route =
  | {
      readonly catch: true
      readonly from: string
      /** Whether the sign-in is in a browser. */
      readonly page: boolean
    }
  | {
      readonly catch: false
      readonly from: string
      readonly smtp: SmtpServer
      readonly allowUnencryptedPassword: boolean
    }

export interface TryArguments {
  /** The address from the command line, not yet validated: the strategy does that. */
  readonly email: string | undefined
  readonly route: Route
}

const OPTIONS = {
  smtp: { type: 'string' },
  from: { type: 'string' },
  email: { type: 'string' },
  catch: { type: 'boolean' },
  page: { type: 'boolean' },
  'allow-unencrypted-password': { type: 'boolean' },
} as const

type Name = keyof typeof OPTIONS

const CATCH_FROM = 'passport-email-otp <try@example.com>'

/**
 * Reads the arguments after `try`.
 *
 * @throws {Exit} with a message that never repeats a value, because a value can hold a password.
 */
export function readTryArguments(args: readonly string[], env: NodeJS.ProcessEnv): TryArguments {
  const given = readFlags(args)
  const from = given.from ?? fromEnvironment(env, 'MAIL_FROM')
  if (from !== undefined) checkFrom(from, given.from === undefined ? 'MAIL_FROM' : '--from')
  if (given.catch !== undefined) {
    if (given.smtp !== undefined) throw usage('Give either --smtp or --catch, not both.')
    const page = given.page !== undefined
    if (page && given.email !== undefined) {
      throw usage('Give either --email or --page, not both: on the page you enter the address.')
    }
    return { email: given.email, route: { catch: true, from: from ?? CATCH_FROM, page } }
  }
  if (given.page !== undefined) throw usage('--page needs --catch.')

  const source = given.smtp === undefined ? 'SMTP_URL' : '--smtp'
  const url = given.smtp ?? fromEnvironment(env, 'SMTP_URL')
  if (url === undefined) {
    throw usage(
      'No mail server is given. Give one with --smtp URL, or with SMTP_URL in the environment.\n' +
        'To try it without a mail server, use --catch: the mail stays on this machine and is shown here.',
    )
  }
  const smtp = readSmtpUrl(url, source)
  if (from === undefined) {
    throw usage(
      'No sender is given. Give one with --from ADDRESS, or with MAIL_FROM in the environment.',
    )
  }
  const allowUnencryptedPassword = given['allow-unencrypted-password'] !== undefined
  return { email: given.email, route: { catch: false, from, smtp, allowUnencryptedPassword } }
}

/** Reads tokens, because the messages of a strict `parseArgs` can repeat a value. */
function readFlags(args: readonly string[]): Partial<Record<Name, string>> {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true })
  const given: Partial<Record<Name, string>> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw usage('"try" takes only options. To give an address, write --email ADDRESS.')
    }
    if (token.kind !== 'option') continue
    checkIsKnown(token.rawName)
    const name = token.name as Name
    if (OPTIONS[name].type === 'boolean') {
      if (token.value !== undefined) throw usage(`${token.rawName} takes no value.`)
      given[name] = ''
      continue
    }
    const missing = !token.value || (!token.inlineValue && token.value.startsWith('-'))
    if (missing) throw usage(`${token.rawName} needs a value.`)
    given[name] = token.value
  }
  return given
}

function checkIsKnown(rawName: string): void {
  const known = Object.keys(OPTIONS).map((name) => `--${name}`)
  try {
    checkNames('passport-email-otp try', { [rawName]: true }, [...known, '--help', '--version'])
  } catch (err) {
    throw usage((err as Error).message)
  }
}

function checkFrom(from: string, source: string): void {
  try {
    parseFrom(from)
  } catch {
    throw usage(
      `${source} must be one address, like login@acme.example or 'Acme <login@acme.example>'.`,
    )
  }
}

/** An empty variable counts as not set, because shells and .env files write it so. */
function fromEnvironment(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name]?.trim()
  return value === '' ? undefined : value
}
