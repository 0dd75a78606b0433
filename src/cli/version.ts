import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Returns the package's version, from the nearest `package.json` of this package above this file; `unknown` if there is
 * none.
 */
export function packageVersion(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const version = versionIn(join(folder, 'package.json'))
    if (version !== undefined || folder === dirname(folder)) return version ?? 'unknown'
  }
}

function versionIn(file: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8'))
    return name === 'passport-email-otp' ? version : undefined
  } catch {
    return undefined
  }
}
