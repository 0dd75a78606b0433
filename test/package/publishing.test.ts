import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { npmCli } from '../../scripts/npm.mjs'
import { root, temporaryFolder } from '../helpers/package.js'
import { type Published, startRegistry } from './registry.js'

const { folder, files } = inject('built')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

let registry: Awaited<ReturnType<typeof startRegistry>>
let temporary: string
let said: string
let sent: Published | undefined

beforeAll(async () => {
  registry = await startRegistry()
  temporary = temporaryFolder()
  writeFileSync(join(temporary, 'npmrc'), registry.login)
  // The registry of the test, an empty cache and no settings of a developer.
  const env = {
    PATH: process.env.PATH,
    npm_config_registry: registry.url,
    npm_config_userconfig: join(temporary, 'npmrc'),
    npm_config_cache: join(temporary, 'cache'),
    npm_config_update_notifier: 'false',
  }
  // The folder is built already, and other tests use it.
  const args = [npmCli(), 'publish', '--ignore-scripts', '--access', 'public']
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder, env })
  said = stderr
  sent = registry.published.get('passport-email-otp')
})

afterAll(() => registry?.close())

describe('npm publish', () => {
  it('corrects nothing in package.json, and prints no other warning', () => {
    expect(said).toContain(`passport-email-otp@${manifest.version}`)
    expect(said).not.toMatch(/^npm (warn|error)/m)
  })

  it('sends the version that package.json describes, for everyone', () => {
    expect(sent?.access).toBe('public')
    expect(sent?.['dist-tags']).toEqual({ latest: manifest.version })
    const { name, version, exports, bin, engines, dependencies, peerDependencies } = manifest
    expect(sent?.versions[version]).toMatchObject({
      ...{ name, version, exports, bin, engines, dependencies, peerDependencies },
    })
  })

  it('sends a tarball with the files of the package', async () => {
    const [data = ''] = Object.values(sent?._attachments ?? {}).map((file) => file.data)
    const bytes = Buffer.from(data, 'base64')
    const hash = createHash('sha512').update(bytes).digest('base64')
    expect(sent?.versions[manifest.version]?.dist.integrity).toBe(`sha512-${hash}`)
    writeFileSync(join(temporary, 'sent.tgz'), bytes)
    const list = await promisify(execFile)('tar', ['-tzf', 'sent.tgz'], { cwd: temporary })
    const paths = list.stdout.trim().split(/\r?\n/)
    expect(paths.sort()).toEqual(files.map((path) => `package/${path}`).sort())
  })
})
