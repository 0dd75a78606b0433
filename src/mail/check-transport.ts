import { member, ownFields } from '../util/own.js'
import type { MailFailure, NamedServer } from './failure-row.js'
import { explainFailure } from './failure-texts.js'
import type { OpenTransport } from './transporter.js'

/**
 * Connects to the mail server, logs in, and sends nothing. Returns the problems, each as sentences;
 * `undefined` for a transport that cannot be checked.
 */
export async function checkTransport({
  transporter,
  options,
}: OpenTransport): Promise<readonly string[] | undefined> {
  if (typeof member(transporter, 'verify') !== 'function') return undefined
  try {
    // nodemailer returns false for a transport that has no such method.
    return (await transporter.verify?.()) === false ? undefined : []
  } catch (err) {
    return [problemText(err, serverOf(options))]
  }
}

/** The server's own message is left out, because some servers quote the user name in it. */
function problemText(err: unknown, server: NamedServer): string {
  const failure = failureOf(err)
  const { what, remedies } = explainFailure(failure, server)
  const codes = [failure.code, failure.responseCode].filter((each) => each !== undefined).join(', ')
  const details = codes === '' ? 'The error has no code.' : `The error code is ${codes}.`
  return [what, ...remedies, details].join(' ')
}

/** An error of the application's transporter may hold anything, so its code is shown only if it looks like one. */
function failureOf(err: unknown): MailFailure {
  const { code, responseCode, ...texts } = ownFields(err, [
    ...(['code', 'responseCode', 'command', 'response', 'syscall', 'message'] as const),
  ])
  const isCode = typeof code === 'string' && /^[A-Z][A-Z_]{1,40}$/.test(code)
  return {
    ...(isCode && { code }),
    ...(typeof responseCode === 'number' && { responseCode }),
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => typeof text === 'string')),
  }
}

/** How the server is named: without its host, because the result of a check may be shown to others. */
export const UNNAMED = { atStart: 'The mail server', inside: 'the mail server' } as const

function serverOf(options: unknown): NamedServer {
  const { secure, port, auth } = ownFields(options, ['secure', 'port', 'auth'])
  return {
    ...UNNAMED,
    isSecure: Boolean(secure ?? Number(port) === 465),
    hasUser: Boolean(auth),
  }
}
