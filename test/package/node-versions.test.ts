import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { makeProject, root } from '../helpers/package.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

const execute = promisify(execFile)
const fixture = (name: string) => readFileSync(join(root, 'test/package/fixtures', name), 'utf8')

/** Runs a program on another Node.js, which npm downloads once from its registry. */
async function runOn(node: string, folder: string, file: string): Promise<string> {
  const args = ['exec', '--yes', `--package=node@${node}`, '--', 'node', file]
  const cli = process.env.npm_execpath
  const { stdout } = cli?.endsWith('npm-cli.js')
    ? await execute(process.execPath, [cli, ...args], { cwd: folder })
    : await execute('npm', args, { cwd: folder, shell: process.platform === 'win32' })
  return stdout
}

describe.each(['20', '22', '24'])('on Node.js %s', (node) => {
  let folder: string

  beforeAll(async () => {
    folder = await makeProject({
      files: {
        'import.mjs': `${fixture('import.txt')}\nconsole.log(process.version)\n`,
        'require.cjs': `console.log(process.version)\n${fixture('require.txt')}`,
      },
    })
  })

  it('a project imports and requires the package, and requests a code', async () => {
    const lines = async (file: string) =>
      (await runOn(node, folder, file)).trim().split('\n').sort()
    for (const file of ['import.mjs', 'require.cjs']) {
      const [said, version] = await lines(file)
      expect(said, file).toBe('email-otp true true 600')
      expect(version, file).toMatch(new RegExp(`^v${node}\\.`))
    }
  })
})
