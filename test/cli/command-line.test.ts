import { readFileSync, symlinkSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EXIT, SEE_HELP } from '../../src/cli/exit.js'
import { HELP, TRY_CATCH } from '../../src/cli/help.js'
import { describeOnUnix } from '../helpers/on-unix.js'
import { installPacked, root } from '../helpers/package.js'
import { expectNamed } from '../helpers/rejects-option.js'
import { explained } from './explained.js'
import { tryHere } from './in-process.js'
import { CODE, type Run, start } from './program.js'

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const HINT = `${SEE_HELP}\n`

/** Tries with wrong arguments, which must exit with code 2 before a prompt is printed. Returns stderr. */
async function errorOf(
  [command, ...args]: string[],
  env: Record<string, string> = {},
): Promise<string> {
  expect(command).toBe('try')
  return checkUsageError(tryHere(args, { env, secret: 'h0rse' }))
}

/** As {@link errorOf}, with any arguments and the real program. */
function errorOfProgram(args: string[], env: Record<string, string> = {}): Promise<string> {
  return checkUsageError(start(args, { env, secret: 'h0rse' }))
}

async function checkUsageError(run: Run): Promise<string> {
  const { code, stdout, stderr } = await run.ended()
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  return stderr
}

describe('mail server and sender', () => {
  test('names both ways to continue if no mail server is given', async () => {
    const words = await errorOfProgram(['try'])
    expectNamed(words, '--smtp', 'SMTP_URL', '--catch')
    expect(words.endsWith(HINT)).toBe(true)
  })

  test('treats an empty SMTP_URL as not set', async () => {
    expect(await errorOf(['try'], { SMTP_URL: ' ' })).toBe(await errorOf(['try']))
  })

  test('requires a sender with a mail server', async () => {
    const words = await errorOf(['try', '--smtp', 'smtp://ada:h0rse@smtp.acme.example'])
    expectNamed(words, '--from', 'MAIL_FROM')
  })

  test('rejects a sender that is not one address', async () => {
    const smtp = ['try', '--smtp', 'smtp://127.0.0.1:1']
    const right = 'Acme <login@acme.example>'
    const ofOption = await errorOf([...smtp, '--from', 'nobody'])
    expectNamed(ofOption, '--from', right)
    const ofVariable = await errorOf(smtp, { MAIL_FROM: 'nobody' })
    expectNamed(ofVariable, 'MAIL_FROM', right)
    expect(ofVariable).not.toContain('--from')
    const two = ['try', '--catch', '--from', 'a@b.example, c@d.example']
    expect(await errorOf(two)).toBe(ofOption)
  })

  test('rejects --page without --catch, or together with --email', async () => {
    const env = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'a@b.example' }
    expectNamed(await errorOf(['try', '--page'], env), '--page', '--catch')
    const both = ['try', '--catch', '--page', '--email', 'ada@example.com']
    expectNamed(await errorOf(both), '--email', '--page')
  })

  test('rejects --smtp together with --catch', async () => {
    const words = await errorOf(['try', '--catch', '--smtp', 'smtp://127.0.0.1:1'])
    expectNamed(words, '--smtp', '--catch')
  })
})

describe('rejects as an SMTP URL', () => {
  test.each([
    'smtp.acme.example:587',
    'https://ada:h0rse@smtp.acme.example:587',
    'smtp://',
    'smtp:///mail',
    'smtp://ada:h0rse@smtp.acme.example:port',
    'smtp://ada:h0rse#1@smtp.acme.example',
    'smtp://ada:1#h0rse@smtp.acme.example',
    'smtp://ada:1/h0rse@smtp.acme.example',
    'smtp://ada:1?h0rse@smtp.acme.example',
  ])('%s', async (url) => {
    const words = await errorOf(['try', '--from', 'a@acme.example', '--smtp', url])
    expectNamed(words, '--smtp', 'smtp://user:password@smtp.example.com:587', '%40')
    expect(words).not.toContain('ada')
  })

  test('names SMTP_URL if the wrong URL comes from the environment', async () => {
    const words = await errorOfProgram(['try', '--from', 'a@acme.example'], { SMTP_URL: 'h0rse' })
    expectNamed(words, 'SMTP_URL', 'smtp://user:password@smtp.example.com:587')
    expect(words).not.toContain('--smtp')
  })
})

