import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { requireTestEnvironment } from '../../src/testing/codes/require-test-environment.js'
import { launchOptions, noBrowser } from '../browser/chromium.js'
import { commandsOf, Document } from '../helpers/documents.js'
import { freePort } from '../helpers/free-port.js'
import { linkPackage, makeProject } from '../helpers/package.js'
import { expectNamed, messageOf } from '../helpers/rejects-option.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { compile } from '../hosts/program.js'
import { runProgram } from './run-program.js'

vi.setConfig({ testTimeout: 240_000, hookTimeout: INSTALL_LIMIT_MS })

const page = new Document('docs/guides/in-your-tests.md')

/** The blocks under a heading, in order. */
function blocks(heading: string): string[] {
  return page.blocks
    .filter(({ heading: its, language }) => its === heading && language !== 'sh')
    .map(({ code }) => code)
}

/** The commands under a heading, in order. */
function commandsUnder(heading: string): string[] {
  return page.blocks
    .filter(({ heading: its, language }) => its === heading && language === 'sh')
    .flatMap(({ code }) => commandsOf(code))
}

/** The arguments that the page gives a program under a heading. */
function argumentsOf(program: string, heading: string): string[] {
  const command = commandsUnder(heading).findLast((one) => one.startsWith(program))
  if (command === undefined) throw new Error(`"${heading}" does not say how to start its program`)
  return command.slice(program.length).trim().split(' ').filter(Boolean)
}

const [variables = '', application = ''] = blocks('Start your application without a mail server')

/** The mail server of the page does not listen, and the application prints so. */
const NOT_CAPTURED = `import request from 'supertest'
import { expect, test, vi } from 'vitest'
import { app, emailOtp } from './app.js'

test('prints why a code that no test captures was not sent', async () => {
  const printed = vi.spyOn(console, 'error').mockReturnValue()
  await request(app).post('/login').type('form').send({ email: 'ada@example.com' }).expect(303)
  await emailOtp.idle()
  expect(printed).toHaveBeenCalledOnce()
  const [type, { cause }] = printed.mock.calls[0]
  expect([type, cause.code]).toEqual(['send_failed', 'ESOCKET'])
})
`

let packages: string
beforeAll(async () => {
  packages = await testPackages('in-your-tests')
})

interface Project {
  readonly files: Readonly<Record<string, string>>
  readonly link?: readonly string[]
  readonly packageJson?: object
}

async function project({ files, link = [], packageJson }: Project): Promise<string> {
  const folder = await makeProject({
    files: { '.env.test': variables, ...files },
    from: packages,
    ...(packageJson && { packageJson }),
  })
  for (const name of ['supertest', ...link]) linkPackage(folder, name, { from: packages })
  return folder
}

/** The command line of a package in a project. */
function cli(folder: string, path: string): string {
  return join(folder, 'node_modules', path)
}

/** Runs the tests in a project. The output says how many have passed. */
async function expectPassed(passed: RegExp, folder: string, ...args: string[]): Promise<void> {
  const { code, output } = await runProgram(folder, ...args)
  expect(output).toMatch(passed)
  expect(code).toBe(0)
}

describe('the program for vitest', () => {
  it('passes', async () => {
    const [config = '', test = ''] = blocks('vitest')
    const [whileTimePasses = ''] = blocks('Let time pass')
    const tests = {
      'login.test.js': test,
      'time.test.js': whileTimePasses,
      'not-captured.test.js': NOT_CAPTURED,
    }
    const folder = await project({
      files: { 'app.js': application, 'vitest.config.js': config, ...tests },
      link: ['vitest'],
    })
    const vitest = cli(folder, 'vitest/vitest.mjs')
    const args = argumentsOf('npx vitest', 'vitest')
    await expectPassed(/Tests +4 passed/, folder, vitest, ...args)
  })
})

