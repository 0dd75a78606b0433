import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { npmCli } from '../../scripts/npm.mjs'
import { itOnUnix } from '../helpers/on-unix.js'

/** An empty folder, with no npm beside Node.js and none in the PATH unless a test puts it there. */
let folder: string

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'passport-email-otp-npm-')))
  vi.spyOn(process, 'execPath', 'get').mockReturnValue(join(folder, 'node/node'))
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** Creates npm-cli.js where npm has it below `place`. */
function npmIn(place: string): string {
  const file = join(folder, place, 'node_modules/npm/bin/npm-cli.js')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  return file
}

describe('npmCli', () => {
  it('returns the npm that runs the script', () => {
    npmIn('node')
    expect(npmCli({ npm_execpath: '/some/where/npm-cli.js' })).toBe('/some/where/npm-cli.js')
  })

  it('ignores another package manager that runs the script', () => {
    const expected = npmIn('node')
    expect(npmCli({ npm_execpath: '/some/where/pnpm.cjs' })).toBe(expected)
  })

  it('finds npm beside node.exe, as on Windows', () => {
    const expected = npmIn('node')
    expect(npmCli({})).toBe(expected)
  })

  itOnUnix('follows the link that the command npm is elsewhere', () => {
    const expected = npmIn('lib')
    mkdirSync(join(folder, 'bin'))
    symlinkSync(expected, join(folder, 'bin/npm'))
    expect(npmCli({ PATH: ['', join(folder, 'none'), join(folder, 'bin')].join(delimiter) })).toBe(
      expected,
    )
  })

  it('throws with a message when there is no npm', () => {
    expect(() => npmCli({ PATH: folder })).toThrow('npm was not found')
  })
})
