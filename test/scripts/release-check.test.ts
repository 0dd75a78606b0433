import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { root } from '../helpers/package.js'

const COMPLETE = {
  name: 'passport-email-otp',
  version: '1.2.3',
  type: 'module',
  repository: { type: 'git', url: 'git+https://github.com/acme/otp.git' },
  homepage: 'https://github.com/acme/otp#readme',
  bugs: 'https://github.com/acme/otp/issues',
  author: 'Acme',
}
const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2030-01-31\n'

let folder: string
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the command in a repository with these files, and returns its exit code and its output. */
async function check({ manifest = COMPLETE as object, changelog = CHANGELOG, env = {} }) {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'passport-email-otp-release-')))
  mkdirSync(join(folder, 'scripts'))
  for (const file of ['scripts/release-check.mjs', 'scripts/run.mjs']) {
    cpSync(join(root, file), join(folder, file))
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'CHANGELOG.md'), changelog)
  return new Promise<{ code: number; output: string }>((resolve) => {
    const script = join(folder, 'scripts/release-check.mjs')
    execFile(process.execPath, [script], { env }, (err, stdout, stderr) => {
      resolve({ code: Number(err?.code ?? 0), output: stdout + stderr })
    })
  })
}

const inWorkflow = (tag: string, repository: string) => ({
  GITHUB_REF_TYPE: 'tag',
  GITHUB_REF_NAME: tag,
  GITHUB_REPOSITORY: repository,
})

describe('npm run release:check', () => {
  it('accepts a complete version, and the tag and the repository that belong to it', async () => {
    const expected = { code: 0, output: 'passport-email-otp 1.2.3 can be released.\n' }
    expect(await check({})).toEqual(expected)
    expect(await check({ env: inWorkflow('v1.2.3', 'acme/otp') })).toEqual(expected)
  })

  it.each(['repository', 'homepage', 'bugs', 'author'])(
    'names the missing field %s, and only that one',
    async (name) => {
      const { code, output } = await check({ manifest: { ...COMPLETE, [name]: undefined } })
      expect(code).toBe(1)
      expect(output).toContain(`\n- package.json has no "${name}". `)
      expect(output.match(/^- /gm)).toHaveLength(1)
      expect(output).not.toMatch(/^\s+at /m)
    },
  )

  it('asks for the date of the version in CHANGELOG.md', async () => {
    const changelog = CHANGELOG.replace('2030-01-31', 'Unreleased')
    expect(await check({ changelog })).toEqual({
      code: 1,
      output: expect.stringContaining('- CHANGELOG.md has no heading "## [1.2.3] - YYYY-MM-DD".'),
    })
  })

  it('rejects a tag of another version', async () => {
    const { code, output } = await check({ env: inWorkflow('v1.2.4', 'acme/otp') })
    expect(code).toBe(1)
    expect(output).toContain('The tag is v1.2.4, and package.json has version 1.2.3.')
  })

  it('rejects a workflow of another repository, because npm would', async () => {
    const { code, output } = await check({ env: inWorkflow('v1.2.3', 'other/otp') })
    expect(code).toBe(1)
    expect(output).toContain('this workflow runs in other/otp')
  })
})