describe('the command line', () => {
  test.each([
    [['try', '--adress', 'a@example.com'], ['"--adress"']],
    [
      ['try', '--emial=a@example.com'],
      ['"--emial"', '"--email"'],
    ],
    [
      ['try', '--smpt=smtp://ada:h0rse@smtp.acme.example'],
      ['"--smpt"', '"--smtp"'],
    ],
    [['try', '-x'], ['"-x"']],
    [['try', '--no-catch'], ['"--no-catch"']],
    [['try', '--constructor'], ['"--constructor"']],
    [
      ['try', 'smtp://ada:h0rse@smtp.acme.example'],
      ['"try"', '--email'],
    ],
    [['try', '--email'], ['--email']],
    [['try', '--email='], ['--email']],
    [['try', '--email', '--catch'], ['--email']],
    [['try', '--catch=yes'], ['--catch']],
  ])('rejects %j with a message that names %j', async (args, names) => {
    const stderr = await errorOf(args)
    expectNamed(stderr, ...names)
    // It is not the error of a command line without a mail server.
    expect(stderr).not.toContain('SMTP_URL')
    expect(stderr.endsWith(HINT)).toBe(true)
  })

  test('suggests the option that is close to a misspelt one', async () => {
    expect(await errorOf(['try', '--mail'])).toContain('"--email"')
  })

  test('shows the usage without a command and for an unknown command', async () => {
    const [none, unknown] = [await errorOfProgram([]), await errorOfProgram(['h0rse'])]
    for (const words of [none, unknown]) expect(words.endsWith(`\n\n${HELP}`)).toBe(true)
    expect(unknown.slice(0, -HELP.length)).toContain('"try"')
    expect(none).not.toBe(unknown)
  })

  test.each([[['help']], [['try', '--help']], [['-h']]])('prints the help for %j', async (args) => {
    const { code, stdout, stderr } = await start(args).ended()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(HELP)
    for (const word of ['--smtp', '--from', '--email', '--catch', 'SMTP_URL', 'MAIL_FROM']) {
      expect(stdout).toContain(word)
    }
    for (const exitCode of Object.values(EXIT)) {
      expect(stdout).toMatch(new RegExp(`^ {2}${exitCode} +\\S`, 'm'))
    }
  })

  test.each([[['-v']], [['try', '--version']], [['try', '--catch', '-v']]])(
    'prints the version of the package for %j',
    async (args) => {
      expect(await start(args).ended()).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    },
  )
})

describeOnUnix('installed without the optional packages', () => {
  async function installed(...packages: string[]): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'passport-email-otp-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const modules = join(folder, 'node_modules')
    installPacked(folder)
    for (const name of packages)
      symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction')
    await mkdir(join(modules, '.bin'))
    const bin = join(modules, '.bin/passport-email-otp')
    symlinkSync(join(modules, 'passport-email-otp/dist/esm/cli/main.js'), bin)
    return bin
  }

  test('names the command that installs them for --catch where one is missing', async () => {
    const program = await installed('nodemailer', 'passport-strategy', 'smtp-server')
    // npm puts the commands of this repository into PATH, and so its packages.
    const env = { PATH: '' }
    const { code, stdout, stderr } = await start(['try', '--catch'], { program, env }).ended()
    expect(stderr).toContain(TRY_CATCH)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  // npx installs only what the project lacks, and puts the commands of both folders into PATH.
  test.each([['smtp-server', 'postal-mime'], ['postal-mime']])(
    'catches mail with packages of another folder in PATH (%s, %s)',
    async (...elsewhere) => {
      const other = dirname(await installed(...elsewhere))
      const beside = ['smtp-server', 'postal-mime'].filter((name) => !elsewhere.includes(name))
      const program = await installed('nodemailer', 'passport-strategy', ...beside)
      const env = { PATH: [dirname(program), other, process.env.PATH].join(delimiter) }
      const run = start(['try', '--catch', '--email', 'ada@example.com'], { program, env })
      const code = /\b\d{6}\b/.exec(await run.until(CODE))?.[0]
      run.type(`${code}\n`)
      expect((await run.ended()).code).toBe(0)
    },
  )

  test('runs without --catch, also through the link that npm creates', async () => {
    const program = await installed('nodemailer', 'passport-strategy')
    const shown = await start(['--version'], { program }).ended()
    expect(shown).toMatchObject({ code: 0, stdout: `${version}\n` })
    const args = ['try', '--smtp', 'smtp://127.0.0.1:1', '--from', 'a@acme.example']
    const tried = await start([...args, '--email', 'b@acme.example'], { program }).ended()
    const stderr = explained('nothing at the port', { shown: '127.0.0.1:1' })
    expect(tried).toMatchObject({ code: 3, stderr })
  })
})
