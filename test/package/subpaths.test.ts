import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { makeProject, root, runNode, typeCheck } from '../helpers/package.js'

vi.setConfig({ testTimeout: 120_000 })

const fixture = (name: string) => readFileSync(join(root, 'test/package/fixtures', name), 'utf8')

const ES_MODULE = `import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as root from 'passport-email-otp'
import * as postgres from 'passport-email-otp/postgres'
import * as english from 'passport-email-otp/languages/en'
import * as redis from 'passport-email-otp/redis'
import * as sqlite from 'passport-email-otp/sqlite'
import * as testing from 'passport-email-otp/testing'

const file = createRequire(import.meta.url).resolve('passport-email-otp/schema.sql')
const imported = { ...root, Default: root.default, ...redis, ...postgres, ...sqlite, ...testing, englishModule: english, schema: readFileSync(file, 'utf8') }
`
const COMMON_JS = `const { readFileSync } = require('node:fs')
const imported = {
  ...require('passport-email-otp'),
  Default: require('passport-email-otp').default,
  ...require('passport-email-otp/redis'),
  ...require('passport-email-otp/postgres'),
  ...require('passport-email-otp/sqlite'),
  ...require('passport-email-otp/testing'),
  englishModule: require('passport-email-otp/languages/en'),
  schema: readFileSync(require.resolve('passport-email-otp/schema.sql'), 'utf8'),
}
`
const PROGRAM = fixture('subpaths.txt')
const SAID = 'true code_sent code_sent code_sent true true true en\n'

describe('the package and its sub-paths, without a database client installed', () => {
  it('can be imported', async () => {
    const folder = await makeProject({ files: { 'index.js': ES_MODULE + PROGRAM } })
    expect(await runNode(folder, 'index.js')).toBe(SAID)
  })

  it('can be required', async () => {
    const folder = await makeProject({
      packageJson: { type: 'commonjs' },
      files: { 'index.js': COMMON_JS + PROGRAM },
    })
    expect(await runNode(folder, 'index.js')).toBe(SAID)
  })

  it('are the only modules that can be imported', async () => {
    const folder = await makeProject({ files: {} })
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(Object.keys(exports)).toEqual([
      '.',
      './redis',
      './postgres',
      './sqlite',
      './testing',
      './languages/*',
      './languages/catalogue',
      './languages/reason-texts',
      './languages/mail-texts',
      './languages/page-texts',
      './languages/read-languages',
      './schema.sql',
      './package.json',
    ])
    const { resolve } = createRequire(join(folder, 'index.js'))
    for (const inner of ['dist/esm/settings.js', 'languages/catalogue', 'languages/page-texts']) {
      const code = 'ERR_PACKAGE_PATH_NOT_EXPORTED'
      expect(() => resolve(`passport-email-otp/${inner}`)).toThrow(
        expect.objectContaining({ code }),
      )
    }
  })
})

describe('the types of the package and of its sub-paths', () => {
  const [root, requiring, subpaths] = ['typed.txt', 'typed-require.txt', 'typed-subpaths.txt'].map(
    fixture,
  ) as [string, string, string]

  it.each<[string, object, Record<string, string>, string[]]>([
    [
      'nodenext, as ES module and as CommonJS',
      { module: 'nodenext' },
      {
        ...{ 'root.mts': root, 'root.cts': root, 'requiring.cts': requiring },
        ...{ 'subpaths.mts': subpaths, 'subpaths.cts': subpaths },
      },
      [],
    ],
    [
      'bundler',
      { module: 'esnext', moduleResolution: 'bundler' },
      { 'root.ts': root, 'subpaths.ts': subpaths },
      [],
    ],
    [
      'node10, without the types of express-session',
      { module: 'commonjs', moduleResolution: 'node10' },
      { 'subpaths.ts': subpaths },
      ['@types/express-session', 'express-session'],
    ],
  ])(
    'compile strictly under moduleResolution %s',
    async (_name, compilerOptions, files, without) => {
      const folder = await makeProject({ files, without })
      expect(await typeCheck(folder, compilerOptions)).toBe('')
    },
  )
})
