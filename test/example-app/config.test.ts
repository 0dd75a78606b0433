import { describe, expect, test } from 'vitest'
import { readConfig } from '../../example-app/config.js'
import { expectNamed, messageOf } from '../helpers/rejects-option.js'

const secret = 'correct horse battery staple 0123456789'
const real = {
  SMTP_URL: 'smtps://user:pass@mail.example.com',
  MAIL_FROM: 'Acme <login@acme.example>',
  OTP_SECRET: secret,
  SESSION_SECRET: secret,
}

/** Expects that this environment has one problem, which names all of these. */
function expectProblem(environment: Parameters<typeof readConfig>[0], ...names: string[]): void {
  const [, problem = '', ...others] = messageOf(() => readConfig(environment)).split('\n- ')
  expectNamed(problem, ...names)
  expect(others).toEqual([])
}

test('Without variables the app listens on this machine only and uses random secrets', () => {
  const [one, two] = [readConfig({}), readConfig({})]
  expect(one).toMatchObject({ host: '127.0.0.1', port: undefined, smtpUrl: undefined })
  expect(one.trustProxy).toBe(0)
  for (const key of ['otpSecret', 'sessionSecret'] as const) {
    expect(Buffer.from(one[key], 'base64')).toHaveLength(32)
    expect(one[key]).not.toBe(two[key])
  }
  expect(one.otpSecret).not.toBe(one.sessionSecret)
})

test('An empty variable counts as not set', () => {
  expect(readConfig({ SMTP_URL: '', HOST: ' ', PORT: '', OTP_SECRET: '' })).toMatchObject({
    host: '127.0.0.1',
    port: undefined,
    smtpUrl: undefined,
  })
})

test.each(['127.0.0.1', '::1', 'localhost', 'LOCALHOST'])(
  'HOST %s needs no mail server',
  (HOST) => {
    expect(readConfig({ HOST }).host).toBe(HOST)
  },
)

test.each(['0.0.0.0', '::', '192.168.1.5', '127.0.0.1.example.com', 'example.com'])(
  'HOST %s is rejected without a mail server and accepted with one',
  (HOST) => {
    expectProblem({ HOST }, 'HOST', `"${HOST}"`, 'SMTP_URL', '/inbox')
    expect(readConfig({ ...real, HOST }).host).toBe(HOST)
  },
)

test('NODE_ENV=production is rejected without a mail server and accepted with one', () => {
  expectProblem({ NODE_ENV: 'production' }, 'NODE_ENV', '"production"', 'SMTP_URL', '/inbox')
  expect(readConfig({ ...real, NODE_ENV: 'production' }).smtpUrl).toBe(real.SMTP_URL)
})

test.each(['OTP_SECRET', 'SESSION_SECRET', 'MAIL_FROM'])(
  'The error names a missing %s if a mail server is set',
  (name) => {
    expectProblem({ ...real, [name]: undefined }, name, 'SMTP_URL')
  },
)

describe.each([
  ['REDIS_URL', 'redis://app:secret@redis.example.com:6379/1'],
  ['DATABASE_URL', 'postgres://app:secret@db.example.com:5432/app?sslmode=require'],
  ['DATABASE_URL', 'sqlite:./data.db'],
])('With %s', (name, url) => {
  const secrets = { OTP_SECRET: secret, SESSION_SECRET: secret }
  const key = name === 'REDIS_URL' ? 'redisUrl' : 'databaseUrl'

  test('the URL is used unchanged', () => {
    const config = readConfig({ ...secrets, [name]: url })
    expect(config).toMatchObject({ redisUrl: undefined, databaseUrl: undefined, [key]: url })
  })

  test.each(['OTP_SECRET', 'SESSION_SECRET'])('the error names a missing %s', (missing) => {
    const environment = { ...secrets, [name]: url, [missing]: '' }
    expectProblem(environment, missing, name, 'openssl rand -base64 32')
  })
})

test('REDIS_URL together with DATABASE_URL is rejected', () => {
  const both = { REDIS_URL: 'redis://localhost', DATABASE_URL: 'postgres://localhost/app' }
  expectProblem({ ...real, ...both }, 'REDIS_URL', 'DATABASE_URL')
})

test.each([
  ['REDIS_URL', 'redis://localhost'],
  ['REDIS_URL', 'rediss://:p%40ss@redis.example.com:6380/'],
  ['DATABASE_URL', 'postgresql://app@localhost/app'],
  ['DATABASE_URL', 'postgres://[::1]/app'],
  ['DATABASE_URL', 'sqlite:data.db'],
  ['DATABASE_URL', 'sqlite:/var/lib/app/data.db'],
  ['DATABASE_URL', 'sqlite:///var/lib/app/data.db'],
])('A short %s is accepted: %s', (name, value) => {
  expect(() => readConfig({ ...real, [name]: value })).not.toThrow()
})

