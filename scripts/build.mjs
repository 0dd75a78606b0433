// "node scripts/build.mjs" builds dist/: the package as ES modules and as CommonJS, from one source, with plain tsc.
// "node scripts/build.mjs --unchecked" leaves out the check of the types, which "npm run typecheck" does as well.
// "node scripts/build.mjs example-app" builds the example app, and the package for it alone.

import { chmodSync, cpSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { install, installExampleApp } from './install.mjs'
import { root, runNode, Stop, start } from './run.mjs'

const at = (...path) => join(root, ...path)

export async function build(...flags) {
  console.error('Building the package into dist/ ...')
  rmSync(at('dist'), { recursive: true, force: true })
  await withCommonJsSource((project) =>
    tscOf(
      '.',
      ['-p', 'tsconfig.build.json', '--outDir', 'dist/esm', ...flags],
      ['-p', project, '--outDir', 'dist/cjs'],
    ),
  )
  copyDeclarations(at('dist/esm'), at('dist/cjs'))
  writeJson(at('dist/cjs/package.json'), { type: 'commonjs' })
  const schema = pathToFileURL(at('dist/esm/stores/postgres/schema.js')).href
  const { DEFAULT_SCHEMA, schemaSql } = await import(schema)
  writeFileSync(at('dist/schema.sql'), schemaSql(DEFAULT_SCHEMA))
  chmodSync(at('dist/esm/cli/main.js'), 0o755)
}

/**
 * Builds with the packages of example-app/ only. They do not include the types that a check would need, so types
 * are not checked here, and no imported file is read. The package is built into their folder, where it finds its dependencies.
 */
export async function buildExampleApp() {
  console.error('Building the example app into example-app/dist/ ...')
  const built = at('example-app/node_modules/passport-email-otp')
  for (const folder of [join(built, 'dist'), at('example-app/dist')]) {
    rmSync(folder, { recursive: true, force: true })
  }
  cpSync(at('package.json'), join(built, 'package.json'))
  await tscOf(
    'example-app',
    ['-p', 'example-app/tsconfig.package.json'],
    ['-p', 'example-app/tsconfig.start.json'],
  )
}

/**
 * Calls `compile` with a project that has a copy of the source: tsc writes the module system that the
 * nearest package.json names. It reads no imported file, which takes half as long: the ES modules are compiled with
 * all checks. The command line is started by its file, so it needs no CommonJS version.
 */
async function withCommonJsSource(compile) {
  const copy = at('.build')
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(copy)
  try {
    cpSync(at('src'), join(copy, 'src'), {
      recursive: true,
      // By name: on Windows, Node.js 20 gives the path with a prefix.
      filter: (path) => basename(path) !== 'cli',
    })
    writeJson(join(copy, 'package.json'), { type: 'commonjs' })
    writeJson(join(copy, 'tsconfig.json'), {
      extends: '../tsconfig.build.json',
      compilerOptions: {
        rootDir: 'src',
        declaration: false,
        noCheck: true,
        noResolve: true,
        lib: ['es5'],
        types: [],
      },
      include: ['src'],
    })
    await compile(copy)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** The types of both module systems have the same text. */
function copyDeclarations(from, to) {
  const isCopied = (path) => path.endsWith('.d.ts') || statSync(path).isDirectory()
  const filter = (path) => basename(path) !== 'cli' && isCopied(path)
  cpSync(from, to, { recursive: true, filter })
}

/** Runs the tsc that is installed in a folder once for each list of arguments, all at the same time. */
async function tscOf(folder, ...runs) {
  const tsc = at(folder, 'node_modules/typescript/bin/tsc')
  const codes = await Promise.all(runs.map((args) => runNode(tsc, args)))
  if (codes.some((code) => code !== 0))
    throw new Stop('The build failed: see the messages of tsc above.')
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

await start(import.meta, async ([target]) => {
  if (target === 'example-app') {
    await installExampleApp()
    await buildExampleApp()
  } else {
    await install()
    await build(...(target === '--unchecked' ? ['--noCheck'] : []))
  }
})
