import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, expect, it, vi } from 'vitest'
import { Document } from '../helpers/documents.js'
import { makeProject } from '../helpers/package.js'
import { describeWithPostgres, startPostgres } from '../helpers/postgres-server.js'
import { describeWithRedis, startRedis } from '../helpers/redis-server.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const execute = promisify(execFile)

/** The first program of a page, with what shows that it worked. */
function program(page: string, more = ''): string {
  const [block] = new Document(`docs/stores/${page}.md`).blocks
  return `${block?.code}\n${more}`
}

let folder: string

beforeAll(async () => {
  const print = (store: string) => `console.log(await ${store}.check())`
  folder = await makeProject({
    files: {
      'redis.mjs': program('redis', `${print('redisStore')}; client.destroy()`),
      'postgres.mjs': program('postgres', `${print('postgresStore')}; await pool.end()`),
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
