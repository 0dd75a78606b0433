// Builds dist/ (the package as ES modules and as CommonJS, from one source) and example-app/dist/, both
// with plain tsc. "node scripts/build.mjs" builds the package, with "example-app" behind it both.

import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { install } from './install.mjs'
import { root, runNode, Stop, start } from './run.mjs'

const at = (...path) => join(root, ...path)

export async function build() {
  console.error('Building the package into dist/ ...')
  rmSync(at('dist'), { recursive: true, force: true })
  await withCommonJsSource((project) =>
    tsc(
      ['-p', 'tsconfig.build.json', '--outDir', 'dist/esm'],
      ['-p', project, '--outDir', 'dist/cjs'],
    ),
  )
  writeJson(at('dist/cjs/package.json'), { type: 'commonjs' })
  const schema = pathToFileURL(at('dist/esm/stores/postgres/schema.js')).href
  const { DEFAULT_SCHEMA, schemaSql } = await import(schema)
  writeFileSync(at('dist/schema.sql'), schemaSql(DEFAULT_SCHEMA))
  chmodSync(at('dist/esm/cli/main.js'), 0o755)
}

export async function buildExampleApp() {
  await build()
  console.error('Building the example app into example-app/dist/ ...')
  rmSync(at('example-app/dist'), { recursive: true, force: true })
  await tsc(['-p', 'example-app', '--outDir', 'example-app/dist'])
}

/**
 * Calls `compile` with a project that has a copy of the source: tsc writes the module system that the
 * nearest package.json names. The command line is started by its file, so it needs no CommonJS version.
 */
async function withCommonJsSource(compile) {
  const copy = at('.build')
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(copy)
  try {
    cpSync(at('src'), join(copy, 'src'), {
      recursive: true,
      filter: (path) => path !== at('src/cli'),
    })
    writeJson(join(copy, 'package.json'), { type: 'commonjs' })
    writeJson(join(copy, 'tsconfig.json'), {
      extends: '../tsconfig.build.json',
      compilerOptions: { rootDir: 'src' },
      include: ['src'],
    })
    await compile(copy)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** Runs tsc once for each list of arguments, all at the same time. */
async function tsc(...runs) {
  const codes = await Promise.all(
    runs.map((args) => runNode(at('node_modules/typescript/bin/tsc'), args)),
  )
  if (codes.some((code) => code !== 0))
    throw new Stop('The build failed: see the messages of tsc above.')
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
}

await start(import.meta, async ([target]) => {
  await install()
  await (target === 'example-app' ? buildExampleApp() : build())
})
