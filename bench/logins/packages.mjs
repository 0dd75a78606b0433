// What each solution installs, and how long its import takes. Asks the registry of npm.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './statistics.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const IMPORTS = 7

/** Whatever sends no mail by itself is installed with nodemailer. */
const SOLUTIONS = {
  'passport-email-otp': { packages: [], imports: ['passport-email-otp'] },
  'passport-magic-login': withNodemailer('passport-magic-login'),
  'passport-magic-link': withNodemailer('passport-magic-link'),
  'better-auth': {
    ...withNodemailer('better-auth'),
    imports: ['better-auth', 'better-auth/plugins/email-otp', 'nodemailer'],
  },
  passwordless: withNodemailer('passwordless'),
}

function withNodemailer(name) {
  return { packages: [name, 'nodemailer'], imports: [name, 'nodemailer'] }
}

export function measurePackages() {
  return Object.entries(SOLUTIONS).map(([name, { packages, imports }]) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-packages-'))
    try {
      const given = packages.length > 0 ? packages : [packedBy(folder)]
      npm(['init', '--yes'], folder)
      npm(['install', '--no-audit', '--no-fund', '--omit=optional', ...given], folder)
      const list = npm(['ls', '--all', '--parseable', '--omit=optional'], folder)
      return {
        name,
        packages: new Set(list.trim().split('\n')).size - 1,
        kilobytes: Math.round(bytesOf(join(folder, 'node_modules')) / 1000),
        importMs: importTime(imports, folder),
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
}

function packedBy(folder) {
  const packed = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], ROOT)
  const [{ filename }] = JSON.parse(packed)
  return join(folder, filename)
}

function npm(args, cwd) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

function bytesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

/** Milliseconds of one process that imports, without those of a process that imports nothing. */
function importTime(imports, cwd) {
  const timed = (program) => {
    const started = performance.now()
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd })
    return performance.now() - started
  }
  const program = imports.map((name) => `await import(${JSON.stringify(name)})`).join(';')
  const times = Array.from({ length: IMPORTS }, () => timed(program) - timed(''))
  return Math.round(median(times))
}
