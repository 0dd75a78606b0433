import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished, vi } from 'vitest'
import { root } from '../helpers/package.js'

vi.setConfig({ testTimeout: 120_000 })

const run = promisify(execFile)

// Biome requires line feeds, and tests compare whole files. So a clone on Windows passes them as well.
it.skipIf(!existsSync(join(root, '.git')))(
  'a clone with core.autocrlf has line feeds in every text file',
  async () => {
    const clone = mkdtempSync(join(tmpdir(), 'passport-email-otp-clone-'))
    onTestFinished(() => rmSync(clone, { recursive: true, force: true }))
    await run('git', ['clone', '-q', '-c', 'core.autocrlf=true', root, clone])
    const { stdout } = await run('git', ['ls-files', '--eol'], { cwd: clone, maxBuffer: 2 ** 24 })
    const lines = stdout.trim().split('\n')
    expect(lines.length).toBeGreaterThan(500)
    expect(lines.filter((line) => /(^| )[iw]\/(crlf|mixed)/.test(line))).toEqual([])
  },
)
