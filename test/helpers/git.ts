import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Runs git with its own defaults instead of a developer's settings, and returns what it printed. It also reads a
 * repository of another user, as that of a CI job is whose container runs as root. Git takes `safe.directory` from a
 * file only, not from its arguments.
 */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'passport-email-otp-git-'))
  const settings = join(folder, 'gitconfig')
  writeFileSync(settings, '[safe]\n\tdirectory = *\n')
  const env = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: settings, GIT_CONFIG_NOSYSTEM: '1' }
  try {
    return (await promisify(execFile)('git', args, { cwd, env, maxBuffer: 2 ** 24 })).stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
