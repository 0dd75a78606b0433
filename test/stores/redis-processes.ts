import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'
import type { AttemptRequest } from '../../src/stores/store.js'

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url))

/** The program of each process. It makes all calls of a message at once, and sends their outcomes. */
const PROGRAM = `
import ioredis from ${JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve('ioredis')).href)}
import { RedisStore } from './stores/redis.js'
const [port, prefix] = process.argv.slice(2)
const client = new ioredis.Redis(Number(port))
await client.ping()
const store = new RedisStore({ client, prefix })
process.on('message', async (calls) => {
  const results = await Promise.all(calls.map((call) => store.attempt(call)))
  process.send(results.map(({ outcome }) => outcome))
})
process.send('ready')
`

export interface StoreProcesses {
  /** Splits the calls among the processes, which make them at once. Returns the outcomes. */
  attempt(calls: AttemptRequest[]): Promise<string[]>
  stop(): Promise<void>
}

/** Starts several processes, each with its own client and store on the same server. */
export async function startStoreProcesses(
  count: number,
  port: number,
  prefix: string,
): Promise<StoreProcesses> {
  const directory = mkdtempSync(join(tmpdir(), 'redis-processes-'))
  const program = compileTo(directory)
  const children: ChildProcess[] = []
  for (let i = 0; i < count; i += 1) children.push(fork(program, [`${port}`, prefix]))
  await Promise.all(children.map((child) => answerOf(child)))
  return {
    attempt: async (calls) => {
      const answers = children.map((child, i) => {
        const answer = answerOf<string[]>(child)
        child.send(calls.filter((_, n) => n % count === i))
        return answer
      })
      return (await Promise.all(answers)).flat()
    },
    stop: async () => {
      const ends = children.map((child) => once(child, 'exit'))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ends)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as Answer))
    child.once('exit', (code) => reject(new Error(`The process ended with ${code}`)))
  })
}

/** Compiles the store for plain Node, and returns the path of the program. */
function compileTo(directory: string): string {
  const list = (folder: string) =>
    readdirSync(join(SOURCE, folder)).map((name) => `${folder}/${name}`)
  const own = ['answers', 'redis', 'silence', 'store'].map((name) => `stores/${name}.ts`)
  const files = [...own, ...list('stores/redis'), ...list('util')]
  for (const name of files) {
    const { outputText } = ts.transpileModule(readFileSync(join(SOURCE, name), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    })
    const file = join(directory, name.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, outputText)
  }
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }')
  const program = join(directory, 'program.js')
  writeFileSync(program, PROGRAM)
  return program
}
