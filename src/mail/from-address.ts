import { parseEmail } from '../challenge/email.js'
import { describe, wrongOption } from '../util/option-reader.js'

/** A sender: the display name may be empty, the address is one plain one. */
export interface FromAddress {
  readonly name: string
  readonly address: string
}

/** `Acme <login@acme.example>`, the name in double quotes or not. */
const NAMED = /^\s*(?:"([^"]*)"\s*|([^"<>]*))<([^<>]*)>\s*$/

/**
 * Reads the `from` option of `mailer`.
 *
 * @throws TypeError if it isn't exactly one address, with or without a display name.
 */
export function parseFrom(from: unknown): FromAddress {
  const { name, address } = typeof from === 'string' ? split(from) : Object(from)
  const plain = parseEmail(address)
  if (plain === undefined || !isDisplayName(name ?? '')) {
    throw wrongOption(
      'mailer',
      'from',
      describe(from),
      'one address, like "Acme <login@acme.example>", "login@acme.example" or { name, address }',
    )
  }
  return { name: (name ?? '').trim(), address: plain }
}

function split(from: string): { name: string; address: string } {
  const [, quoted, bare, address] = NAMED.exec(from) ?? []
  return address === undefined
    ? { name: '', address: from }
    : { name: quoted ?? bare ?? '', address }
}

/** At most 100 characters, and none that could end a header's line. */
export function isDisplayName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 100 && !/\p{Cc}/u.test(name)
}