describe('the program for jest', () => {
  const [head = '', tail = '', config = '', test = ''] = blocks('jest')
  /** What a reader does with the application: other first lines, no `export`, and one line more. */
  function inCommonJs(source: string): string {
    const [, rest = ''] = /^(?:import [^\n]*\n)+(.*)$/s.exec(source) ?? []
    return `${head}${rest.replace(/^export /gm, '')}${tail}`
  }

  it('passes, and may use catchMail with the flag that the page names', async () => {
    const folder = await project({
      files: {
        'app.js': inCommonJs(application),
        'jest.config.js': config,
        'login.test.js': test,
        'catches.test.js': `const { catchMail } = require('passport-email-otp/testing')
test('catches', async () => { await (await catchMail()).close() })
`,
      },
      link: ['jest', 'smtp-server', 'postal-mime'],
      packageJson: { type: 'commonjs' },
    })
    const jest = cli(folder, 'jest/bin/jest.js')
    expect(argumentsOf('npx jest', 'jest')).toEqual([])
    await expectPassed(/Tests: +1 passed/, folder, jest, 'login.test.js')
    const flag = '--experimental-vm-modules'
    await expectPassed(/Tests: +1 passed/, folder, flag, jest, 'catches.test.js')
  })
})

describe('the program for node:test', () => {
  const start = async (files: object = {}) => {
    const [test = ''] = blocks('node:test')
    return project({ files: { 'app.js': application, 'login.test.js': test, ...files } })
  }

  it('passes, with the command that the page names', async () => {
    const args = argumentsOf('node', 'node:test')
    await expectPassed(/pass 1\b/, await start(), ...args)
  })

  it('is told what NODE_ENV must be', async () => {
    const without = variables.replace('NODE_ENV=test\n', '')
    const folder = await start({ '.env.test': without })
    const { code, output } = await runProgram(folder, '--env-file=.env.test', '--test')
    vi.stubEnv('NODE_ENV', undefined)
    onTestFinished(() => void vi.unstubAllEnvs())
    const message = messageOf(() => requireTestEnvironment('captureCodes'))
    expectNamed(message, 'captureCodes', 'NODE_ENV', '"test"')
    expect(output).toContain(message)
    expect(code).toBe(1)
  })
})

describe('the program for Nest', () => {
  const [test = ''] = blocks("Nest's testing module")
  const module = new Document('docs/hosts/nestjs.md').files['src/app.module.ts'] ?? ''
  const nest = ['common', 'core', 'passport', 'platform-express', 'testing']
  const besideIt = [...nest.map((name) => `@nestjs/${name}`), 'reflect-metadata', 'rxjs']
  const decorators = { experimentalDecorators: true, emitDecoratorMetadata: true }

  /** The arguments of the command that the page makes the "test" script. */
  function scriptOf(runner: string): string[] {
    const scripts = commandsUnder("Nest's testing module").flatMap(
      (one) => /^npm pkg set scripts.test="node (.*)"$/.exec(one)?.[1] ?? [],
    )
    const script = scripts.find((one) => one.includes(`/${runner}/`))
    if (script === undefined) throw new Error(`the page has no script for ${runner}`)
    return script.split(' ')
  }

  it('passes under vitest, as NestJS 12 brings it', async () => {
    const folder = await project({
      files: {
        'src/app.module.ts': module,
        'src/login.spec.ts': test,
        'tsconfig.json': JSON.stringify({ compilerOptions: { target: 'ES2023', ...decorators } }),
        'vitest.config.js': `import { defineConfig } from 'vitest/config'
export default defineConfig({ test: { globals: true, include: ['**/*.spec.ts'] } })
`,
      },
      link: ['vitest', ...besideIt],
    })
    await expectPassed(/Tests +1 passed/, folder, ...scriptOf('vitest'))
  })

  it('passes under jest, as NestJS 11 brings it', async () => {
    expect(page.flat).toContain("`'./app.module'`")
    const folder = await compile({
      from: packages,
      sources: {
        'app.module.ts': module,
        'login.spec.ts': test.replace('./app.module.js', './app.module'),
      },
      packages: [...besideIt, 'jest', '@types/jest', 'supertest', '@types/supertest'],
      packageJson: {},
      compilerOptions: { ...decorators, types: ['node', 'jest'] },
    })
    writeFileSync(join(folder, '.env.test'), variables)
    await expectPassed(/Tests: +1 passed/, folder, ...scriptOf('jest'), 'login.spec.js')
  })
})

