import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
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

/** Runs the command in a repository with these files, and returns its exit code and its output. */
async function check({ manifest = COMPLETE as object, changelog = CHANGELOG, env = {} }) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'passport-email-otp-release-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
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

  // In a workflow, where the URL is also compared.
  it('names a field of another form', async () => {
    const env = inWorkflow('v1.2.3', 'acme/otp')
    const wrong: [keyof typeof COMPLETE, unknown][] = [
      ['repository', {}],
      ['repository', { type: 'git' }],
      ['repository', { type: 'git', url: '' }],
      ['repository', { type: 'git', url: 7 }],
      ['repository', ['git+https://github.com/acme/otp.git']],
      ['repository', 'github:acme/otp'],
      ['repository', 'git+https://github.com/acme/otp.git'],
      ...[
        'github:acme/otp',
        'acme/otp',
        'git@github.com:acme/otp.git',
        'git+ssh://git@github.com/acme/otp.git',
        'git://github.com/acme/otp.git',
        'https://github.com/acme/otp.git',
        'git+https://github.com/acme/otp',
        'git+https://user:password@github.com/acme/otp.git',
        'git+https://github.com/.git',
      ].map((url): ['repository', unknown] => ['repository', { type: 'git', url }]),
      ['homepage', {}],
      ['homepage', 'acme/otp'],
      ['bugs', {}],
      ['bugs', { email: 'help@acme.example' }],
      ['author', {}],
      ['author', ' '],
    ]
    for (const [name, value] of wrong) {
      const { code, output } = await check({ manifest: { ...COMPLETE, [name]: value }, env })
      expect(code, output).toBe(1)
      expect(output).toContain(`\n- package.json has ${JSON.stringify(value)} as "${name}". `)
      expect(output.match(/^- /gm)).toHaveLength(1)
      expect(output).not.toMatch(/^\s+at /m)
    }
  })

  it('accepts the URL of bugs and the name of the author as fields of objects', async () => {
    const manifest = { ...COMPLETE, bugs: { url: COMPLETE.bugs }, author: { name: 'Acme' } }
    expect((await check({ manifest })).code).toBe(0)
  })

  it.each(['Unreleased', '2030-02-30', 'not before 2030-01-31'])(
    'asks for the date of the version in CHANGELOG.md, and rejects %s',
    async (date) => {
      expect(await check({ changelog: CHANGELOG.replace('2030-01-31', date) })).toEqual({
        code: 1,
        output: expect.stringContaining('- CHANGELOG.md has no heading "## [1.2.3] - YYYY-MM-DD".'),
      })
    },
  )

  it('rejects a tag of another version', async () => {
    const { code, output } = await check({ env: inWorkflow('v1.2.4', 'acme/otp') })
    expect(code).toBe(1)
    expect(output).toContain('The tag is v1.2.4, and package.json has version 1.2.3.')
  })

  it('rejects a workflow of another repository, because npm would', async () => {
    const { code, output } = await check({ env: inWorkflow('v1.2.3', 'other/otp') })
    expect(code).toBe(1)
    expect(output).toContain('git+https://github.com/other/otp.git')
  })

  it('rejects a repository of the same name on another host', async () => {
    const url = 'git+https://gitlab.example/acme/otp.git'
    const manifest = { ...COMPLETE, repository: { type: 'git', url } }
    const { code, output } = await check({ manifest, env: inWorkflow('v1.2.3', 'acme/otp') })
    expect(code).toBe(1)
    expect(output).toContain(url)
  })
})
