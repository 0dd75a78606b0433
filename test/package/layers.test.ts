import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { root, temporaryFolder } from '../helpers/package.js'

/** From top to bottom, as CONTRIBUTING.md has them. */
const ORDER = [
  ...['flow', 'options', 'pending', 'page', 'mail', 'stores', 'http', 'passport', 'challenge'],
  ...['languages', 'util'],
]
const ENTRIES = ['index', 'strategy', 'json-login', 'require-otp', 'health', 'guess-probability']
const LEAVES = ['info', 'reasons', 'errors', 'events']

const folder = temporaryFolder()

/** Lints files that each import one other file, and returns those that the linter rejects. */
function rejected(probes: readonly (readonly [from: string, to: string])[]): string[] {
  const { vcs: _, $schema: __, files: ___, ...config } = readJson(join(root, 'biome.json'))
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(config))
  for (const [from, to] of probes) {
    const path = join(folder, 'src', from)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `import '${to}'\n`)
  }
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', 'src']
  const { stdout } = runAnyway(process.execPath, [biome, ...args])
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { category: string; location: { path: string } }[]
  }
  return diagnostics
    .filter(({ category }) => category === 'lint/style/noRestrictedImports')
    .map(({ location }) => location.path.replaceAll('\\', '/').replace('src/', ''))
    .sort()
}

function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

function runAnyway(program: string, args: readonly string[]): { stdout: string } {
  try {
    return { stdout: execFileSync(program, args, { cwd: folder, encoding: 'utf8' }) }
  } catch (err) {
    return err as { stdout: string }
  }
}

const name = (from: string, to: string) => `${from}/imports-${to}.ts`

it('the order has every folder and every file of src/', () => {
  const found = readdirSync(join(root, 'src')).map((entry) => entry.replace('.ts', ''))
  const named = [...ORDER, ...ENTRIES, ...LEAVES, 'cli', 'strategy', 'testing']
  expect(named.sort()).toEqual(found.sort())
})

it('rejects an import of a folder above, and no import of a folder below', () => {
  const above: [string, string][] = []
  const below: [string, string][] = []
  ORDER.forEach((from, i) => {
    ORDER.forEach((to, j) => {
      if (i !== j) (j < i ? above : below).push([name(from, to), `../${to}/some-file.js`])
    })
    for (const entry of [...ENTRIES, 'strategy/core', 'testing/index', 'cli/main']) {
      above.push([name(from, entry.replace('/', '-')), `../${entry}.js`])
    }
    for (const leaf of LEAVES) {
      if (from !== 'util') below.push([name(from, leaf), `../${leaf}.js`])
    }
  })
  const nested: [string, string] = ['stores/redis/imports-flow.ts', '../../flow/some-file.js']
  const expected = [...above, nested].map(([from]) => from)
  expect(rejected([...above, ...below, nested])).toEqual(expected.sort())
})
