import { once } from 'node:events'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { itOnUnix } from '../helpers/on-unix.js'
import { INSTALL_LIMIT_MS, testPackages } from '../helpers/test-packages.js'
import { signsInOnThisHost } from './contract.js'
import { quotesMessagesExactly } from './messages.js'
import { compile, start } from './program.js'

vi.setConfig({ hookTimeout: INSTALL_LIMIT_MS })

const [nodeVersion = 0] = process.versions.node.split('.').map(Number)
// A package of NestJS 12 requires Node.js 22.
const VERSIONS = nodeVersion < 22 ? ['11'] : ['11', '12']

/** The two files of `src/`, by name. */
const SOURCES = Object.fromEntries(
  Object.entries(new Document('docs/hosts/nestjs.md').files).map(([path, code]) => [
    basename(path),
    code,
  ]),
)

describe.each(VERSIONS)('the program of docs/hosts/nestjs.md on NestJS %s', (version) => {
  let folder: string
  let from: string

  beforeAll(async () => {
    from = await testPackages(`nest-${version}`)
    folder = await compile({
      from,
      sources: SOURCES,
      packages: [
        '@nestjs/common',
        '@nestjs/core',
        '@nestjs/passport',
        '@nestjs/platform-express',
        'reflect-metadata',
        'rxjs',
      ],
      // The options of `nest new`. The tests compile strictly in addition.
      packageJson: {},
      compilerOptions: {
        declaration: true,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      },
    })
  })

  it('runs on the intended version', () => {
    const installed = createRequire(`${folder}/main.js`)('@nestjs/core/package.json')
    expect(installed.version.split('.')[0]).toBe(version)
  })

  signsInOnThisHost((environment) => start(folder, 'main.js', environment))

  itOnUnix('sends the mail that is under way before the process ends', async () => {
    const { browser, child, smtp } = await start(folder, 'main.js')
    smtp.hold()
    const asked = browser().postJson('/api/login', { email: 'ada@example.com' })
    await smtp.waitFor(1)
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    smtp.release()
    expect((await asked).status).toBe(202)
    // Nest ends the process by the signal that it has received.
    expect(await ended).toEqual([null, 'SIGTERM'])
  })

  quotesMessagesExactly('docs/hosts/nestjs.md', () => from)
})
