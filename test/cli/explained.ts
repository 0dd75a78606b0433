import { failureText } from '../../src/cli/mail-failure.js'
import type { MailFailure } from '../../src/mail/failure-row.js'
import { FAILURES } from '../mail/failures.js'

interface Server {
  /** Host and port. */
  readonly shown: string
  readonly hasUser?: boolean
  /** The server's answer, if it gave one. */
  readonly response?: string | undefined
}

/** What the program prints to stderr about one of the failures of `test/mail/failures.ts`. */
export function explained(name: string, { shown, hasUser = false, response }: Server): string {
  const row = FAILURES[name]
  if (row === undefined) throw new Error(`no failure "${name}"`)
  const failure: MailFailure = { ...row[0], response }
  const server = { shown, secure: false, hasUser, users: [], secrets: [] }
  return `${failureText(failure, server)}\n`
}
