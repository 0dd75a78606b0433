import { readFileSync, symlinkSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { EXIT } from '../../src/cli/exit.js'
import { buildProgram, PROGRAM, start } from './program.js'

beforeAll(buildProgram, 120_000)

const HINT = 'See: npx passport-email-otp --help\n'
const root = fileURLToPath(new URL('../../', import.meta.url))

/** Runs what is wrong before anything is asked, and gives the words on stderr. */
async function refusal(args: string[], env?: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await start(args, {
    ...(env && { env }),
    secret: 'h0rse',
  }).ended()
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  return stderr
}

describe('no mail server', () => {
  test('names the two ways', async () => {
    const words = await refusal(['try'])
    expect(words).toMatch(/No mail server is given.*--smtp URL.*SMTP_URL.*--catch.*\n/s)
    expect(words.endsWith(HINT)).toBe(true)
  })

  test('an empty SMTP_URL counts as none', async () => {
    expect(await refusal(['try'], { SMTP_URL: ' ' })).toContain('No mail server is given')
  })

  test('a server without a sender', async () => {
    const words = await refusal(['try', '--smtp', 'smtp://ada:h0rse@smtp.acme.example'])
    expect(words).toContain('Say who the mail comes from: --from ADDRESS (or MAIL_FROM')
  })

  test('a sender that is none', async () => {
    const smtp = ['try', '--smtp', 'smtp://127.0.0.1:1']
    const words = 'must be one address, like login@acme.example or'
    expect(await refusal([...smtp, '--from', 'nobody'])).toContain(`--from ${words}`)
    expect(await refusal(smtp, { MAIL_FROM: 'nobody' })).toContain(`MAIL_FROM ${words}`)
    expect(await refusal(['try', '--catch', '--from', 'a@b.example, c@d.example'])).toContain(words)
  })

  test('a server and --catch', async () => {
    const words = await refusal(['try', '--catch', '--smtp', 'smtp://127.0.0.1:1'])
    expect(words).toContain('Give either --smtp or --catch, not both.')
  })
})

describe('an SMTP URL that is none', () => {
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
    const words = await refusal(['try', '--from', 'a@acme.example', '--smtp', url])
    expect(words).toContain('--smtp is not an SMTP URL. It looks like smtp://user:password@')
    expect(words).not.toContain('ada')
  })

  test('in the environment is named as such', async () => {
    const words = await refusal(['try', '--from', 'a@acme.example'], { SMTP_URL: 'h0rse' })
    expect(words).toContain('SMTP_URL is not an SMTP URL.')
  })
})

describe('the command line', () => {
  test.each([
    [['try', '--adress', 'a@example.com'], 'unknown option "--adress"'],
    [['try', '--emial=a@example.com'], 'unknown option "--emial"'],
    [['try', '--smpt=smtp://ada:h0rse@smtp.acme.example'], 'unknown option "--smpt"'],
    [['try', '-x'], 'unknown option "-x"'],
    [['try', '--no-catch'], 'unknown option "--no-catch"'],
    [['try', '--constructor'], 'unknown option "--constructor"'],
    [['try', 'smtp://ada:h0rse@smtp.acme.example'], '"try" takes options alone.'],
    [['try', '--email'], '--email needs a value.'],
    [['try', '--email='], '--email needs a value.'],
    [['try', '--email', '--catch'], '--email needs a value.'],
    [['try', '--catch=yes'], '--catch takes no value.'],
  ])('%j is refused in words', async (args, words) => {
    const stderr = await refusal(args)
    expect(stderr).toContain(words)
    expect(stderr.endsWith(HINT)).toBe(true)
  })

  test('a near miss is named', async () => {
    expect(await refusal(['try', '--mail'])).toContain('Did you mean "--email"?')
  })

  test('without a command, or with another one, it shows how it is used', async () => {
    expect(await refusal([])).toMatch(/^Say what to do\.\n\nUsage: passport-email-otp try/)
    expect(await refusal(['h0rse'])).toMatch(/^There is one command: "try"\.\n\nUsage: /)
  })

  test.each([[['--help']], [['-h']], [['help']], [['try', '--help']], [['try', '--catch', '-h']]])(
    '%j prints the help',
    async (args) => {
      const { code, stdout, stderr } = await start(args).ended()
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^Usage: passport-email-otp try \[options\]\n/)
      for (const word of ['--smtp', '--from', '--email', '--catch', 'SMTP_URL', 'MAIL_FROM']) {
        expect(stdout).toContain(word)
      }
      for (const exitCode of Object.values(EXIT)) {
        expect(stdout).toMatch(new RegExp(`^ {2}${exitCode} +\\S`, 'm'))
      }
    },
  )

  test.each([['--version'], ['-v']])('%s prints the version of the package', async (flag) => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(await start([flag]).ended()).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

describe('installed without the optional packages', () => {
  async function installed(...packages: string[]): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'passport-email-otp-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const modules = join(folder, 'node_modules')
    const here = join(modules, 'passport-email-otp')
    await mkdir(join(modules, '.bin'), { recursive: true })
    await cp(join(root, 'dist'), join(here, 'dist'), { recursive: true })
    await cp(join(root, 'package.json'), join(here, 'package.json'))
    for (const name of packages) symlinkSync(join(root, 'node_modules', name), join(modules, name))
    const bin = join(modules, '.bin/passport-email-otp')
    symlinkSync(PROGRAM.replace(root, `${here}/`), bin)
    return bin
  }

  test.each([
    ['both', []],
    ['postal-mime', ['smtp-server']],
  ])('--catch says how to get them (missing: %s)', async (_missing, more) => {
    const program = await installed('nodemailer', 'passport-strategy', ...more)
    const { code, stdout, stderr } = await start(['try', '--catch'], { program }).ended()
    expect(stderr).toContain('npm install passport-email-otp smtp-server postal-mime')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  test('all else works, also through the link that npm makes', async () => {
    const program = await installed('nodemailer', 'passport-strategy')
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const shown = await start(['--version'], { program }).ended()
    expect(shown).toMatchObject({ code: 0, stdout: `${version}\n` })
    const args = ['try', '--smtp', 'smtp://127.0.0.1:1', '--from', 'a@acme.example']
    const tried = await start([...args, '--email', 'b@acme.example'], { program }).ended()
    expect(tried).toMatchObject({ code: 3 })
    expect(tried.stderr).toContain('Nothing answers at 127.0.0.1:1.')
  })
})
