// Finds npm-cli.js, which Node.js runs on every platform. The command "npm" is a script that Windows only starts
// in a shell, and a shell splits and expands the arguments.

import { realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { Stop } from './run.mjs'

/** Returns the path of npm-cli.js: of the npm that runs this script, or else of the npm in the PATH. */
export function npmCli(env = process.env) {
  if (isNpm(env.npm_execpath)) return env.npm_execpath
  const folders = [dirname(process.execPath), ...(env.PATH ?? '').split(delimiter)].filter(Boolean)
  for (const folder of folders) {
    // On Windows npm is in a folder beside the command. Elsewhere the command is a link to npm-cli.js.
    for (const path of ['node_modules/npm/bin/npm-cli.js', 'npm']) {
      const file = realPath(join(folder, path))
      if (isNpm(file)) return file
    }
  }
  throw new Stop('npm was not found beside Node.js or in the PATH.')
}

function isNpm(file) {
  return file?.endsWith('npm-cli.js') === true
}

function realPath(path) {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
