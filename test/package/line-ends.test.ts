import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { git } from '../helpers/git.js'
import { root } from '../helpers/package.js'

vi.setConfig({ testTimeout: 120_000 })

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'passport-email-otp-clone-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

// Biome requires line feeds, and tests compare whole files. So a clone on Windows passes them as well.
it.skipIf(!existsSync(join(root, '.git')))(
  'a clone with core.autocrlf has line feeds in every text file',
  async () => {
    const clone = newFolder()
    await git(root, 'clone', '-q', '-c', 'core.autocrlf=true', '.', clone)
    const lines = (await git(clone, 'ls-files', '--eol')).trim().split('\n')
    expect(lines.length).toBeGreaterThan(500)
    expect(lines.filter((line) => /(^| )[iw]\/(crlf|mixed)/.test(line))).toEqual([])
  },
)

it.skipIf(process.getuid?.() !== 0)(
  'git clones the repository of another user, as root does in a container of CI',
  async () => {
    const theirs = newFolder()
    await git(theirs, 'init', '-q')
    for (const path of [theirs, join(theirs, '.git')]) chownSync(path, 1001, 1001)
    await git(theirs, 'clone', '-q', '.', newFolder())
  },
)
