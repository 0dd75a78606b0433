import { foldLines } from 'nodemailer/lib/mime-funcs'
import MimeNode from 'nodemailer/lib/mime-node'
import { findGaps, type Gap, type Piece } from './pieces.js'

/** The header fields that have another value in each mail. Their length may differ, so they are folded anew. */
const FIELD = /^(to|message-id|date|references|x-entity-ref-id):/i

/** Writes the value of one header field. */
const HEADERS = new MimeNode()

/**
 * Makes a template from two composed mails that say the same, one with the first stands of the gaps, one with the
 * second ones. Returns `undefined` if they differ in anything else.
 *
 * Its values are those of the gaps, and of the header fields by their lower-case name.
 */
export function makeTemplate(
  [first, second]: readonly [string, string],
  gaps: readonly Gap[],
): readonly Piece[] | undefined {
  const [firstHead, firstBody] = parted(first)
  const [secondHead, secondBody] = parted(second)
  const fields = fieldsOf(firstHead)
  const others = fieldsOf(secondHead)
  const body = findGaps(firstBody, secondBody, gaps)
  if (!body || fields.length !== others.length) return undefined
  const pieces: Piece[] = []
  for (const [index, field] of fields.entries()) {
    const found = perMail(field) ?? findGaps(field, others[index] as string, gaps)
    if (!found) return undefined
    pieces.push(...found, '\r\n')
  }
  return [...pieces, ...body]
}

/** The piece of a header field that has another value in each mail. */
function perMail(field: string): readonly Piece[] | undefined {
  const key = FIELD.exec(field)?.[1]
  if (key === undefined) return undefined
  const name = key.toLowerCase()
  return [
    (values) => {
      const value = values[name] as string
      // nodemailer parses a string as a list of addresses.
      const given = name === 'to' ? { name: '', address: value } : value
      return foldLines(`${key}: ${HEADERS.encodeHeaderValue(key, given)}`)
    },
  ]
}

/** Head and body. The empty line between them begins the body. */
function parted(mail: string): readonly [string, string] {
  const end = mail.indexOf('\r\n\r\n') + 2
  return [mail.slice(0, end), mail.slice(end)]
}

/** A line that begins with a blank continues the field before it. */
function fieldsOf(head: string): string[] {
  return head.split(/\r\n(?![ \t])/).filter((field) => field !== '')
}
