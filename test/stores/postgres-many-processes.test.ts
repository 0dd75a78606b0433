import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import type pg from 'pg'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  describeWithPostgres,
  type PostgresServer,
  startPostgres,
} from '../helpers/postgres-server.js'
import { SECOND } from './contract/verbs.js'
import { clockedVerbs } from './postgres-store.js'

const require = createRequire(import.meta.url)
const root = join(import.meta.dirname, '../..')

/** The program of each process. It connects, waits for a line, and then makes all its calls at once. */
const WORKER = (store: string) => `
import pg from ${JSON.stringify(pathToFileURL(require.resolve('pg')).href)}
import { PostgresStore } from ${JSON.stringify(store)}
const { port, schema, verb, requests } = JSON.parse(process.argv[2])
const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 10 })
await Promise.all(Array.from({ length: 10 }, () => pool.query('SELECT pg_sleep(0.01)')))
const store = new PostgresStore({ pool, schema })
process.stdout.write('ready\\n')
process.stdin.once('data', async () => {
  const results = await Promise.all(requests.map((request) => store[verb](request)))
  await pool.end()
  process.stdout.write(JSON.stringify(results.map(({ outcome }) => outcome)) + '\\n')
  process.exit()
})
`

describeWithPostgres('three processes with many connections on one database', () => {
  let server: PostgresServer
  let pool: pg.Pool
  let directory: string
  beforeAll(async () => {
    server = await startPostgres()
    pool = server.pool({ max: 40 })
    directory = compileStore()
  })
  afterAll(async () => {
    await server?.stop()
    if (directory) rmSync(directory, { recursive: true, force: true })
  })

  /** Splits the calls among three processes that make them at once, and counts the outcomes. */
  async function atOnce(schema: string, verb: 'open' | 'attempt', requests: object[]) {
    const share = Math.ceil(requests.length / 3)
    const parts = [0, 1, 2].map((i) => requests.slice(i * share, (i + 1) * share))
    const workers = parts.map((part) => {
      const task = JSON.stringify({ port: server.port, schema, verb, requests: part })
      const args = [join(directory, 'worker.mjs'), task]
      const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
      return { child, lines: linesOf(child) }
    })
    const next = async (lines: AsyncIterator<string>) => (await lines.next()).value as string
    for (const { lines } of workers) expect(await next(lines)).toBe('ready')
    for (const { child } of workers) child.stdin?.write('now\n')
    const counts: Record<string, number> = {}
    for (const { lines } of workers) {
      for (const outcome of JSON.parse(await next(lines))) {
        counts[outcome] = (counts[outcome] ?? 0) + 1
      }
    }
    return counts
  }

  const BUDGET = { key: 'email-otp/stranger', burst: 5, refillMs: 5_400_000 }
  const guess = (matched: boolean) => ({
    ...{ address: 'alice', challenge: 'first', matched },
    ...{ failuresBelow: 5, failuresWindowMs: 2_592_000_000, budget: BUDGET },
  })
  const request = (challenge: string, pending?: object) => ({
    ...{ address: 'alice', challenge, pending, ttlMs: 600_000, keepMs: 120_000 },
    ...{ attempts: 5, spacingMs: 30_000, budget: BUDGET },
  })
  const times = (count: number, make: (i: number) => object) =>
    Array.from({ length: count }, (_, i) => make(i))

  test('evaluate exactly five of 200 concurrent wrong guesses', async () => {
    const { schema, open, verify, failures } = await clockedVerbs(pool)
    await open('first')
    const seen = await atOnce(
      schema,
      'attempt',
      times(200, () => guess(false)),
    )
    expect(seen).toEqual({ wrong: 5, spent: 195 })
    expect(await verify('first')).toEqual({ outcome: 'spent' })
    expect(await failures()).toBe(5)
  })

  test('accept one of 50 concurrent right codes', async () => {
    const { schema, open } = await clockedVerbs(pool)
    await open('first')
    const seen = await atOnce(
      schema,
      'attempt',
      times(50, () => guess(true)),
    )
    expect(seen).toEqual({ accepted: 1, unknown: 49 })
  })

  test('accept the right code once among four concurrent wrong guesses', async () => {
    const { schema, open, failures } = await clockedVerbs(pool)
    await open('first')
    const {
      accepted,
      wrong = 0,
      unknown = 0,
    } = await atOnce(
      schema,
      'attempt',
      times(5, (i) => guess(i === 2)),
    )
    expect(accepted).toBe(1)
    expect(wrong + unknown).toBe(4)
    expect(await failures()).toBe(wrong)
  })

  test('allow five of 20 concurrent first requests for an unknown address', async () => {
    const { schema } = await clockedVerbs(pool)
    const seen = await atOnce(
      schema,
      'open',
      times(20, (i) => request(`${i}`)),
    )
    expect(seen).toEqual({ opened: 5, limited: 15 })
  })

  test('reopen once for 50 concurrent requests to send a code again', async () => {
    const { schema, open, advance } = await clockedVerbs(pool)
    await open('first')
    await advance(30 * SECOND)
    const pending = { challenge: 'first', failuresBelow: 5 }
    const seen = await atOnce(
      schema,
      'open',
      times(50, (i) => request(`${i}`, pending)),
    )
    expect(seen).toEqual({ reopened: 1, waiting: 49 })
  })
})

/** Compiles the store to JavaScript, because the processes run without vitest. */
function compileStore(): string {
  const directory = mkdtempSync(join(tmpdir(), 'postgres-store-'))
  const list = (folder: string) =>
    readdirSync(join(root, 'src', folder)).map((name) => `${folder}/${name}`)
  const files = [
    'stores/answers.ts',
    'stores/postgres.ts',
    'stores/store.ts',
    ...list('stores/postgres'),
    ...list('util'),
  ]
  for (const file of files) {
    const text = readFileSync(join(root, 'src', file), 'utf8')
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    })
    const target = join(directory, file.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, outputText)
  }
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
  const store = pathToFileURL(join(directory, 'stores/postgres.js')).href
  writeFileSync(join(directory, 'worker.mjs'), WORKER(store))
  return directory
}

function linesOf(child: ChildProcess): AsyncIterator<string> {
  if (!child.stdout) throw new Error('no output')
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]()
}
