import { randomBytes } from 'node:crypto'
import express from 'express'

/** What the environment asks for, checked. */
export interface Config {
  readonly host: string
  /** `undefined`: 3000, or any free port if that is taken. */
  readonly port: number | undefined
  /** The address that browsers use, where it is not `http://localhost:PORT`. */
  readonly publicOrigin: string | undefined
  /** Express's "trust proxy": the number of proxies in front, or their addresses. */
  readonly trustProxy: number | string
  /** A real mail server. `undefined`: mail is caught and shown at /inbox. */
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  readonly otpSecret: string
  readonly sessionSecret: string
}

/** The environment is not one to start in. The message is for whoever starts the app. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(['The example app did not start:', ...problems].join('\n- '))
  }
}

type Environment = Readonly<Record<string, string | undefined>>

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

/** @throws {ConfigError} naming everything that is wrong, never a value that may be secret. */
export function readConfig(environment: Environment): Config {
  // An empty variable is an unset one.
  const env = (name: string) => environment[name]?.trim() || undefined
  const problems: string[] = []
  const check = (ok: boolean, problem: string) => {
    if (!ok) problems.push(problem)
  }

  const host = env('HOST') ?? '127.0.0.1'
  const port = env('PORT')
  const publicOrigin = env('PUBLIC_ORIGIN')
  const trustProxy = env('TRUST_PROXY') ?? '0'
  const smtpUrl = env('SMTP_URL')
  const mailFrom = env('MAIL_FROM')
  check(
    port === undefined || (/^\d{1,5}$/.test(port) && Number(port) <= 65_535),
    `PORT is "${port}". Give a number from 0 to 65535; 0 takes any free port.`,
  )
  check(
    publicOrigin === undefined || isOrigin(publicOrigin),
    `PUBLIC_ORIGIN is "${publicOrigin}". Give only the scheme and the host, like https://app.example.com.`,
  )
  check(
    isTrustProxy(trustProxy),
    `TRUST_PROXY is "${trustProxy}". Give the number of proxies in front of the app, like 1, or ` +
      'their addresses. (Trusting all of them would let every client choose its own IP address.)',
  )

  if (smtpUrl === undefined) {
    // Everybody who reaches this app without a mail server could read everybody's codes at /inbox.
    check(
      environment.NODE_ENV !== 'production',
      'NODE_ENV is "production" and SMTP_URL is not set. Without a mail server of your own the app ' +
        'shows every code at /inbox, so it is for trying out only. Set SMTP_URL.',
    )
    check(
      LOOPBACK.includes(host.toLowerCase()),
      `HOST is "${host}" and SMTP_URL is not set. Without a mail server of your own the app shows ` +
        `every code at /inbox, so it serves this machine only: ${LOOPBACK.join(', ')}. Set SMTP_URL.`,
    )
    // Whoever sets one of these has a proxy in front, and a proxy that rewrites Host looks like this machine.
    check(
      trustProxy === '0' && (publicOrigin === undefined || isLoopbackOrigin(publicOrigin)),
      'TRUST_PROXY or PUBLIC_ORIGIN is set and SMTP_URL is not. Without a mail server of your own the ' +
        'app shows every code at /inbox, so nobody else may reach it through a proxy. Set SMTP_URL.',
    )
  } else {
    check(
      isSmtpUrl(smtpUrl),
      'SMTP_URL is not like smtps://user:password@mail.example.com:465. ' +
        'Write @ as %40, / as %2F, # as %23 and : as %3A in the user name and the password.',
    )
    check(
      mailFrom !== undefined,
      `MAIL_FROM is not set. With SMTP_URL it is required, like ${A_SENDER}.`,
    )
  }
  check(
    mailFrom === undefined || isFromAddress(mailFrom),
    `MAIL_FROM is "${mailFrom}". Give one address, like ${A_SENDER}.`,
  )
  for (const name of ['OTP_SECRET', 'SESSION_SECRET']) {
    const secret = env(name)
    if (secret === undefined) {
      check(smtpUrl === undefined, `${name} is not set. With SMTP_URL it is required: ${MAKE_ONE}`)
    } else {
      check(Buffer.byteLength(secret) >= 32, `${name} is shorter than 32 bytes: ${MAKE_ONE}`)
    }
  }

  if (problems.length > 0) throw new ConfigError(problems)
  return {
    host,
    port: port === undefined ? undefined : Number(port),
    publicOrigin,
    trustProxy: /^\d+$/.test(trustProxy) ? Number(trustProxy) : trustProxy,
    smtpUrl,
    mailFrom: mailFrom ?? 'Example App <login@app.example>',
    otpSecret: env('OTP_SECRET') ?? randomSecret(),
    sessionSecret: env('SESSION_SECRET') ?? randomSecret(),
  }
}

const A_SENDER = '"Acme <login@acme.example>"'
const MAKE_ONE = 'make one with "openssl rand -base64 32".'

function randomSecret(): string {
  return randomBytes(32).toString('base64')
}

function isOrigin(value: string): boolean {
  return /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value
}

function isLoopbackOrigin(value: string): boolean {
  return isOrigin(value) && LOOPBACK.includes(new URL(value).hostname.replace(/[[\]]/g, ''))
}

function isTrustProxy(value: string): boolean {
  if (/^\d$/.test(value)) return true
  try {
    express().set('trust proxy', value)
    return true
  } catch {
    return false
  }
}

/** A `/`, `?` or `#` in the password would end the host early: what is left of it is no address. */
function isSmtpUrl(value: string): boolean {
  if (!/^smtps?:\/\//.test(value) || !URL.canParse(value)) return false
  const { hostname, pathname, search, hash } = new URL(value)
  return hostname !== '' && pathname.length <= 1 && !search.includes('@') && hash === ''
}

/** `name@host`, or `Name <name@host>`. */
function isFromAddress(value: string): boolean {
  return /^[^<>@\s]+@[^<>@\s]+$|<[^<>@\s]+@[^<>@\s]+>$/.test(value)
}
