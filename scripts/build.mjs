// Builds dist/ (the package, as ES modules and as CommonJS, from one source) and example-app/dist/,
// both with plain tsc. What is newer than its sources is left alone, and one build runs at a time:
// a second one waits, then finds nothing to do.

import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { install } from './install.mjs'
import { root, runNode, Stop, start } from './run.mjs'

const at = (...path) => join(root, ...path)
/** Everything is made here first, and moved into place when it is whole. */
const work = at('.build')

export async function build() {
  const sources = [
    'src',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/build.mjs',
  ]
  await unlessNewer('dist', sources, async (out) => {
    console.error('Building the package into dist/ ...')
    // The nearest package.json decides what tsc writes, hence a copy of the source beside another one.
    // The command line is run by its file, never required, so it has no CommonJS twin.
    cpSync(at('src'), join(work, 'src'), {
      recursive: true,
      filter: (path) => path !== at('src/cli'),
    })
    writeJson(join(work, 'package.json'), { type: 'commonjs' })
    writeJson(join(work, 'tsconfig.json'), {
      extends: '../tsconfig.build.json',
      compilerOptions: { rootDir: 'src' },
      include: ['src'],
    })
    await tsc(
      ['-p', 'tsconfig.build.json', '--outDir', join(out, 'esm')],
      ['-p', work, '--outDir', join(out, 'cjs')],
    )
    writeJson(join(out, 'cjs/package.json'), { type: 'commonjs' })
    // The CommonJS one: it stands beside a package.json of its own.
    const schema = pathToFileURL(join(out, 'cjs/stores/postgres/schema.js')).href
    const { DEFAULT_SCHEMA, schemaSql } = await import(schema)
    writeFileSync(join(out, 'schema.sql'), schemaSql(DEFAULT_SCHEMA))
    const bin = join(out, 'esm/cli/main.js')
    if (existsSync(bin)) chmodSync(bin, 0o755)
  })
}

export async function buildExampleApp() {
  await build()
  const ownSources = readdirSync(at('example-app')).filter((name) => /^tsconfig|\.ts$/.test(name))
  const sources = ['dist', ...ownSources.map((name) => `example-app/${name}`)]
  await unlessNewer('example-app/dist', sources, async (out) => {
    console.error('Building the example app into example-app/dist/ ...')
    await tsc(['-p', 'example-app', '--outDir', out])
  })
}

/** Calls `make` with a new folder and puts that in the place of `target`. */
async function unlessNewer(target, sources, make) {
  if (isNewer(target, sources)) return
  const unlock = await lock()
  try {
    if (isNewer(target, sources)) return
    const started = new Date()
    rmSync(work, { recursive: true, force: true })
    const out = join(work, 'out')
    mkdirSync(out, { recursive: true })
    await make(out)
    rmSync(at(target), { recursive: true, force: true })
    renameSync(out, at(target))
    // As old as its start: a source that was saved during the build is newer than that.
    utimesSync(at(target), started, started)
  } finally {
    rmSync(work, { recursive: true, force: true })
    unlock()
  }
}

function isNewer(target, sources) {
  if (!existsSync(at(target))) return false
  const built = statSync(at(target)).mtimeMs
  return sources.every((source) => newest(at(source)) <= built)
}

/** The latest change below a path. A folder counts too: it changes when a file in it goes. */
function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** Waits until no other build runs, and resolves with what lets the next one begin. */
async function lock() {
  const file = at('node_modules/.build-lock')
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (err) {
      if (err.code !== 'EEXIST') throw err
    }
    if (isAbandoned(file)) rmSync(file, { force: true })
    else await wait(100)
  }
}

/** Whether whoever made the lock is gone: a build takes seconds. */
function isAbandoned(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > 120_000) return true
    const holder = Number(readFileSync(file, 'utf8'))
    if (holder > 0) process.kill(holder, 0) // signal 0 only asks whether the process exists
    return false
  } catch (err) {
    return err.code === 'ESRCH'
  }
}

/** Runs tsc once for each list of arguments, all at the same time. */
async function tsc(...runs) {
  const codes = await Promise.all(
    runs.map((args) => runNode(at('node_modules/typescript/bin/tsc'), args)),
  )
  if (codes.some((code) => code !== 0)) throw new Stop('The build stopped at what tsc says above.')
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

await start(import.meta, async () => {
  await install()
  await build()
})
