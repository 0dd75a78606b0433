import { randomBytes } from 'node:crypto'
import {
  isFromAddress,
  isLoopbackOrigin,
  isOrigin,
  isServerUrl,
  isSqliteUrl,
  isTrustProxy,
  LOOPBACK,
} from './formats.js'

/** The configuration from the environment, validated. */
export interface Config {
  readonly host: string
  /** `undefined` selects 3000, or any free port if another program uses that. */
  readonly port: number | undefined
  /** The origin that browsers use, if it is not `http://localhost:PORT`. */
  readonly publicOrigin: string | undefined
  /** Express's "trust proxy": the number of proxies in front of the app, or their IP addresses. */
  readonly trustProxy: number | string
  /** A real mail server. `undefined` catches the mails and shows them at /inbox. */
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  /** The server or file that keeps challenges and sessions. Without either, this process keeps them in memory. */
  readonly redisUrl: string | undefined
  readonly databaseUrl: string | undefined
  readonly otpSecret: string
  readonly sessionSecret: string
}

/** The app cannot start in this environment. The message is for the operator who starts it. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(['The example app did not start:', ...problems].join('\n- '))
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/** @throws {ConfigError} that names every problem, without a value that may be secret */
export function readConfig(environment: Environment): Config {
  // An empty variable counts as not set.
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
    `PORT is "${port}". It must be a number from 0 to 65535. 0 selects any free port.`,
  )
  check(
    publicOrigin === undefined || isOrigin(publicOrigin),
    `PUBLIC_ORIGIN is "${publicOrigin}". It must be scheme and host only, like https://app.example.com.`,
  )
  check(
    isTrustProxy(trustProxy),
    `TRUST_PROXY is "${trustProxy}". It must be the number of proxies in front of the app, like 1, or ` +
      'their IP addresses. If the app trusted all proxies, every client could choose its own IP address.',
  )

  if (smtpUrl === undefined) {
    // Any client that reaches the app could read the codes of all users at /inbox.
    check(
      environment.NODE_ENV !== 'production',
      'NODE_ENV is "production" and SMTP_URL is not set. Without SMTP_URL the app shows every code at ' +
        '/inbox, which is not safe in production. Set SMTP_URL.',
    )
    check(
      LOOPBACK.includes(host.toLowerCase()),
      `HOST is "${host}" and SMTP_URL is not set. Without SMTP_URL the app shows every code at /inbox, ` +
        `so it may only listen on this machine (${LOOPBACK.join(', ')}). Set SMTP_URL.`,
    )
    // Either variable means that a proxy is in front. Behind a proxy that rewrites Host, a request seems local.
    check(
      trustProxy === '0' && (publicOrigin === undefined || isLoopbackOrigin(publicOrigin)),
      'TRUST_PROXY or PUBLIC_ORIGIN is set and SMTP_URL is not set. Without SMTP_URL the app shows every ' +
        'code at /inbox, so it must not be reachable through a proxy. Set SMTP_URL.',
    )
  } else {
    check(
      isServerUrl(smtpUrl, ['smtp:', 'smtps:'], /^\/?$/),
      `SMTP_URL must look like smtps://user:password@mail.example.com:465. ${ENCODE}`,
    )
    check(
      mailFrom !== undefined,
      `MAIL_FROM is not set. SMTP_URL requires it. It must look like ${A_SENDER}.`,
    )
  }
  check(
    mailFrom === undefined || isFromAddress(mailFrom),
    `MAIL_FROM is "${mailFrom}". It must be one address, like ${A_SENDER}.`,
  )

  check(
    redisUrl === undefined || isServerUrl(redisUrl, ['redis:', 'rediss:'], /^\/?\d*$/),
    `REDIS_URL must look like redis://user:password@redis.example.com:6379/0. ${ENCODE}`,
  )
  check(
    databaseUrl === undefined ||
      isSqliteUrl(databaseUrl) ||
      isServerUrl(databaseUrl, ['postgres:', 'postgresql:'], /^\/[^/@]+$/),
    'DATABASE_URL must look like sqlite:./data.db or postgres://user:password@db.example.com:5432/database. ' +
      ENCODE,
  )
  check(
    redisUrl === undefined || databaseUrl === undefined,
    'REDIS_URL and DATABASE_URL are both set. Set only one: it keeps challenges and sessions.',
  )

  // A random secret differs in the next process and after a restart, where a code or session would be invalid.
  const requiredBy = Object.entries({
    SMTP_URL: smtpUrl,
    REDIS_URL: redisUrl,
    DATABASE_URL: databaseUrl,
  }).find(([, url]) => url !== undefined)?.[0]
  for (const name of ['OTP_SECRET', 'SESSION_SECRET']) {
    const secret = env(name)
    if (secret === undefined) {
      check(
        requiredBy === undefined,
        `${name} is not set. ${requiredBy} requires it. ${CREATE_ONE}`,
      )
    } else {
      check(Buffer.byteLength(secret) >= 32, `${name} is shorter than 32 bytes. ${CREATE_ONE}`)
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
const ENCODE = 'In user and password, write @ as %40, / as %2F, # as %23 and : as %3A.'
const CREATE_ONE = 'Create one with "openssl rand -base64 32".'

function randomSecret(): string {
  return randomBytes(32).toString('base64')
}
