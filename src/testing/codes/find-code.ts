import type { Email } from 'postal-mime'
import { UNFOLDED_HOST } from '../../mail/headers.js'

/** 6 to 10 digits that are no part of a longer word or number, such as a telephone number. */
const RUN = /(?<![A-Za-z\d+]|\d[-.])\d{6,10}(?![A-Za-z\d]|[-.]\d)/g
/** URLs and e-mail addresses. The lookbehind keeps the time linear. */
const NOT_TEXT = /:\/\/[!-~]*|\bwww\.[!-~]*|(?<![\w.+-])[\w.+-]+@[\w.-]+/gi
const NOTHING_ELSE = /^[^\p{L}\p{N}]*\d+[^\p{L}\p{N}]*$/u

interface Run {
  readonly code: string
  readonly paragraph: string
  readonly line: string
  /** The line before it, in the same paragraph. */
  readonly before: string
}

/**
 * Finds the code in a mail of any application; empty if there is none. The header `OTP-Token` names it. A mail without
 * the header may have other numbers in its text: that of an order, or the postal code of the sender.
 */
export function findCode({ headers, subject = '', text = '', html = '' }: Email): string {
  const header = (name: string) => headers.find(({ key }) => key === name)?.value ?? ''
  const [, token] = /^"(\d{6,10})"/.exec(header('otp-token')) ?? []
  if (token !== undefined) return token
  // The mailer writes this header if the code is not in the subject. A number there belongs to the purpose.
  const hint = header('references').includes(UNFOLDED_HOST) ? '' : subject
  return codeIn(text, hint) || codeIn(shownText(html), hint)
}

/**
 * A number that the subject has too, one that is a paragraph, one on a line of its own below a colon, and the first
 * paragraph with a number, in this order. In that paragraph, a number on a line of its own comes first.
 */
function codeIn(text: string, subject: string): string {
  const runs = runsIn(text)
  const inSubject = new Set(subject.match(RUN))
  const named = runs.filter(({ code }) => inSubject.has(code))
  const likely = named.length > 0 ? named : runs
  const [first] = likely
  const best =
    likely.find(({ paragraph }) => NOTHING_ELSE.test(paragraph)) ??
    likely.find(({ line, before }) => NOTHING_ELSE.test(line) && /[:：]\s*$/.test(before)) ??
    likely.find((run) => run.paragraph === first?.paragraph && NOTHING_ELSE.test(run.line)) ??
    first
  return best?.code ?? ''
}

function runsIn(text: string): readonly Run[] {
  const paragraphs = text
    .replace(/\r/g, '')
    .replace(NOT_TEXT, ' ')
    .split(/\n\s*\n/)
  return paragraphs.flatMap((paragraph) =>
    paragraph.split('\n').flatMap((line, n, lines) => {
      const before = lines[n - 1] ?? ''
      return (line.match(RUN) ?? []).map((code) => ({ code, paragraph, line, before }))
    }),
  )
}

const PARAGRAPH = /<\/?(?:p|h[1-6]|table|tr|t[dh]|[uo]l|li|hr|pre|blockquote)\b/i

/**
 * What a mail program shows, each part on a line of its own: a colour such as `#123456` is no code. The parts of a
 * `<div>` are one paragraph, as those of an address are.
 */
function shownText(html: string): string {
  return html
    .replace(/<!--.*?-->|<(head|style|script)\b.*?<\/\1\s*>/gis, '')
    .replace(/(?:&#?\w+;|\s)+/g, ' ')
    .replace(/(?: ?<[^<>]*>)+ ?/g, (tags) => (PARAGRAPH.test(tags) ? '\n\n' : '\n'))
}
