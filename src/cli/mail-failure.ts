import type { MailFailure } from '../mail/failure-row.js'
import { explainFailure } from '../mail/failure-texts.js'
import { escapeRegExp } from '../util/escape-reg-exp.js'
import type { SmtpServer } from './smtp-url.js'

type Server = Pick<SmtpServer, 'shown' | 'secure' | 'hasUser' | 'users' | 'secrets'>

const MORE = 'More: docs/operations/check-the-mail-server.md'

/** Explains a mail that could not be sent: what happened, what to check, the server's answer, and the page that explains more. */
export function failureText(failure: MailFailure, server: Server): string {
  const { shown, secure: isSecure, hasUser } = server
  const named = { atStart: shown, inside: shown, isSecure, hasUser }
  const { what, remedies } = explainFailure(failure, named)
  const answer = showableAnswer(failure.response ?? '', server)
  const answerLine = answer === '' ? [] : [`The server answered: ${answer}`]
  const lines = [`The mail could not be sent. ${what}`, ...remedies, ...answerLine, MORE]
  return lines.join('\n')
}

/** The server's answer in one short line, without the user name; empty if it repeats the password. */
function showableAnswer(response: string, { users, secrets }: Server): string {
  if (secrets.some((secret) => response.includes(secret))) return ''
  return oneLine(withoutUser(response, users))
}

/** Replaces the name where it is a whole word: a user `in` is no part of "invalid". */
function withoutUser(text: string, users: readonly string[]): string {
  if (users.length === 0) return text
  // The longest first, because one form can begin with another.
  const forms = users.toSorted((a, b) => b.length - a.length).map(escapeRegExp)
  const pattern = `(?<![\\p{L}\\p{N}])(?:${forms.join('|')})(?![\\p{L}\\p{N}])`
  return text.replace(new RegExp(pattern, 'giu'), '[user]')
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
