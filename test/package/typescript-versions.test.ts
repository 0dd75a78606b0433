import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { makeProject, root, typeCheck } from '../helpers/package.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: INSTALL_LIMIT_MS })

const TYPED = readFileSync(join(root, 'test/package/fixtures/typed.txt'), 'utf8')

/** A CommonJS application, and an ES module that tests it. Each reads the types of its own build. */
const APPLICATION = `import otp = require('passport-email-otp')

const required = { secret: process.env.OTP_SECRET, sendCode: () => {} }
export const emailOtp = new otp.Strategy(required, async (email) => ({ id: '1', email }))
`
const TEST = `import { jsonLogin } from 'passport-email-otp'
import { emailOtp } from './app.cjs'

export const handler = jsonLogin(emailOtp)
`
const USER = `declare global {
  namespace Express {
    interface User {
      readonly id: string
      readonly email: string
    }
  }
}
export {}
`

let packages: string
beforeAll(async () => {
  packages = await testPackages('typescript')
})

describe.each([
  ['typescript-oldest', '4.9'],
  ['typescript-newest', '7.'],
])('an application that compiles with %s', (name, version) => {
  /** The errors of a strict compilation, without a check of the types of other packages, by file. */
  let errors: Record<string, string>
  beforeAll(async () => {
    const files = {
      'program.mts': TYPED,
      'program.cts': TYPED,
      'app.cts': APPLICATION,
      'test.mts': TEST,
      'wrong.mts': TEST.replace('jsonLogin(emailOtp)', 'jsonLogin({})'),
      'user.mts': USER,
    }
    const said = await typeCheck(
      await makeProject({ files }),
      { module: 'nodenext', lib: ['es2022'], skipLibCheck: true },
      join(packages, name),
    )
    // One compilation for all tests. What belongs to no file is an error of each.
    const lines = said.split(/\n(?=\S)/)
    const isOf = (file: string, line: string) => line.startsWith(`${file}(`)
    const ofNone = lines.filter((line) => !Object.keys(files).some((file) => isOf(file, line)))
    errors = Object.fromEntries(
      Object.keys(files).map((file) => [
        file,
        [...ofNone, ...lines.filter((line) => isOf(file, line))].join('\n'),
      ]),
    )
  }, 180_000)

  it('has the intended compiler', () => {
    const manifest = readFileSync(join(packages, name, 'package.json'), 'utf8')
    expect(JSON.parse(manifest).version.startsWith(version)).toBe(true)
  })

  it('can use all types, from an ES module and from CommonJS', () => {
    expect(errors).toMatchObject({ 'program.mts': '', 'program.cts': '' })
  })

  it('can pass the strategy of a CommonJS application to the package as an ES module', () => {
    expect(errors).toMatchObject({ 'app.cts': '', 'test.mts': '', 'user.mts': '' })
  })

  it('is told when it passes something that is not a strategy', () => {
    expect(errors['wrong.mts']).toMatch(/^wrong\.mts\(4,34\): error TS.*'JsonLoginStrategy'/)
  })
})
