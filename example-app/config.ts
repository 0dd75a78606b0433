import { randomBytes } from 'node:crypto'
import {
  isFromAddress,
  isLoopbackOrigin,
  isOrigin,
  isServerUrl,
  isTrustProxy,
  LOOPBACK,
} from './formats.js'

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
  /** Where challenges and sessions are kept. Neither of the two: in this process. */
  readonly redisUrl: string | undefined
  readonly databaseUrl: string | undefined
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
  const redisUrl = env('REDIS_URL')
  const databaseUrl = env('DATABASE_URL')
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
      isServerUrl(smtpUrl, ['smtp:', 'smtps:'], /^\/?$/),
      `SMTP_URL is not like smtps://user:password@mail.example.com:465. ${ENCODE}`,
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

  check(
    redisUrl === undefined || isServerUrl(redisUrl, ['redis:', 'rediss:'], /^\/?\d*$/),
    `REDIS_URL is not like redis://user:password@redis.example.com:6379/0. ${ENCODE}`,
  )
  check(
    databaseUrl === undefined ||
      isServerUrl(databaseUrl, ['postgres:', 'postgresql:'], /^\/[^/@]+$/),
    `DATABASE_URL is not like postgres://user:password@db.example.com:5432/database. ${ENCODE}`,
  )
  check(
    redisUrl === undefined || databaseUrl === undefined,
    'REDIS_URL and DATABASE_URL are both set. Give one: challenges and sessions are kept there.',
  )

  // Secrets of this start alone would be others in the next process, or after a restart.
  const outlives = Object.entries({
    SMTP_URL: smtpUrl,
    REDIS_URL: redisUrl,
    DATABASE_URL: databaseUrl,
  }).find(([, url]) => url !== undefined)?.[0]
  for (const name of ['OTP_SECRET', 'SESSION_SECRET']) {
    const secret = env(name)
    if (secret === undefined) {
      check(
        outlives === undefined,
        `${name} is not set. With ${outlives} it is required: ${MAKE_ONE}`,
      )
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
    redisUrl,
    databaseUrl,
    otpSecret: env('OTP_SECRET') ?? randomSecret(),
    sessionSecret: env('SESSION_SECRET') ?? randomSecret(),
  }
}

const A_SENDER = '"Acme <login@acme.example>"'
const ENCODE = 'Write @ as %40, / as %2F, # as %23 and : as %3A in the user name and the password.'
const MAKE_ONE = 'make one with "openssl rand -base64 32".'

function randomSecret(): string {
  return randomBytes(32).toString('base64')
}
