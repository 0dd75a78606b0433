// Installs the repository's packages if one is missing. Every other script begins here, so this script uses
// no package.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run, runNode, Stop, start } from './run.mjs'

export async function install() {
  checkNode()
  const missing = firstMissing()
  if (missing === undefined) return
  console.error(`Installing packages with npm ci. ${missing}`)
  const code = await npm(['ci', '--include=dev', '--no-audit', '--no-fund'])
  if (code !== 0) {
    throw new Stop(`npm ci ended with exit code ${code}. Its output is above.
It needs the npm registry, or a mirror of it set with "npm config set registry".`)
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Stop(`Node.js 20.19 or newer is required. This is ${process.version}.`)
  }
}

/**
 * Returns the first difference between package-lock.json and the list of what npm has installed, as a sentence.
 * Packages for other platforms are marked optional and may be absent.
 */
function firstMissing() {
  const installed = readPackages('node_modules/.package-lock.json')
  if (installed === undefined) return 'Nothing is installed yet.'
  for (const [path, wanted] of Object.entries(readPackages('package-lock.json') ?? {})) {
    if (path === '' || wanted.optional) continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    if (installed[path]?.version !== wanted.version) return `${name} ${wanted.version} is missing.`
    if (!existsSync(join(root, path, 'package.json'))) return `${name} is missing.`
  }
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

/** Runs the npm that runs this script, or else the npm in the PATH (npm.cmd on Windows). */
function npm(args) {
  const cli = process.env.npm_execpath
  if (cli?.endsWith('npm-cli.js')) return runNode(cli, args)
  return run('npm', args, { shell: process.platform === 'win32' })
}

await start(import.meta, install)
