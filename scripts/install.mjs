// Installs the packages of a folder if one is missing: those of the repository, of the example app, or of one
// test ("node scripts/install.mjs test/packages/koa"). "node scripts/install.mjs everything" installs all that a run
// of the tests would install one by one. Every other script begins here, so this script uses no package.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { npmCli } from './npm.mjs'
import { root, runNode, Stop, start } from './run.mjs'

const FLAGS = ['--include=dev', '--no-audit', '--no-fund', '--no-update-notifier']

/**
 * Installs what package-lock.json lists in `folder`. `flags` are passed to npm ci. Install scripts run only where the
 * manifest allows one: better-sqlite3 downloads or compiles a binary.
 */
export async function install(folder = '.', ...flags) {
  checkNode()
  const missing = firstMissing(folder, flags.includes('--include=optional'))
  if (missing === undefined) return
  const place = folder === '.' ? '' : ` in ${folder}`
  console.error(`Installing packages${place} with npm ci. ${missing}`)
  const cwd = join(root, folder)
  const { allowScripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'))
  const scripts = allowScripts ? [] : ['--ignore-scripts']
  const code = await runNode(npmCli(), ['ci', ...FLAGS, ...scripts, ...flags], { cwd })
  if (code !== 0) {
    throw new Stop(`npm ci ended with exit code ${code}${place}. Its output is above.
It needs the npm registry, or a mirror of it set with "npm config set registry".`)
  }
}

/**
 * The example app. Redis and PostgreSQL clients are optional dependencies, for the variable that needs one. For SQLite,
 * Node.js 22.13 and newer have a driver.
 */
export async function installExampleApp(env = process.env) {
  const url = env.DATABASE_URL?.trim() ?? ''
  const isSqlite = url.startsWith('sqlite:')
  const needsClient = Boolean(env.REDIS_URL?.trim() || (url && !isSqlite))
  await install('example-app', needsClient ? '--include=optional' : '--omit=optional')
  if (isSqlite && !process.getBuiltinModule('node:sqlite')) await installBetterSqlite3()
}

/**
 * better-sqlite3, whose install script downloads a binary for this Node.js, or compiles it where there is none. It is
 * installed again after a change to another Node.js.
 */
export async function installBetterSqlite3() {
  const folder = 'example-app/better-sqlite3'
  await install(folder)
  if (hasBinary(folder)) return
  rmSync(join(root, folder, 'node_modules'), { recursive: true, force: true })
  await install(folder)
}

/** What the tests install themselves where it is missing. In CI it is there before they start, so that none waits. */
async function installEverything() {
  await install()
  await install('example-app', '--omit=optional')
  // The only one that may have to be compiled, which uses one processor.
  await Promise.all([installBetterSqlite3(), installTestPackages()])
}

async function installTestPackages() {
  for (const name of readdirSync(join(root, 'test/packages'))) {
    const folder = `test/packages/${name}`
    const { engines } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    const [, oldest = 0] = /^>=(\d+)$/.exec(engines?.node) ?? []
    if (nodeVersion()[0] >= oldest) await install(folder)
  }
}

function hasBinary(folder) {
  try {
    const Database = createRequire(join(root, folder, 'package.json'))('better-sqlite3')
    new Database(':memory:').close()
    return true
  } catch {
    return false
  }
}

const nodeVersion = () => process.versions.node.split('.').map(Number)

function checkNode() {
  const [major, minor] = nodeVersion()
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Stop(`Node.js 20.19 or newer is required. This is ${process.version}.`)
  }
}

/**
 * Returns the first difference between package-lock.json and the list of what npm has installed, as a sentence.
 * Optional packages may be absent unless they are needed: some are for other platforms.
 */
function firstMissing(folder, needsOptional) {
  const installed = readPackages(join(folder, 'node_modules/.package-lock.json'))
  if (installed === undefined) return 'Nothing is installed yet.'
  for (const [path, wanted] of Object.entries(
    readPackages(join(folder, 'package-lock.json')) ?? {},
  )) {
    if (path === '' || (wanted.optional && !needsOptional)) continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    if (installed[path]?.version !== wanted.version) return `${name} ${wanted.version} is missing.`
    if (!existsSync(join(root, folder, path, 'package.json'))) return `${name} is missing.`
  }
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

await start(import.meta, ([folder]) => {
  if (folder === 'everything') return installEverything()
  return folder === 'example-app' ? installExampleApp() : install(folder)
})
