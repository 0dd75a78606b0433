import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The package's version: from the first `package.json` of that name above the program that runs.
 * Not by `import.meta`, because all of `src` also compiles to CommonJS.
 */
export function packageVersion(program: string): string {
  for (let folder = dirname(realpathSync(program)); ; folder = dirname(folder)) {
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
