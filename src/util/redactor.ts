import { domainToUnicode } from 'node:url'
import { bytesOf, decodedViews } from './decoded-views.js'
import { escapeRegExp } from './escape-reg-exp.js'

/** What a text must not contain. */
export interface Hidden {
  readonly email: string
  /** Absent where no code has been made. */
  readonly code?: string
  /** The challenge's id, where the text may come from a session store. */
  readonly id?: string
}

/** Removes the address, the code and the id from texts. */
export interface Redactor {
  /** For what a server may have said: removes the local part without its domain too. */
  prose(text: string): string
  /** For names that programs choose. There, a local part such as `to` is a word like any other. */
  identifier(text: string): string
}

interface Finding {
  readonly start: number
  readonly end: number
  readonly label: string
}

/** All patterns match bytes of UTF-8, as in a decoded view. */
const WORD_BYTE = '[a-z0-9\\x80-\\xff]'

/**
 * Between the digits of a code in groups: blanks, dashes, dots, middle dots, and invisible characters. The bytes
 * with `e2` are those of U+2000 to U+207F, the others those of U+00A0, U+00AD, U+00B7, U+FEFF and U+3000.
 */
const GAP =
  "(?:[\\s.,'_-]|\\xc2[\\xa0\\xad\\xb7]|\\xe2[\\x80\\x81][\\x80-\\xbf]|\\xef\\xbb\\xbf|\\xe3\\x80\\x80){0,3}"

/** Texts in base64 or hex, as in encoded words (RFC 2047), bodies of mails and return paths. */
const ENCODED = /[A-Za-z0-9+/_-]{8,}(?:\r?\n[A-Za-z0-9+/_-]+)*=*/g

export function redactorOf({ email, code, id }: Hidden): Redactor {
  const at = email.lastIndexOf('@')
  const local = email.slice(0, at)
  const domain = email.slice(at + 1)
  const whole = [
    { label: '[address]', pattern: addressPattern(local, domain) },
    ...(code === undefined
      ? []
      : [{ label: '[code]', pattern: new RegExp([...code].join(GAP), 'g') }]),
    ...(id === undefined ? [] : [{ label: '[id]', pattern: new RegExp(escaped(id), 'gi') }]),
  ]
  const alone = { label: '[address]', pattern: localPartPattern(local) }
  return {
    identifier: (text) => replaced(text, find(text, whole)),
    prose: (text) => replaced(text, find(text, [...whole, alone])),
  }

  function find(text: string, hidden: readonly { label: string; pattern: RegExp }[]): Finding[] {
    const findings = decodedViews(text).flatMap(({ bytes, sourceOf }) =>
      hidden.flatMap(({ label, pattern }) =>
        [...bytes.matchAll(pattern)].map(({ 0: found, index }) => {
          return { start: sourceOf(index), end: sourceOf(index + found.length), label }
        }),
      ),
    )
    for (const { 0: token, index } of text.matchAll(ENCODED)) {
      if (!whole.some(({ pattern }) => isEncoded(token, pattern))) continue
      findings.push({ start: index, end: index + token.length, label: '[encoded]' })
    }
    return findings
  }
}

/**
 * The address with its domain in either form. Return paths have it with another sign (`ada=example.com@…`), or
 * its domain first (`SRS0=…=example.com=ada@…`, `example.com!ada`).
 */
function addressPattern(local: string, domain: string): RegExp {
  const decoded = domainToUnicode(domain)
  const domains = [...new Set([domain, decoded, decoded.normalize('NFD')])].map(escaped).join('|')
  const mailbox = escaped(local)
  return new RegExp(`${mailbox}"?[@=%](?:${domains})|(?:${domains})[=!]${mailbox}`, 'gi')
}

/**
 * The local part as a word. Servers drop the detail of `ada+shop` before they look for a mailbox, and some ignore
 * dots.
 */
function localPartPattern(local: string): RegExp {
  const mailbox = local.split('+')[0] || local
  const words = [local, mailbox, mailbox.replaceAll('.', '')].map(escaped).join('|')
  return new RegExp(`(?<!${WORD_BYTE})(?:${words})(?!${WORD_BYTE})`, 'gi')
}

/** Whether a token holds a hidden text, wherever in the token its first group of characters begins. */
function isEncoded(token: string, pattern: RegExp): boolean {
  const decoded = [0, 1, 2, 3].flatMap((start) => {
    const rest = token.slice(start)
    return [Buffer.from(rest, 'base64'), Buffer.from(rest, 'hex')]
  })
  return decoded.some((bytes) => bytes.toString('latin1').search(pattern) >= 0)
}

/** Replaces each finding by its label, and findings that overlap by the label of the first. */
function replaced(text: string, findings: readonly Finding[]): string {
  let kept = ''
  let done = 0
  for (const { start, end, label } of findings.toSorted((a, b) => a.start - b.start)) {
    if (start >= done) kept += text.slice(done, start) + label
    done = Math.max(done, end)
  }
  return kept + text.slice(done)
}

function escaped(text: string): string {
  return escapeRegExp(bytesOf(text))
}
