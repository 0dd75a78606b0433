import { randomBytes } from 'node:crypto'
import type { Store as SessionStore } from 'express-session'
import type { ChallengeStore } from 'passport-email-otp'
import { ConfigError } from './config.js'

/** The stores of challenges and sessions. */
export interface Storage {
  /** Names the storage to the operator who starts the app, without a password. */
  readonly name: string
  /** The environment variable that selected it. */
  readonly variable: string
  readonly challengeStore: ChallengeStore | undefined
  readonly sessionStore: SessionStore | undefined
  /** Closes the connections. */
  close(): Promise<void>
}

/** Writes a session and deletes it, so that a missing permission shows at the start, not at the first request. */
export async function tryOut(sessions: SessionStore): Promise<void> {
  const id = `start-${randomBytes(16).toString('base64url')}`
  const cookie = { originalMaxAge: null }
  await called((done) => sessions.set(id, { cookie }, done))
  await called((done) => sessions.get(id, done))
  await called((done) => sessions.destroy(id, done))
}

function called(call: (done: (err?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((err) => (err ? reject(err) : resolve()))
  })
}

/** The error for a server that cannot be used. It explains what is wrong, without the password. */
export function unusable(variable: string, url: string, err: unknown): ConfigError {
  return new ConfigError([problemText(variable, url, err as ServerError)])
}

export function hostOf(url: string): string {
  return new URL(url).host
}

interface ServerError extends Error {
  readonly code?: string
}

function problemText(variable: string, url: string, { code, message }: ServerError): string {
  const host = hostOf(url)
  switch (code ?? /^[A-Z]+/.exec(message)?.[0]) {
    case 'ECONNREFUSED':
      return (
        `No server answers at ${host}, which is set in ${variable}. ` +
        'Check the host and the port, and check that the server is running.'
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host name of the server ${host} in ${variable} was not found.`
    case 'WRONGPASS': // Redis
    case '28P01': // PostgreSQL: invalid_password
      return `The server ${host} rejected the user name or the password in ${variable}.`
    case 'NOAUTH':
      return `The server ${host} requires a user name or a password, and ${variable} has neither.`
    default:
      return `The server ${host} in ${variable} cannot be used: ${withoutPassword(url, message || String(code))}.`
  }
}

/** Replaces the password. Some servers repeat a command that they do not know, such as the one that logs in. */
export function withoutPassword(url: string, message: string): string {
  const { password } = new URL(url)
  if (password === '') return message
  return message.replaceAll(password, '***').replaceAll(decodeURIComponent(password), '***')
}
