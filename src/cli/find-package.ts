import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'

/**
 * Returns the file of a package in the folders whose commands PATH has, or `undefined`.
 *
 * npx installs only those packages of its line that the project does not have. So this package and the two of the
 * catcher can lie in two folders, and Node.js finds a package only from its own. npx puts both into PATH.
 */
export function findPackage(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (!folder.endsWith(join('node_modules', '.bin'))) continue
    try {
      return createRequire(join(dirname(folder), 'package.json')).resolve(name)
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}