describe.skipIf(noBrowser)('the program for Playwright', () => {
  it('passes in Chromium', async () => {
    const [server = '', config = '', test = ''] = blocks('Playwright')
    const [web, smtp] = [await freePort(), await freePort()]
    const onFreePorts = (text: string) =>
      text.replaceAll('3100', `${web}`).replaceAll('2525', `${smtp}`)
    const folder = await project({
      files: {
        'app.js': application,
        'server.js': server,
        'playwright.config.ts': onFreePorts(config),
        'login.spec.ts': onFreePorts(test),
        // The browser of this machine, in place of one that Playwright has downloaded.
        'chromium.config.ts': `import config from './playwright.config.js'
export default { ...config, use: { ...config.use, launchOptions: ${JSON.stringify(launchOptions)} } }
`,
      },
      link: ['@playwright/test', 'smtp-server', 'postal-mime'],
    })
    const playwright = cli(folder, '@playwright/test/cli.js')
    const args = argumentsOf('npx playwright', 'Playwright')
    args.push('--config', 'chromium.config.ts', '--reporter', 'line')
    await expectPassed(/1 passed/, folder, playwright, ...args)
  })
})

it('catchMail says which packages to install, where they are missing', async () => {
  const source = `import { catchMail } from 'passport-email-otp/testing'
process.env.NODE_ENV = 'test'
await catchMail().catch(({ message }) => console.log(message))
`
  const folder = await makeProject({ files: { 'index.js': source } })
  const { output } = await runProgram(folder, 'index.js')
  expect(output).toContain('npm install --save-dev smtp-server postal-mime')
})

it('kit, strategy and mailer work together, also from different copies of the package', async () => {
  const program = `import { createRequire } from 'node:module'
import * as esm from 'passport-email-otp'
import * as esmKit from 'passport-email-otp/testing'
const require = createRequire(import.meta.url)
const cjs = require('passport-email-otp')
const cjsKit = require('passport-email-otp/testing')

async function signIn(Strategy, mailer, { captureCodes, mails }) {
  const transport = mails?.url ?? 'smtp://127.0.0.1:1'
  const sendCode = mailer({ transport, from: 'Acme <login@acme.example>' })
  const secret = 'a secret for tests, 0123456789 and more of it'
  const emailOtp = new Strategy({ secret, sendCode }, async (email) => ({ email }))
  const codes = mails ?? captureCodes(emailOtp)
  const req = { headers: {}, session: {} }
  const email = codes.address()
  await emailOtp.requestCode(req, email)
  const { code, subject } = await codes.next(email)
  const { reason } = await emailOtp.verifyCode(req, code)
  console.log(reason, subject.startsWith(code) && subject.includes('Acme'))
  sendCode.close()
}
process.env.NODE_ENV = 'test'
for (const { captureCodes, catchMail } of [esmKit, cjsKit]) {
  const mails = await catchMail()
  for (const { Strategy } of [esm, cjs])
    for (const { mailer } of [esm, cjs])
      for (const kit of [{ mails }, { captureCodes }]) await signIn(Strategy, mailer, kit)
  await mails.close()
}
`
  const folder = await makeProject({ files: { 'index.js': program } })
  for (const name of ['smtp-server', 'postal-mime']) linkPackage(folder, name, { from: packages })
  const { output } = await runProgram(folder, 'index.js')
  expect(output).toBe('accepted true\n'.repeat(2 * 2 * 2 * 2))
})
