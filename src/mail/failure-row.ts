/** A mail server that did not do what was asked: the fields of nodemailer's error that are known. */
export interface MailFailure {
  readonly code?: string | undefined
  readonly responseCode?: number | undefined
  readonly command?: string | undefined
  readonly response?: string | undefined
  readonly syscall?: string | undefined
  readonly name?: string | undefined
  readonly message?: string | undefined
}

/** How the texts name the mail server, and what they take into account. */
export interface NamedServer {
  /** At the beginning of a sentence: `The mail server`, or its host and port. */
  readonly atStart: string
  /** Inside a sentence: `the mail server`, or its host and port. */
  readonly inside: string
  /** Whether the connection starts with TLS. */
  readonly isSecure: boolean
  readonly hasUser: boolean
}

/** An explanation, and the failures that it is for. */
export interface Row {
  readonly when: (failure: MailFailure, server: NamedServer) => unknown
  readonly what: (server: NamedServer) => string
  readonly remedies: readonly string[] | ((server: NamedServer) => readonly string[])
}

export const CHECK_PORT = 'Check the port: use smtps:// with port 465, and smtp:// with port 587.'
