import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { beforeAll, expect, it, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { makeProject, root } from '../helpers/package.js'
import { describeWithPostgres, startPostgres } from '../helpers/postgres-server.js'
import { describeWithRedis, startRedis } from '../helpers/redis-server.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const execute = promisify(execFile)

/** The first program of a page, with what shows that it worked. */
function program(page: string, more = ''): string {
  const [block] = new Document(`docs/stores/${page}.md`).blocks
  return `${block?.code}\n${more}`
}

/** The store of somebody's own that the page tests, as JavaScript. */
function myStore(): string {
  const application = readFileSync(join(root, 'test/readme/fixtures/application.ts'), 'utf8')
  const [source = ''] = /^class MyStore .*?^}$/ms.exec(application) ?? []
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  })
  return `import { MemoryStore } from 'passport-email-otp'\n${outputText}`
}

let folder: string

beforeAll(async () => {
  const print = (store: string) => `console.log(await ${store}.check())`
  folder = await makeProject({
    files: {
      'redis.mjs': program('redis', `${print('redisStore')}; client.destroy()`),
      'postgres.mjs': program('postgres', `${print('postgresStore')}; await pool.end()`),
      'my-store.mjs': `${myStore()}\n${program('write-your-own')}`,
    },
  })
})

const run = (args: string[], env: Record<string, string> = {}) =>
  execute(process.execPath, args, { cwd: folder, env: { PATH: process.env.PATH, ...env } })

describeWithRedis('the program with Redis', () => {
  it('connects, and finds nothing to mend', async () => {
    const server = await startRedis()
    try {
      expect((await run(['redis.mjs'], { REDIS_URL: server.url })).stdout).toBe('[]\n')
    } finally {
      await server.stop()
    }
  })
})

describeWithPostgres('the program with PostgreSQL', () => {
  it('makes its schema, and finds nothing to mend', async () => {
    const server = await startPostgres()
    const url = `postgres://postgres@127.0.0.1:${server.port}/postgres`
    try {
      for (const _start of ['first', 'second']) {
        expect((await run(['postgres.mjs'], { DATABASE_URL: url })).stdout).toBe('[]\n')
      }
    } finally {
      await server.stop()
    }
  })
})

it('the program that tests a store of one’s own runs all tests with its clock', async () => {
  const { stdout } = await run(['--test', '--test-reporter=tap', 'my-store.mjs'])
  const count = (what: string) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(stdout)?.[1])
  expect(count('pass')).toBeGreaterThan(90)
  expect(count('fail')).toBe(0)
  // It has no `forget`, and nothing that evicts or fails.
  const skipped = [...stdout.matchAll(/# SKIP (.*)/g)].map(([, reason]) => reason)
  expect(skipped.length).toBe(count('skipped'))
  expect(skipped.filter((reason) => !/forget|evict|failWrites/.test(reason ?? ''))).toEqual([])
})