test('The error has the command that creates a secret, and lists all problems at once', () => {
  const message = messageOf(() => readConfig({ SMTP_URL: real.SMTP_URL }))
  const [, ...problems] = message.split('\n- ')
  const command = 'openssl rand -base64 32'
  const expected = [['MAIL_FROM'], ['OTP_SECRET', command], ['SESSION_SECRET', command]]
  expect(problems).toHaveLength(expected.length)
  for (const [n, names] of expected.entries()) expectNamed(problems[n] ?? '', ...names)
})

test.each([
  ['OTP_SECRET', 'hush-hush'],
  ['SESSION_SECRET', 'hush-hush'],
  ['SMTP_URL', 'mail.example.com:465:hush-hush'],
  ['SMTP_URL', 'https://user:hush-hush@mail.example.com'],
  ['SMTP_URL', 'smtp://user:hush-hush/1@mail.example.com'],
  ['SMTP_URL', 'smtp://user:hush-hush#1@mail.example.com'],
  ['SMTP_URL', 'smtp://user:1?hush-hush@mail.example.com'],
  ['SMTP_URL', 'smtp://user:hush-hush%@mail.example.com'],
  ['REDIS_URL', 'hush-hush@redis.example.com:6379'],
  ['REDIS_URL', 'http://:hush-hush@redis.example.com:6379'],
  ['REDIS_URL', 'redis://:hush-hush/1@redis.example.com:6379'],
  ['REDIS_URL', 'redis://:1/hush-hush@redis.example.com:6379'],
  ['REDIS_URL', 'redis://:hush-hush@redis.example.com:6379/codes'],
  ['REDIS_URL', 'redis://:hush-hush%@redis.example.com:6379'],
  ['REDIS_URL', 'redis:///hush-hush'],
  ['DATABASE_URL', 'mysql://app:hush-hush@db.example.com/app'],
  ['DATABASE_URL', 'postgres://app:hush-hush@db.example.com'],
  ['DATABASE_URL', 'postgres://app:1?hush-hush@db.example.com/app'],
  ['DATABASE_URL', 'postgres://app:1#hush-hush@db.example.com/app'],
  ['DATABASE_URL', 'postgres://app:1/hush-hush@db.example.com/app'],
  ['DATABASE_URL', 'postgres://app:1/hush-hush@db.example.com'],
  ['DATABASE_URL', 'sqlite:'],
  ['DATABASE_URL', 'sqlite::memory:'],
  ['DATABASE_URL', 'sqlite://hush-hush.db'],
  ['DATABASE_URL', 'sqlite:./hush-hush.db?mode=ro'],
  ['DATABASE_URL', 'sqlite:./hush-hush/'],
])('The error names a wrong %s without its value', (name, value) => {
  const read = () => readConfig({ ...real, [name]: value })
  expect(read).toThrow(name)
  expect(read).not.toThrow('hush')
})

test.each([
  ['PORT', 'http'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PUBLIC_ORIGIN', 'app.example.com'],
  ['PUBLIC_ORIGIN', 'https://app.example.com/login'],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', 'my-proxy'],
  ['MAIL_FROM', 'Acme'],
  ['MAIL_FROM', 'a@acme.example, b@acme.example'],
])('The error shows the value of a wrong %s: %s', (name, value) => {
  expectProblem({ ...real, [name]: value }, name, `"${value}"`)
})

test.each([
  ['1', 1],
  ['loopback, 10.0.0.0/8', 'loopback, 10.0.0.0/8'],
])('TRUST_PROXY accepts what Express accepts: %s', (TRUST_PROXY, expected) => {
  expect(readConfig({ ...real, TRUST_PROXY }).trustProxy).toBe(expected)
})

test.each([
  { TRUST_PROXY: '1' },
  { PUBLIC_ORIGIN: 'https://app.example.com' },
  { PUBLIC_ORIGIN: 'https://app.example.com', TRUST_PROXY: '1' },
])(
  'The app does not start behind a proxy without SMTP_URL, because the proxy would expose the inbox: %o',
  (environment) => {
    expectProblem(environment, 'SMTP_URL', '/inbox', ...Object.keys(environment))
  },
)

test.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080'])(
  'PUBLIC_ORIGIN can be another origin on this machine: %s',
  (PUBLIC_ORIGIN) => {
    expect(readConfig({ PUBLIC_ORIGIN }).publicOrigin).toBe(PUBLIC_ORIGIN)
  },
)
