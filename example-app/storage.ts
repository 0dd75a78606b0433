import { randomBytes } from 'node:crypto'
import type { Store as SessionStore } from 'express-session'
import type { ChallengeStore } from 'passport-email-otp'
import { type Config, ConfigError } from './config.js'

/** Where challenges and sessions are kept. */
export interface Storage {
  /** For whoever starts the app, without a password. */
  readonly name: string
  /** The variable that it came from. */
  readonly variable: string
  readonly challengeStore: ChallengeStore | undefined
  readonly sessionStore: SessionStore | undefined
  /** Ends the connections. */
  close(): Promise<void>
}

/**
 * Connects to the server in REDIS_URL or DATABASE_URL, and tries it out. With neither, all is kept in
 * this process, which is for one process alone. The packages for a server are loaded only with it.
 *
 * @throws {ConfigError} saying what is wrong, never the password
 */
export async function openStorage({ redisUrl, databaseUrl }: Config): Promise<Storage> {
  if (redisUrl !== undefined) {
    const { openRedis } = await import('./redis.js')
    return openRedis(redisUrl)
  }
  if (databaseUrl !== undefined) {
    const { openPostgres } = await import('./postgres.js')
    return openPostgres(databaseUrl)
  }
  return {
    name: 'this process',
    variable: 'none',
    challengeStore: undefined,
    sessionStore: undefined,
    close: async () => {},
  }
}

/** Keeps a session for a moment, so that a missing right shows at the start and not to the first visitor. */
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

/** What an attempt to use the server at `url` came to, in words. */
export function unusable(variable: string, url: string, err: unknown): ConfigError {
  return new ConfigError([`The server ${hostOf(url)} in ${variable} ${inWords(url, err)}`])
}

export function hostOf(url: string): string {
  return new URL(url).host
}

interface ServerError extends Error {
  readonly code?: string
}

function inWords(url: string, err: unknown): string {
  const { code, message } = err as ServerError
  switch (code ?? /^[A-Z]+/.exec(message)?.[0]) {
    case 'ECONNREFUSED':
      return 'does not answer: nothing listens there. Check the host and the port, and start it.'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'was not found: there is no host of that name.'
    case 'WRONGPASS': // Redis
    case '28P01': // PostgreSQL: invalid_password
      return 'refused the user name or the password that are in it.'
    case 'NOAUTH':
      return 'wants a user name or a password, and there is none in it.'
    default:
      return `cannot be used: ${withoutPassword(url, message || String(code))}.`
  }
}

/** Some servers repeat a command that they don't know, and it may be the one that logs in. */
export function withoutPassword(url: string, message: string): string {
  const { password } = new URL(url)
  if (password === '') return message
  return message.replaceAll(password, '***').replaceAll(decodeURIComponent(password), '***')
}
