// What the scripts share: running programs in this terminal, and ending with a message.

import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** A problem that the developer can fix. It ends a script with its message, without a stack trace. */
export class Stop extends Error {}

/** Calls `main` if `meta` belongs to the script that was started. `main` may return the exit code. */
export async function start(meta, main) {
  if (realpathSync(process.argv[1]) !== fileURLToPath(meta.url)) return
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? process.exitCode
  } catch (err) {
    console.error(err instanceof Stop ? `\n${err.message}` : err)
    process.exitCode = 1
  }
}

/**
 * Runs a file with this Node.js, in the repository's folder unless `options` name another, and resolves with its
 * exit code. It shares this terminal. SIGINT and SIGTERM are passed on to it, and it decides how it ends then.
 */
export function runNode(file, args, options = {}) {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    stdio: 'inherit',
    ...options,
  })
  // A Windows console sends Ctrl-C to the child too, and kill() would end it before it has cleaned up.
  const passOn = (signal) => process.platform !== 'win32' && child.kill(signal)
  process.on('SIGINT', passOn).on('SIGTERM', passOn)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  }).finally(() => process.off('SIGINT', passOn).off('SIGTERM', passOn))
}
