import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install } from '../../scripts/install.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** How long npm may take to download packages, in milliseconds. For the `beforeAll` of a test that installs some. */
export const INSTALL_LIMIT_MS = 300_000

/**
 * Installs the packages of `test/packages/NAME` if one is missing, and returns their folder. Only the tests that
 * need them download them. Only one test file may name each set, because two must not install it at once.
 */
export async function testPackages(name: string): Promise<string> {
  await install(`test/packages/${name}`)
  return join(root, 'test/packages', name, 'node_modules')
}
