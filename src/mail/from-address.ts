import { parseEmail } from '../challenge/email.js'
import { describe } from '../util/describe.js'
import { wrongOption } from '../util/option-reader.js'
import { own } from '../util/own.js'

/** The sender of a mail. */
export interface FromAddress {
  /** The display name; may be empty. */
  readonly name: string
  /** One plain address. */
  readonly address: string
}

/** `Acme <login@acme.example>`, with the name in double quotes or without them. */
const NAMED = /^\s*(?:"([^"]*)"\s*|([^"<>]*))<([^<>]*)>\s*$/

/**
 * Reads the `from` option of `mailer`.
 *
 * @throws TypeError unless it is exactly one address, with or without a display name.
 */
export function parseFrom(from: unknown): FromAddress {
  const given = typeof from === 'string' ? split(from) : from
  const name = own(given, 'name') ?? ''
  const plain = parseEmail(own(given, 'address'))
  if (plain === undefined || !isDisplayName(name)) {
    throw wrongOption(
      'mailer',
      'from',
      describe(from),
      'one address, like "Acme <login@acme.example>", "login@acme.example" or { name, address }',
    )
  }
  return { name: name.trim(), address: plain }
}

function split(from: string): { name: string; address: string } {
  const [, quoted, bare, address] = NAMED.exec(from) ?? []
  return address === undefined
    ? { name: '', address: from }
    : { name: quoted ?? bare ?? '', address }
}

/** Whether this is text of at most 100 characters, without a character that could end a header line. */
export function isDisplayName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 100 && !/\p{Cc}/u.test(name)
}

/** Reads the `appName` option of the mailer. @throws TypeError */
export function readAppName(appName: unknown): string | undefined {
  if (appName === undefined) return undefined
  if (isDisplayName(appName) && appName.trim() !== '') return appName.trim()
  throw wrongOption(
    'mailer',
    'appName',
    describe(appName),
    'a name of 1 to 100 characters in one line',
  )
}
