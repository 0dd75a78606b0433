import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeAll, expect, inject, it, vi } from 'vitest'
import { npmCli } from '../../scripts/npm.mjs'
import { TRY_CATCH } from '../../src/cli/help.js'
import { ADDRESS, CODE, Run } from '../cli/program.js'
import { Browser } from '../helpers/browser.js'
import { commandsOf, Document } from '../helpers/documents.js'
import { describeOnUnix } from '../helpers/on-unix.js'
import { linkPackage, makeProject, temporaryFolder } from '../helpers/package.js'
import { INSTALL_LIMIT_MS } from '../helpers/test-packages.js'

vi.setConfig({ testTimeout: INSTALL_LIMIT_MS, hookTimeout: INSTALL_LIMIT_MS })

const execute = promisify(execFile)

const HEADING = 'Without a mail server'
const page = new Document('docs/reference/cli.md')
const [line = ''] = page.blocks
  .filter(({ heading, language }) => heading === HEADING && language === 'sh')
  .flatMap(({ code }) => commandsOf(code))

let temporary: string
/** What the command needs of the packed package. npx extracts it several times, which takes longest. */
let tarball: string
beforeAll(async () => {
  temporary = temporaryFolder()
  tarball = join(temporary, 'package.tgz')
  // From files of its own: other tests link those that are unpacked, which tar would report as a change.
  const excluded = ['--exclude=*.d.ts', '--exclude=package/dist/cjs']
  await execute('tar', ['-xzf', inject('built').tarball, '-C', temporary, ...excluded])
  await execute('tar', ['-czf', tarball, '-C', temporary, 'package'])
})

let child: ChildProcess | undefined
/** npx, its shell and the program are one group of processes. */
const signal = (name: NodeJS.Signals) => child?.pid && process.kill(-child.pid, name)
afterEach(async () => {
  if (child?.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'close')
  signal('SIGKILL')
  await ended
})

/** Runs the line as a shell does. The tarball stands for the version in the registry. */
function startLine(line: string, folder = mkdtempSync(join(temporary, 'empty-'))): Run {
  const [npx, ...args] = line.split(' ')
  expect(npx).toBe('npx')
  const own = Object.entries(process.env).filter(
    // What an npm that runs the tests says of their folder.
    ([name]) =>
      !/^(npm_|INIT_CWD|NODE_)/i.test(name) || /^npm_config_(user|global)config$/.test(name),
  )
  const isInstalled = existsSync(join(folder, 'node_modules/passport-email-otp'))
  const given = isInstalled ? args : args.map(packed)
  child = spawn(process.execPath, [join(dirname(npmCli()), 'npx-cli.js'), ...given], {
    cwd: folder,
    env: {
      ...Object.fromEntries(own),
      // With an empty cache nothing is found that the line did not install.
      npm_config_cache: join(temporary, 'cache'),
      npm_config_update_notifier: 'false',
    },
    stdio: 'pipe',
    detached: true,
  })
  return new Run(child)
}

/** The name of the package after `-p`. The same name alone is its command. */
function packed(argument: string, index: number, all: readonly string[]): string {
  const isPackage = all[index - 1] === '-p' && argument === 'passport-email-otp'
  return isPackage ? tarball : argument
}

async function projectWithoutInbox(): Promise<string> {
  const folder = await makeProject({ files: {} })
  const bin = join(folder, 'node_modules/.bin')
  mkdirSync(bin)
  symlinkSync('../passport-email-otp/dist/esm/cli/main.js', join(bin, 'passport-email-otp'))
  return folder
}

async function projectWithInbox(): Promise<string> {
  const folder = mkdtempSync(join(temporary, 'project-'))
  writeFileSync(join(folder, 'package.json'), '{}')
  for (const name of ['smtp-server', 'postal-mime']) linkPackage(folder, name)
  return folder
}

/** The paths of the packages that npx has installed. */
function installed(): string[] {
  const folder = join(temporary, 'cache/_npx')
  const [only = '', ...more] = readdirSync(folder)
  expect(more).toEqual([])
  const lock = JSON.parse(readFileSync(join(folder, only, 'package-lock.json'), 'utf8'))
  return Object.keys(lock.packages).filter((path) => path !== '')
}

describeOnUnix('the line that needs no mail server', () => {
  it('is the one that the command prints', () => {
    expect(line).toBe(TRY_CATCH)
  })

  it('serves the page and the inbox from an empty folder, with few packages', async () => {
    const run = startLine(`${line} --page`)
    await run.until('Sign in:')
    const url = (await run.until('\n')).trim()
    await run.until('Ctrl-C')
    const ada = new Browser(url)
    expect((await ada.get('/')).text).toContain('name="email"')
    expect((await ada.submit('/', { email: 'ada@example.com' })).status).toBe(303)
    expect((await ada.get('/inbox')).text).toContain('ada@example.com')
    expect(installed()).toContain('node_modules/passport-email-otp')
    expect(installed().length).toBeLessThanOrEqual(25)
    signal('SIGINT')
    expect((await run.ended()).stderr).toContain('Stopped.')
  })

  it.each([
    ['a project that has this package, and not the two for the inbox', projectWithoutInbox],
    ['a project that has the two packages for the inbox, and not this one', projectWithInbox],
  ])('signs in in the terminal from %s', async (_from, makeFolder) => {
    const run = startLine(line, await makeFolder())
    const mail = await run.answer(ADDRESS, 'ada@example.com').then(() => run.until(CODE))
    run.type(`${/\b\d{6}\b/.exec(mail)?.[0]}\n`)
    const { code, stdout } = await run.ended()
    expect([code, stdout]).toEqual([0, expect.stringContaining('ada@example.com')])
  })
})
