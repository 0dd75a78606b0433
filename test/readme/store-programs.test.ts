import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { beforeAll, expect, it } from 'vitest'
import { Visitor } from '../helpers/browser.js'
import { Document } from '../helpers/documents.js'
import { freePort } from '../helpers/free-port.js'
import { makeProject } from '../helpers/package.js'
import { describeWithPostgres, startPostgres } from '../helpers/postgres-server.js'
import { startProgram } from '../helpers/program.js'
import { describeWithRedis, startRedis } from '../helpers/redis-server.js'

const execute = promisify(execFile)

const OTP_SECRET = 'dGhlIHNlY3JldCBvZiB0aGUgcHJvZ3JhbSBpbiBhIHRlc3Q='

/** The first program of a page, with what shows that it worked. */
function program(page: string, more = ''): string {
  const { blocks } = new Document(`docs/stores/${page}.md`)
  const block = blocks.find(({ language }) => language === 'ts')
  return `${block?.code}\n${more}`
}

/** The first program of the README, on the codes and sessions of a page. */
function application(store: string): string {
  const first = new Document('README.md').blocks.find(({ language }) => language === 'js')
  const program = (first?.code ?? '')
    .replace('  secret: process.env.OTP_SECRET', '  store,\n$&')
    .replace('session({ ', 'session({ store: sessions, ')
  return `import { ${store} as store, sessions } from './${store}.mjs'\n${program}`
}

let folder: string

beforeAll(async () => {
  const print = (store: string) => `console.log(await ${store}.check())`
  folder = await makeProject({
    files: {
      'redis.mjs': program('redis', `${print('redisStore')}; client.destroy()`),
      'postgres.mjs': program('postgres', `${print('postgresStore')}; await pool.end()`),
      'redisStore.mjs': program('redis', 'export { redisStore, sessions }'),
      'postgresStore.mjs': program('postgres', 'export { postgresStore, sessions }'),
      'on-redis.mjs': application('redisStore'),
      'on-postgres.mjs': application('postgresStore'),
    },
  })
})

/** Requests a code, restarts the application, and enters the code in the same browser. */
async function signInOverARestart(file: string, env: Record<string, string>) {
  const all = { PORT: String(await freePort()), OTP_SECRET, SESSION_SECRET: 'cats', ...env }
  const before = await startProgram(folder, [file], all)
  const visitor = new Visitor(before.origin)
  await visitor.get('/login')
  await visitor.post('/login', { email: 'ada@example.com' })
  const { code } = await before.smtp.next()
  before.child.kill('SIGKILL')
  await once(before.child, 'exit')
  await startProgram(folder, [file], all)
  return visitor.post('/login', { code })
}

const run = (args: string[], env: Record<string, string> = {}) =>
  execute(process.execPath, args, { cwd: folder, env: { PATH: process.env.PATH, ...env } })

describeWithRedis('the program with Redis', () => {
  it('connects, finds nothing to fix, and keeps codes and sessions over a restart', async () => {
    const server = await startRedis()
    try {
      expect((await run(['redis.mjs'], { REDIS_URL: server.url })).stdout).toBe('[]\n')
      const page = await signInOverARestart('on-redis.mjs', { REDIS_URL: server.url })
      expect(page.text).toBe('Signed in as ada@example.com')
    } finally {
      await server.stop()
    }
  })
})

describeWithPostgres('the program with PostgreSQL', () => {
  it('makes its schema, finds nothing to fix, and keeps codes and sessions over a restart', async () => {
    const server = await startPostgres()
    const url = `postgres://postgres@127.0.0.1:${server.port}/postgres`
    try {
      for (const _start of ['first', 'second']) {
        expect((await run(['postgres.mjs'], { DATABASE_URL: url })).stdout).toBe('[]\n')
      }
      const page = await signInOverARestart('on-postgres.mjs', { DATABASE_URL: url })
      expect(page.text).toBe('Signed in as ada@example.com')
    } finally {
      await server.stop()
    }
  })
})
